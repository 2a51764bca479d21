using System.Text.Json;
using AutoGpt.Sdk.Models.Tests.Scheduling;
using static AutoGpt.Sdk.Models.Tests.Scheduling.Networks;

namespace AutoGpt.Sdk.Models.Tests.Generation;

/// <summary>Forced tokens in generations, and the end of the window.</summary>
public sealed class DecodingLoopTests
{
    private static readonly ByteTokenizer s_tokenizer = new();
    private static readonly JsonElement s_schema = JsonDocument.Parse("""
        {"type":"object","properties":{"tool":{"enum":["read_file","rename"]},"arguments":{"type":"object","properties":{"path":{"type":"string","maxLength":5}},
        "required":["path"]}},"required":["tool","arguments"]}
        """).RootElement;

    [Test]
    public async Task Forced_text_takes_no_pass_of_its_own([Values] bool logProbabilities)
    {
        PagedBackend backend = new(Random());
        using CausalLanguageModel model = new(backend, s_tokenizer);
        using CausalLanguageModel plain = new(Random(), s_tokenizer, new CausalLanguageModelOptions { ForcedTokens = false });
        GenerationOptions options = new() { Schema = s_schema, MaxTokens = 100, LogProbabilities = logProbabilities, TopLogProbabilities = logProbabilities ? 2 : 0 };
        foreach (int seed in Enumerable.Range(0, 5))
        {
            backend.PassSizes.Clear();
            // With a token a byte, forced tokens are the only ones that are allowed: all is as without.
            int[] prompt = Ids(seed, 20);
            List<GenerationUpdate> expected = await plain.GenerateAsync(prompt, options).ToListAsync();
            List<GenerationUpdate> actual = await model.GenerateAsync(prompt, options).ToListAsync();
            Assert.That(actual.Select(update => (update.Text, update.Tokens[0].Id, update.Finish, update.Usage)), Is.EqualTo(expected.Select(update => (update.Text, update.Tokens[0].Id, update.Finish, update.Usage))));
            Assert.That(actual.Select(update => update.Tokens[0].LogProbability), Is.EqualTo(expected.Select(update => update.Tokens[0].LogProbability)));
            Assert.That(actual.Select(update => update.Tokens[0].ConstrainedLogProbability), Is.EqualTo(expected.Select(update => update.Tokens[0].ConstrainedLogProbability)));
            Assert.That(actual.Select(update => update.Tokens[0].Top), Is.EqualTo(expected.Select(update => update.Tokens[0].Top)));
            Assert.That(actual, Has.Count.GreaterThan(40));
            Assert.That(backend.PassSizes, Has.Count.LessThan(20));
        }
    }

    [Test]
    public async Task Seeds_limits_and_stops_hold_among_forced_tokens()
    {
        using CausalLanguageModel model = new(Random(), s_tokenizer);
        using CausalLanguageModel plain = new(Random(), s_tokenizer, new CausalLanguageModelOptions { ForcedTokens = false });
        for (int limit = 1; limit < 60; limit++)
        {
            GenerationOptions options = new()
            {
                Schema = s_schema, MaxTokens = limit, Seed = limit, Sampling = new SamplingOptions { Temperature = 0.8f, RepetitionPenalty = 1.1f },
                Stops = limit % 3 == 0 ? ["\"arg"] : [],
            };
            // Some of them end at the end of the window.
            int[] prompt = Ids(limit, limit % 2 == 0 ? 10 : 230);
            Completion expected = await CompleteAsync(plain, prompt, options);
            Completion actual = await CompleteAsync(model, prompt, options);
            Assert.That((actual.Text, actual.Finish, actual.Usage), Is.EqualTo((expected.Text, expected.Finish, expected.Usage)));
            Assert.That(actual.Tokens, Is.EqualTo(expected.Tokens));
        }
    }

    [Test]
    public async Task Candidates_are_the_same_with_and_without_forced_tokens()
    {
        using CausalLanguageModel model = new(new PagedBackend(Random()), s_tokenizer);
        using CausalLanguageModel plain = new(Random(), s_tokenizer, new CausalLanguageModelOptions { ForcedTokens = false });
        GenerationOptions options = new() { Schema = s_schema, MaxTokens = 100, LogProbabilities = true };
        List<Completion> expected = await plain.GenerateCandidatesAsync(Prompt.Continue("plan"), options).Take(12).ToListAsync();
        List<Completion> actual = await model.GenerateCandidatesAsync(Prompt.Continue("plan"), options).Take(12).ToListAsync();
        Assert.That(actual.Select(candidate => candidate.Text), Is.EqualTo(expected.Select(candidate => candidate.Text)));
        Assert.That(actual.Select(candidate => candidate.Usage), Is.EqualTo(expected.Select(candidate => candidate.Usage)));
        Assert.That(actual.SelectMany(candidate => candidate.Tokens), Is.EqualTo(expected.SelectMany(candidate => candidate.Tokens)));
    }

    [Test]
    public async Task At_the_end_of_the_window_the_older_half_is_dropped_and_the_rest_read_again()
    {
        const int window = 32, kept = 5;
        using PagedBackend backend = new(Repeating(window));
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { ContextShift = new ContextShift { KeptTokens = kept } });
        int[] prompt = Ids(3, 20);
        GenerationOptions options = new() { MaxTokens = 100, StopAtEndOfText = false };
        Completion completion = await CompleteAsync(model, prompt, options);
        Assert.That((completion.Finish, completion.Usage.CompletionTokens), Is.EqualTo((FinishReason.Length, 100)));

        // By hand: a fresh context each time.
        using CausalLanguageModel fresh = new(Repeating(window), s_tokenizer);
        List<int> seen = [.. prompt];
        List<int> said = [];
        while (said.Count < 100)
        {
            if (seen.Count > window)
            {
                int tail = (window - kept) / 2;
                seen = [.. seen[..kept], .. seen[^tail..]];
            }

            using ITokenContext context = fresh.CreateContext();
            float[] logits = await ReadAsync(context, [.. seen]);
            int next = Array.IndexOf(logits, logits.Max());
            seen.Add(next);
            said.Add(next);
        }

        Assert.That(completion.Tokens.Select(token => token.Id), Is.EqualTo(said));
        Assert.That(
            () => new CausalLanguageModel(Repeating(window), s_tokenizer, new CausalLanguageModelOptions { ContextShift = new ContextShift { KeptTokens = 31 } }),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task A_schema_goes_on_across_the_window()
    {
        JsonElement schema = JsonDocument.Parse("""{"type":"array","items":{"type":"integer","minimum":100,"maximum":999},"minItems":40,"maxItems":40}""").RootElement;
        using CausalLanguageModel model = new(Repeating(48), s_tokenizer, new CausalLanguageModelOptions { ContextShift = new ContextShift(), Speculation = new SpeculationOptions() });
        Completion completion = await CompleteAsync(model, Ids(0, 10), new GenerationOptions { Schema = schema, MaxTokens = 400 });
        Assert.That(completion.Finish, Is.EqualTo(FinishReason.Stop));
        Assert.That(JsonDocument.Parse(completion.Text).RootElement.GetArrayLength(), Is.EqualTo(40));
    }

    private static async Task<Completion> CompleteAsync(CausalLanguageModel model, int[] prompt, GenerationOptions options)
    {
        List<GenerationUpdate> updates = await model.GenerateAsync(prompt, options).ToListAsync();
        return new Completion(string.Concat(updates.Select(update => update.Text)), [.. updates.SelectMany(update => update.Tokens)], updates[^1].Finish!.Value, updates[^1].Usage!.Value);
    }
}
