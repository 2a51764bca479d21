using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Generation;

public sealed class CausalLanguageModelTests
{
    private static readonly ByteTokenizer Tokenizer = new();

    [Test]
    public async Task Says_what_the_network_says_until_the_text_ends()
    {
        using CausalLanguageModel model = new(FixedBackend.Saying("Grüße, 世界 😀", prompt: 2), Tokenizer);
        Completion completion = await model.CompleteAsync(Prompt.Continue("hi"));
        Assert.That(completion.Text, Is.EqualTo("Grüße, 世界 😀"));
        Assert.That(completion.Finish, Is.EqualTo(FinishReason.Stop));
        Assert.That(completion.Usage, Is.EqualTo(new TokenUsage(2, 21)));
    }

    [Test]
    public async Task No_update_holds_half_a_character()
    {
        using CausalLanguageModel model = new(FixedBackend.Saying("é世😀", prompt: 2), Tokenizer);
        await foreach (GenerationUpdate update in model.GenerateAsync(Prompt.Continue("hi")))
        {
            Assert.That(update.Text, Does.Not.Contain("\uFFFD"));
            Assert.That(update.Text.Length == 0 || !char.IsHighSurrogate(update.Text[^1]));
        }
    }

    [TestCase("one two three", "two", "one ")]
    [TestCase("aabaac", "aac", "aab")]
    [TestCase("ababac", "abac", "ab")]
    [TestCase("nothing here", "zzz", "nothing here")]
    public async Task Stop_texts_end_the_text_and_are_no_part_of_it(string said, string stop, string expected)
    {
        using CausalLanguageModel model = new(FixedBackend.Saying(said, prompt: 1), Tokenizer);
        Completion completion = await model.CompleteAsync(Prompt.Continue("x"), new GenerationOptions { Stops = [stop] });
        Assert.That(completion.Text, Is.EqualTo(expected));
        Assert.That(completion.Finish, Is.EqualTo(FinishReason.Stop));
    }

    [TestCase(null, "Stops[1] is null")]
    [TestCase("", "Stops[1] is empty")]
    public void A_stop_text_that_is_none_is_named(string? stop, string message)
    {
        using CausalLanguageModel model = new(FixedBackend.Saying("hello", prompt: 1), Tokenizer);
        Assert.That(
            async () => await model.CompleteAsync(Prompt.Continue("x"), new GenerationOptions { Stops = ["\n", stop!] }),
            Throws.ArgumentException.With.Message.Contains(message));
    }

    [Test]
    public void A_limit_of_no_tokens_is_named()
    {
        using CausalLanguageModel model = new(FixedBackend.Saying("hello", prompt: 1), Tokenizer);
        Assert.That(
            async () => await model.CompleteAsync(Prompt.Continue("x"), new GenerationOptions { MaxTokens = 0 }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("MaxTokens is 0; it must be at least 1."));
    }

    [Test]
    public async Task Every_end_that_the_configuration_lists_ends_a_text()
    {
        ITokenizer tokenizer = TokenizerFile.Load(TokenizerFile.Write(CharacterTokenizer.FromText("ab", ["<eos>", "<turn>"])), "t.json", null, [2, 3]);
        int[] said = [0, 1, 3, 1, 2];
        float[] Next(IReadOnlyList<int> ids) => [.. Enumerable.Range(0, 4).Select(id => id == said[ids.Count - 1] ? 1f : 0)];
        using CausalLanguageModel model = new(new FixedBackend(4, 8, Next), tokenizer);
        Completion stopped = await model.CompleteAsync(Prompt.Continue("a"));
        Assert.That((stopped.Text, stopped.Finish, stopped.Usage), Is.EqualTo(("ab", FinishReason.Stop, new TokenUsage(1, 3))));
        Completion through = await model.CompleteAsync(Prompt.Continue("a"), new GenerationOptions { StopAtEndOfText = false, MaxTokens = 5 });
        Assert.That((through.Text, through.Finish), Is.EqualTo(("abb", FinishReason.Length)));
    }

    [Test]
    public async Task Limits_are_reported_as_such()
    {
        using CausalLanguageModel model = new(FixedBackend.Saying(new string('a', 100), prompt: 4, context: 10), Tokenizer);
        Completion byTokens = await model.CompleteAsync(Prompt.Continue("abcd"), new GenerationOptions { MaxTokens = 3 });
        Assert.That((byTokens.Text, byTokens.Finish), Is.EqualTo(("aaa", FinishReason.Length)));
        Completion byContext = await model.CompleteAsync(Prompt.Continue("abcd"));
        Assert.That((byContext.Text.Length, byContext.Finish), Is.EqualTo((7, FinishReason.Length)), "ten tokens are read, the last one's successor is said and not read");
        Assert.That(async () => await model.CompleteAsync(Prompt.Continue("12345678901")), Throws.InstanceOf<AutoGptException>().With.Message.Contains("11").And.Message.Contains("10"));
        Assert.That(async () => await model.CompleteAsync(Prompt.Continue("")), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task Cancellation_ends_within_one_token()
    {
        using CancellationTokenSource stop = new();
        using CausalLanguageModel model = new(FixedBackend.Saying(new string('a', 60), prompt: 1), Tokenizer);
        int tokens = 0;
        Assert.That(
            async () =>
            {
                await foreach (GenerationUpdate update in model.GenerateAsync(Prompt.Continue("x"), null, stop.Token))
                {
                    if (++tokens == 3)
                    {
                        await stop.CancelAsync();
                    }
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(tokens, Is.EqualTo(3));
    }

    [Test]
    public async Task Log_probabilities_are_those_of_the_softmax()
    {
        float[] logits = new float[257];
        logits['a'] = 2;
        logits['b'] = 1;
        using CausalLanguageModel model = new(new FixedBackend(257, 16, _ => logits), Tokenizer);
        double exact = 2 - Math.Log(logits.Sum(logit => Math.Exp(logit)));
        Completion completion = await model.CompleteAsync(Prompt.Continue("x"), new GenerationOptions { MaxTokens = 1, LogProbabilities = true });
        Assert.That(completion.Tokens[0].LogProbability, Is.EqualTo(exact).Within(1e-9));
        IReadOnlyList<double?> scores = await model.ScoreAsync(new[] { (int)'x', 'a', 'b' });
        Assert.That(scores[0], Is.Null);
        Assert.That(scores[1], Is.EqualTo(exact).Within(1e-9));
        Assert.That(scores[2], Is.EqualTo(exact - 1).Within(1e-9));
    }

    [Test]
    public async Task A_schema_decides_over_the_network()
    {
        // All tokens are alike to the network; lowest id first means control characters, which no JSON allows.
        using CausalLanguageModel model = new(new FixedBackend(257, 64, _ => new float[257]), Tokenizer);
        using JsonDocument schema = JsonDocument.Parse("""{"type":"object","properties":{"ok":{"enum":["yes","no"]}},"required":["ok"],"additionalProperties":false}""");
        Completion completion = await model.CompleteAsync(Prompt.Continue("x"), new GenerationOptions { Schema = schema.RootElement, LogProbabilities = true });
        Assert.That(completion.Text, Is.EqualTo("""{"ok":"no"}"""));
        Assert.That(completion.Finish, Is.EqualTo(FinishReason.Stop));
        Assert.That(completion.Tokens.Count(token => token.ConstrainedLogProbability < -0.1), Is.EqualTo(1), "one real choice: yes or no");
        Completion cut = await model.CompleteAsync(Prompt.Continue("x"), new GenerationOptions { Schema = schema.RootElement, MaxTokens = 4 });
        Assert.That(cut.Finish, Is.EqualTo(FinishReason.Length));
    }

    [Test]
    public async Task Many_contexts_share_a_model()
    {
        using CausalLanguageModel model = new(FixedBackend.Saying("hello", prompt: 1), Tokenizer);
        Completion[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => model.CompleteAsync(Prompt.Continue("x"))));
        Assert.That(all.Select(completion => completion.Text), Is.All.EqualTo("hello"));
    }
}
