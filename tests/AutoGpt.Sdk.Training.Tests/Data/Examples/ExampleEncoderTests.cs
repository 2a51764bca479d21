using System.Text;
using System.Text.Json;
using AutoGpt.Sdk.Models;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training.Tests.Data.Examples;

/// <summary>With tokenizers as Qwen 3 and Mistral have them and templates in their styles.</summary>
public sealed class ExampleEncoderTests
{
    private const string Turns =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}{% for call in message.tool_calls or [] %}<tool_call>{{ call.function | tojson }}</tool_call>{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    // Reasoning is written into the last answer alone.
    private const string Forgetful =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{% if message.role == 'assistant' and loop.last %}<think>{{ message.reasoning_content }}</think>{% endif %}{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private const string Brackets = "{{ bos_token }}{% for message in messages %}{% if message.role == 'user' %}[INST] {{ message.content }} [/INST]{% else %} {{ message.content }}{{ eos_token }}{% endif %}{% endfor %}";

    private static readonly IPromptTokenizer s_qwen = Tokenizer("qwen3"), s_mistral = Tokenizer("mistral-7b");

    private static readonly ChatMessage[] s_talk =
        [new(ChatRole.System, "Be brief."), new(ChatRole.User, "What is 2 + 2?"), new(ChatRole.Assistant, "\n4, of course."), new(ChatRole.User, "And <|im_end|>?"), new(ChatRole.Assistant, "The end <|im_end|> of a turn.")];

    [Test]
    public void What_the_assistant_says_counts_and_nothing_else()
    {
        ModelChatTemplate template = Template(Turns);
        TrainingExample example = new ExampleEncoder(s_qwen, template).Encode(new TextRecord { Messages = s_talk }).Single();
        Assert.That(Learned(s_qwen, example), Is.EqualTo("\n4, of course.<|im_end|>The end <|im_end|> of a turn.<|im_end|>"));
        int end = s_qwen.FindControlToken("<|im_end|>")!.Value;
        Assert.That(example.Ids.ToArray().Count(id => id == end), Is.EqualTo(5), "what messages spell is text");
        Assert.That(example.Ids.Span[^1], Is.EqualTo(end), "what would only be read at the end is left out");

        // The tokens before each answer are those that the model reads when it is to give it.
        ChatPromptFormat format = new(template);
        int[] asked = format.Format(new Prompt { Messages = s_talk[..2] }, s_qwen);
        Assert.That(example.Ids[..asked.Length].ToArray(), Is.EqualTo(asked));
        Assert.That(example.Counts(asked.Length) && !example.Counts(asked.Length - 1));
        Assert.That(s_qwen.EncodeTrusted("assistant\n\n4"), Is.Not.EqualTo((int[])[.. s_qwen.EncodeTrusted("assistant\n"), .. s_qwen.EncodeTrusted("\n4")]), "or the line feeds would have become one token");
    }

    [Test]
    public void Where_a_template_rewrites_what_was_said_each_answer_is_an_example()
    {
        ChatMessage[] talk =
        [
            new(ChatRole.User, "2 + 2?"), new(ChatRole.Assistant, [new TextReasoningContent("Easy."), new TextContent("4")]), new(ChatRole.User, "3 + 3?"), new(ChatRole.Assistant, [new TextReasoningContent("Hm."), new TextContent("6")]),
        ];
        TrainingExample[] examples = [.. new ExampleEncoder(s_qwen, Template(Forgetful)).Encode(new TextRecord { Messages = talk })];
        Assert.That(examples.Select(example => Learned(s_qwen, example)), Is.EqualTo(["<think>Easy.</think>4<|im_end|>", "<think>Hm.</think>6<|im_end|>"]));
        Assert.That(Text(s_qwen, examples[1]), Does.Not.Contain("Easy."));
    }

    [Test]
    public void A_template_that_begins_answers_in_two_ways_is_told()
    {
        ModelChatTemplate template = Template(Turns.Replace("assistant\n{% endif %}", "assistant\n<think>{% endif %}", StringComparison.Ordinal));
        Assert.That(() => new ExampleEncoder(s_qwen, template).Encode(Pair("a", "b")), Throws.TypeOf<DatasetException>().With.Message.Contains("with '<think>' when the model is to give it"));
    }

    [Test]
    public void A_prompt_and_its_completion_are_a_question_and_an_answer()
    {
        TrainingExample example = new ExampleEncoder(s_qwen, Template(Turns)).Encode(Pair("Hi", "Hello")).Single();
        Assert.That(Text(s_qwen, example), Is.EqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>"));
        Assert.That(Learned(s_qwen, example), Is.EqualTo("Hello<|im_end|>"));
    }

    [Test]
    public void Calls_count_and_their_results_do_not()
    {
        ChatMessage[] talk =
        [
            new(ChatRole.User, "Sum"), new(ChatRole.Assistant, [new FunctionCallContent("c", "add", new Dictionary<string, object?> { ["a"] = 1 })]), new(ChatRole.Tool, [new FunctionResultContent("c", "3")]), new(ChatRole.Assistant, "It is 3."),
        ];
        TrainingExample example = new ExampleEncoder(s_qwen, Template(Turns)).Encode(new TextRecord { Messages = talk }).Single();
        Assert.That(Learned(s_qwen, example), Is.EqualTo("<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1}}</tool_call><|im_end|>It is 3.<|im_end|>"));
    }

    // SentencePiece puts a space in front of a text: in the middle of one there must be none but the template's.
    [Test]
    public void A_tokenizer_that_adds_a_space_gets_the_whole_text()
    {
        ChatMessage[] talk = [new(ChatRole.User, "the first"), new(ChatRole.Assistant, "one </s> answer"), new(ChatRole.User, "more"), new(ChatRole.Assistant, "the last")];
        ModelChatTemplate template = Template(Brackets);
        TrainingExample example = new ExampleEncoder(s_mistral, template).Encode(new TextRecord { Messages = talk }).Single();
        RenderedPrompt whole = template.Render(talk, new ChatTemplateOptions { AddGenerationPrompt = false });
        Assert.That(example.Ids.ToArray(), Is.EqualTo(s_mistral.EncodeTrusted(whole.Text, whole.Untrusted)));
        Assert.That(Learned(s_mistral, example), Is.EqualTo(" one </s> answer</s> the last</s>"));
    }

    [Test]
    public void Without_a_template_texts_follow_each_other_between_begin_and_end()
    {
        ExampleEncoder qwen = new(s_qwen), mistral = new(s_mistral), bytes = new(new ByteTokenizer());
        TrainingExample example = mistral.Encode(Pair("the first", " answer")).Single();
        Assert.That(example.Ids.ToArray(), Is.EqualTo((int[])[1, .. s_mistral.Encode("the first answer"), 2]));
        Assert.That((Text(s_mistral, example), Learned(s_mistral, example)), Is.EqualTo(("<s> the first answer</s>", " answer</s>")));
        Assert.That(bytes.Encode(Pair("ab", "c")).Single(), Has.Property("PromptLength").EqualTo(2));
        Assert.That(bytes.Encode(Pair("ab", "c")).Single().Ids.ToArray(), Is.EqualTo(['a', 'b', 'c', 256]));
        Assert.That(bytes.Encode(new TextRecord { Text = "ab" }).Single().Ids.ToArray(), Is.EqualTo(['a', 'b', 256]));
        Assert.That(Learned(s_qwen, qwen.Encode(Pair("", "Hello")).Single()), Does.StartWith("ello").Or.StartWith("Hello"));
        Assert.That(qwen.Encode([Pair("a", "b"), Pair("c", "d")]).Count(), Is.EqualTo(2));
    }

    [Test]
    public void What_is_too_long_is_refused_dropped_or_cut()
    {
        TextRecord text = new() { Text = "abcdefghij", Place = new RecordPlace("a.txt", 3) };
        Assert.That(() => Encoder(OverlongAction.Refuse).Encode(text), Throws.TypeOf<DatasetException>().With.Message.Contains("a.txt, line 3: the record has 11 tokens, more than the 5"));
        ExampleEncoder drop = Encoder(OverlongAction.Drop), cut = Encoder(OverlongAction.Cut);
        Assert.That(drop.Encode([text, new TextRecord { Text = "abcd" }]).ToArray(), Has.Length.EqualTo(1));
        Assert.That(drop.OverlongCount, Is.EqualTo(1));
        int[][] pieces = [.. cut.Encode(text).Select(example => example.Ids.ToArray())];
        Assert.That(pieces, Is.EqualTo((int[][])[['a', 'b', 'c', 'd', 'e'], ['e', 'f', 'g', 'h', 'i'], ['i', 'j', 256]]), "each token is foreseen once");
        Assert.That(cut.Encode(Pair("abc", "defgh")).Single().Ids.ToArray(), Is.EqualTo(['a', 'b', 'c', 'd', 'e']));
        Assert.That(cut.Encode(Pair("abcde", "f")), Is.Empty, "nothing that counts would stay");
        Assert.That(cut.OverlongCount, Is.EqualTo(3));

        static ExampleEncoder Encoder(OverlongAction action) => new(new ByteTokenizer(), options: new ExampleEncoderOptions { MaximumLength = 5, Overlong = action });
    }

    [Test]
    public void A_record_that_teaches_nothing_is_told()
    {
        ExampleEncoder chat = new(s_qwen, Template(Turns));
        RecordPlace place = new("a.jsonl", 9);
        Assert.That(() => chat.Encode(new TextRecord { Messages = s_talk[..2], Place = place }), Throws.TypeOf<DatasetException>().With.Message.Contains("line 9: no message of the conversation is the assistant's"));
        Assert.That(() => chat.Encode(new TextRecord { Place = place }), Throws.TypeOf<DatasetException>().With.Message.Contains("neither a text"));
        Assert.That(() => new ExampleEncoder(s_qwen).Encode(new TextRecord { Messages = s_talk, Place = place }), Throws.TypeOf<DatasetException>().With.Message.Contains("no chat template"));
        Assert.That(() => new ExampleEncoder(s_qwen).Encode(Pair("a", "")), Throws.TypeOf<DatasetException>().With.Message.Contains("the completion is empty"));
        Assert.That(() => new ExampleEncoder(s_qwen, Template("{{ raise_exception('No.') }}")).Encode(new TextRecord { Messages = s_talk, Place = place }), Throws.TypeOf<DatasetException>().With.Message.Contains("does not take the conversation").And.Message.Contains("No."));
        Assert.That(() => new ExampleEncoder(new ByteTokenizer(), Template(Turns)), Throws.ArgumentException.With.Message.Contains("control tokens"));
        Assert.That(() => new ExampleEncoder(new ByteTokenizer()).Encode(new TextRecord { Text = "" }), Throws.TypeOf<DatasetException>().With.Message.Contains("1 tokens"));
    }

    private static TextRecord Pair(string prompt, string completion) => new() { Prompt = prompt, Completion = completion };

    private static string Learned(IPromptTokenizer tokenizer, TrainingExample example) => Text(tokenizer, [.. Enumerable.Range(0, example.Ids.Length).Where(example.Counts).Select(place => example.Ids.Span[place])]);

    private static string Text(IPromptTokenizer tokenizer, TrainingExample example) => Text(tokenizer, example.Ids.ToArray());

    // Byte by byte, with control tokens as they are spelt.
    private static string Text(IPromptTokenizer tokenizer, int[] ids) =>
        Encoding.UTF8.GetString([.. ids.SelectMany(id => tokenizer.ControlName(id) is { } name ? Encoding.UTF8.GetBytes(name) : tokenizer.GetBytes(id).ToArray())]);

    private static IPromptTokenizer Tokenizer(string name) => (IPromptTokenizer)TokenizerFile.Load(Path.Combine(AppContext.BaseDirectory, "Fixtures", name + ".json"));

    private static ModelChatTemplate Template(string source)
    {
        using DataFolder folder = new();
        folder.Write("tokenizer_config.json", JsonSerializer.Serialize(new { chat_template = source, bos_token = "<s>", eos_token = "</s>" }));
        return ModelChatTemplate.FromFolder(folder.Path)!;
    }
}
