using System.Text.Json;
using AutoGpt.Sdk.Models.Tests.Generation;
using AutoGpt.Sdk.Models.Tests.Scheduling;
using static AutoGpt.Sdk.Models.Tests.Scheduling.Networks;

namespace AutoGpt.Sdk.Models.Tests.Speculation;

/// <summary>What is proposed changes no token: greedy, sampled, penalised, masked, alone and among others.</summary>
public sealed class SpeculationTests
{
    private static readonly ByteTokenizer s_tokenizer = new();
    private static readonly JsonElement s_schema = JsonDocument.Parse("""
        {"type":"object","properties":{"steps":{"type":"array","minItems":1,"maxItems":4,"items":{"type":"object","properties":{"tool":{"enum":["read_file","write_file","rename"]},
        "path":{"type":"string","maxLength":12},"count":{"type":"integer"}},"required":["tool","path"]}}},"required":["steps"]}
        """).RootElement;

    private static IEnumerable<TestCaseData> Samplings() =>
    [
        new TestCaseData(SamplingOptions.Greedy) { TestName = "{m}(greedy)" },
        new TestCaseData(new SamplingOptions { Temperature = 0.7f }) { TestName = "{m}(temperature)" },
        new TestCaseData(new SamplingOptions { Temperature = 1.1f, TopK = 5, TopP = 0.9f }) { TestName = "{m}(top-k, top-p)" },
        new TestCaseData(new SamplingOptions { Temperature = 0.8f, RepetitionPenalty = 1.3f, MinP = 0.05f }) { TestName = "{m}(penalty, min-p)" },
    ];

    [TestCaseSource(nameof(Samplings))]
    public async Task Ids_are_the_same_with_and_without(SamplingOptions sampling)
    {
        // A model owns its backend, so each has one of its own.
        foreach (Func<ILogitsBackend> network in (Func<ILogitsBackend>[])[() => Repeating(), () => Random(1)])
        {
            using CausalLanguageModel plain = new(network(), s_tokenizer);
            using CausalLanguageModel small = new(Random(1), s_tokenizer);
            CausalLanguageModelOptions lookup = new() { Speculation = new SpeculationOptions() };
            using CausalLanguageModel speculating = new(new PagedBackend(network()), s_tokenizer, lookup);
            using CausalLanguageModel drafting = new(new PagedBackend(network()), s_tokenizer, new CausalLanguageModelOptions { Speculation = new SpeculationOptions { PromptLookup = false, DraftModel = small } });
            await Task.WhenAll(Enumerable.Range(0, 10).Select(seed => Task.Run(async () =>
            {
                foreach (JsonElement? schema in (JsonElement?[])[null, s_schema])
                {
                    GenerationOptions options = new() { MaxTokens = 90, Seed = seed, Sampling = sampling, Schema = schema, StopAtEndOfText = false, LogProbabilities = seed % 2 == 0 };
                    int[] prompt = [.. "abcabcabcabd"u8, (byte)('a' + seed)];
                    int[] expected = await GenerateAsync(plain, prompt, options);
                    Assert.That(await GenerateAsync(speculating, prompt, options), Is.EqualTo(expected));
                    Assert.That(await GenerateAsync(drafting, prompt, options), Is.EqualTo(expected));
                }
            })));
        }
    }

    [Test]
    public async Task What_repeats_itself_is_read_in_fewer_passes()
    {
        // Says the same twelve tokens over and over.
        PagedBackend backend = new(new FixedBackend(257, 512, ids =>
        {
            float[] logits = new float[257];
            logits['a' + (ids.Count % 12)] = 5;
            return logits;
        }));
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { Speculation = new SpeculationOptions() });
        int[] ids = await GenerateAsync(model, [1, 2, 3], new GenerationOptions { MaxTokens = 256 });
        Assert.That(ids, Is.EqualTo(Enumerable.Range(3, 256).Select(at => 'a' + (at % 12))));
        Assert.That(backend.PassSizes, Has.Count.LessThan(60));
    }

    [Test]
    public async Task What_never_comes_true_is_proposed_less_and_less()
    {
        // The same two tokens again and again, and a new one after them each time.
        int read = 0;
        PagedBackend backend = new(new FixedBackend(257, 2048, ids =>
        {
            float[] logits = new float[257];
            logits[ids.Count % 3 == 0 ? ids.Count / 3 % 200 : ids.Count % 3 == 1 ? 250 : 251] = 5;
            return logits;
        }));
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { Speculation = new SpeculationOptions() });
        await GenerateAsync(model, [1], new GenerationOptions { MaxTokens = 1000 });
        read = (int)backend.TokensRead;
        TestContext.Out.WriteLine($"{read} tokens read for 1000, in {backend.PassSizes.Count} passes");
        Assert.That(read, Is.LessThan(1100));
    }

    [Test]
    public void A_draft_model_must_speak_the_same_tokens()
    {
        using CausalLanguageModel other = new(new FixedBackend(300, 8, _ => new float[300]), new ByteTokenizer("more"));
        Assert.That(
            () => new CausalLanguageModel(Repeating(), s_tokenizer, new CausalLanguageModelOptions { Speculation = new SpeculationOptions { DraftModel = other } }),
            Throws.ArgumentException.With.Message.Contains("one vocabulary"));
    }

    [Test]
    public void The_longest_match_is_gone_on_with()
    {
        PromptLookup lookup = new(2, 4);
        int[] draft = new int[4];
        // 1 2 3 stood before 9, 2 3 before 8 later.
        Assert.That((lookup.Propose([1, 2, 3, 9, 5, 2, 3, 8, 6, 1, 2, 3], draft), draft), Is.EqualTo((4, (int[])[9, 5, 2, 3])));
        Assert.That(new PromptLookup(2, 4).Propose([1, 2, 3, 4], draft), Is.Zero);
        Assert.That((new PromptLookup(2, 4).Propose([7, 8, 7, 8], draft), draft), Is.EqualTo((4, (int[])[7, 8, 7, 8])), "a text that repeats itself goes on so");
        Assert.That(new PromptLookup(3, 4).Propose([7, 8, 1, 7, 8], draft), Is.Zero);
    }
}
