using System.Text;
using System.Text.Json;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Training.Tests.Data;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training.Tests.Evaluation;

/// <summary>Examples as turns of a chat template: read, never counted; what is scored begins as what is generated from.</summary>
public sealed class EvaluationEncoderTests
{
    private const string Turns =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    // Marks the last answer alone, so that each answer is an example of its own.
    private const string Forgetful =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}{% if message.role == 'assistant' and loop.last %}!{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private static readonly IPromptTokenizer s_qwen = (IPromptTokenizer)TokenizerFile.Load(Path.Combine(AppContext.BaseDirectory, "Fixtures", "qwen3.json"));
    private static readonly TextRecord[] s_shots = [new() { Prompt = "2+2", Completion = "4" }, new() { Text = "Lovely", Label = "good" }];
    private static readonly TextRecord s_talk = new() { Messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "3+3?"), new(ChatRole.Assistant, "6"), new(ChatRole.User, "4+4?"), new(ChatRole.Assistant, "8")] };

    [TestCase(Turns, "6<|im_end|>8<|im_end|>")]
    [TestCase(Forgetful, "6!<|im_end|>8!<|im_end|>")]
    public void Only_the_records_own_answers_count(string source, string learned)
    {
        ModelChatTemplate template = Template(source);
        EvaluationEncoder encoder = new(s_qwen, template, new ModelEvaluationOptions { Shots = 2 }, window: 1000);
        IReadOnlyList<TrainingExample> examples = encoder.Encode(s_talk, s_shots);
        Assert.That(string.Concat(examples.Select(Learned)), Is.EqualTo(learned));
        Assert.That(Text(examples[0].Ids.ToArray()), Does.StartWith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2+2<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n<|im_start|>user\nLovely\nLabel:<|im_end|>\n<|im_start|>assistant\ngood<|im_end|>\n<|im_start|>user\n3+3?"));

        int[] asked = new ChatPromptFormat(template).Format(encoder.Ask(s_talk, s_shots)!.Value.Prompt, s_qwen);
        Assert.That(examples[^1].Ids[..asked.Length].ToArray(), Is.EqualTo(asked), "what is scored begins as what is generated from");
    }

    [Test]
    public void A_label_is_an_answer()
    {
        EvaluationEncoder encoder = new(s_qwen, Template(Turns), new ModelEvaluationOptions(), window: 1000);
        Assert.That(Learned(encoder.Encode(s_shots[1], []).Single()), Is.EqualTo("good<|im_end|>"));
        Assert.That(Learned(encoder.Encode(s_shots[1], "bad", [s_shots[0]]).Single()), Is.EqualTo("bad<|im_end|>"));
        Assert.That(encoder.Ask(s_shots[1], []), Is.Null);
    }

    [Test]
    public void A_conversation_that_does_not_fit_is_left_out()
    {
        Assert.That(new EvaluationEncoder(s_qwen, Template(Turns), new ModelEvaluationOptions(), window: 12).Encode(s_talk, s_shots), Is.Empty);
    }

    private static string Learned(TrainingExample example) => Text([.. Enumerable.Range(0, example.Ids.Length).Where(example.Counts).Select(place => example.Ids.Span[place])]);

    private static string Text(int[] ids) => string.Concat(ids.Select(id => s_qwen.ControlName(id) ?? Encoding.UTF8.GetString(s_qwen.GetBytes(id).Span)));

    private static ModelChatTemplate Template(string source)
    {
        using DataFolder folder = new();
        folder.Write("tokenizer_config.json", JsonSerializer.Serialize(new { chat_template = source }));
        return ModelChatTemplate.FromFolder(folder.Path)!;
    }
}
