using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Where templates and special tokens stand in a model's files.</summary>
public sealed class ModelChatTemplateTests
{
    private static readonly ChatMessage[] s_messages = [new(ChatRole.User, "x")];
    private static readonly AIFunctionDeclaration s_tool = AIFunctionFactory.CreateDeclaration("f", "", System.Text.Json.JsonDocument.Parse("{}").RootElement);

    [TestCase("""{"chat_template":"A{{ bos_token }}{{ eos_token }}{{ pad_token is defined }}","bos_token":"<s>","eos_token":{"content":"</s>","lstrip":false},"pad_token":null}""", "A<s></s>False", "A<s></s>False")]
    [TestCase("""{"chat_template":[{"name":"default","template":"D{{ bos_token }}"},{"name":"tool_use","template":"T{{ tools | length }}"},{"name":"rag","template":"{{ x | unheard_of }}"}],"bos_token":"<s>"}""", "D<s>", "T1")]
    [TestCase("""{"chat_template":[{"name":"default","template":"D{{ tools is none }}"}]}""", "DTrue", "DFalse")]
    public void A_folder_has_it_in_tokenizer_config(string config, string expected, string expectedWithTools)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer_config.json"), config);
        ModelChatTemplate template = ModelChatTemplate.Open(folder.Path)!;
        Assert.That(template.Render(s_messages).Text, Is.EqualTo(expected));
        Assert.That(template.Render(s_messages, new() { Tools = [s_tool] }).Text, Is.EqualTo(expectedWithTools));
    }

    [Test]
    public void A_file_of_its_own_comes_first_and_special_tokens_may_stand_in_their_map()
    {
        using var folder = new TemporaryFolder();
        Assert.That(ModelChatTemplate.Open(folder.Path), Is.Null);
        File.WriteAllText(folder.File("chat_template.json"), """{"chat_template":"J{{ eos_token }}"}""");
        File.WriteAllText(folder.File("special_tokens_map.json"), """{"bos_token":"map","eos_token":{"content":"map"}}""");
        Assert.That(ModelChatTemplate.Open(folder.Path)!.Render(s_messages).Text, Is.EqualTo("Jmap"));
        File.WriteAllText(folder.File("tokenizer_config.json"), """{"chat_template":"C{{ bos_token }}{{ eos_token }}","bos_token":"own"}""");
        Assert.That(ModelChatTemplate.Open(folder.Path)!.Render(s_messages).Text, Is.EqualTo("Cownmap"));
        File.WriteAllText(folder.File("chat_template.jinja"), "\ufeffF{{ bos_token }}\r\n");
        Assert.That(ModelChatTemplate.Open(folder.Path)!.Render(s_messages, new() { Variables = new Dictionary<string, object?> { ["bos_token"] = "given" } }).Text, Is.EqualTo("Fgiven"));
    }

    [TestCase("""{"chat_template":1}""", "neither a text nor a list")]
    [TestCase("""{"chat_template":[{"name":"default"}]}""", "lacks its name or template")]
    [TestCase("""{"chat_template":[{"name":"a","template":""},{"name":"a","template":""}]}""", "there twice")]
    [TestCase("""{"chat_template":[{"name":"rag","template":"x"}]}""", "named 'default': rag")]
    [TestCase("""{"chat_template":"\n{% extends 'x' %}"}""", "line 2, column 4: the statement 'extends' is not supported")]
    [TestCase("""[]""", "no JSON object")]
    [TestCase("""{"chat_template":"x\ud800"}""", "no valid JSON")]
    [TestCase("""{"chat_template":""", "no valid JSON")]
    public void A_damaged_file_is_told(string config, string problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer_config.json"), config);
        CheckpointException exception = Assert.Throws<CheckpointException>(() => ModelChatTemplate.Open(folder.Path))!;
        Assert.That(exception.Message, Does.Contain(problem == "no valid JSON" ? "it is not valid JSON" : problem).And.Contain("tokenizer_config.json"));
    }

    [Test]
    public void A_GGUF_file_has_it_among_its_keys()
    {
        GgufMetadata metadata = new("x.gguf", new()
        {
            ["tokenizer.chat_template"] = "G{{ bos_token }}{{ eos_token }}{{ unk_token is defined }}", ["tokenizer.chat_template.tool_use"] = "T",
            ["tokenizer.ggml.tokens"] = new[] { "a", "<s>", "</s>" }, ["tokenizer.ggml.bos_token_id"] = 1L, ["tokenizer.ggml.eos_token_id"] = 2L, ["tokenizer.ggml.unknown_token_id"] = 9L,
        });
        ModelChatTemplate template = ModelChatTemplate.FromGguf(metadata)!;
        Assert.That(template.Render(s_messages).Text, Is.EqualTo("G<s></s>False"));
        Assert.That(template.Render(s_messages, new() { Tools = [s_tool] }).Text, Is.EqualTo("T"));
        Assert.That(ModelChatTemplate.FromGguf(new("x.gguf", [])), Is.Null);
        Assert.That(() => ModelChatTemplate.FromGguf(new("x.gguf", new() { ["tokenizer.chat_template"] = 1L })), Throws.TypeOf<CheckpointException>());
    }
}
