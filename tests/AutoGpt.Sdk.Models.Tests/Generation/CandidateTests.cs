using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Generation;

/// <summary>Lists of candidates against all texts that there are, scored one by one.</summary>
public sealed class CandidateTests
{
    private const int Length = 4;
    private static readonly ITokenizer Letters = CharacterTokenizer.FromText("abcd");

    // Anything that depends on all tokens so far.
    private static float[] Next(IReadOnlyList<int> ids)
    {
        Random random = new(ids.Aggregate(17, (hash, id) => (hash * 31) + id));
        return [.. Enumerable.Range(0, 4).Select(_ => (float)(random.NextDouble() * 4))];
    }

    private static CausalLanguageModel Model() => new(new FixedBackend(4, 8, Next), Letters);

    private static Task<List<Completion>> ListAsync(CausalLanguageModel model, GenerationOptions options, int count = int.MaxValue) =>
        model.GenerateCandidatesAsync(Prompt.Continue(model.Tokenizer.Decode([0])), options).Take(count).ToListAsync().AsTask();

    [Test]
    public async Task Every_text_is_listed_once_and_the_greedy_one_first()
    {
        using CausalLanguageModel model = Model();
        GenerationOptions options = new() { MaxTokens = Length };
        List<Completion> listed = await ListAsync(model, options);
        Assert.That(listed.Select(candidate => candidate.Text).Distinct().Count(), Is.EqualTo(256).And.EqualTo(listed.Count));
        Completion greedy = await model.CompleteAsync(Prompt.Continue("a"), options);
        Assert.That((listed[0].Text, listed[0].Finish, listed[0].Usage), Is.EqualTo((greedy.Text, greedy.Finish, greedy.Usage)));
        Assert.That(listed.SelectMany(candidate => candidate.Tokens).All(token => token.LogProbability is null));
    }

    [Test]
    public async Task Each_parts_where_the_best_text_not_yet_listed_does()
    {
        using CausalLanguageModel model = Model();
        List<Completion> listed = await ListAsync(model, new GenerationOptions { MaxTokens = Length, LogProbabilities = true });
        List<int[]> before = [];
        foreach (Completion candidate in listed)
        {
            int[] ids = [.. candidate.Tokens.Select(token => token.Id)];
            if (before.Count > 0)
            {
                // Of all beginnings that no text of the list has so far, but for the last token, the most probable was gone on with.
                int kept = before.Max(other => Common(other, ids));
                double best = (from other in before from length in Enumerable.Range(0, Length) from id in Enumerable.Range(0, 4) select (int[])[.. other[..length], id])
                    .Where(beginning => !before.Exists(other => Common(other, beginning) == beginning.Length)).Max(LogProbability);
                Assert.That(LogProbability(ids[..(kept + 1)]), Is.EqualTo(best).Within(1e-9));

                // Where it parts, its token's probability is among what those before it left.
                HashSet<int> taken = [.. before.Where(other => Common(other, ids) == kept).Select(other => other[kept])];
                double[] probabilities = [.. Enumerable.Range(0, 4).Select(id => Math.Exp(LogProbability([.. ids[..kept], id]) - LogProbability(ids[..kept])))];
                double left = probabilities.Where((_, id) => !taken.Contains(id)).Sum();
                Assert.That(Math.Exp(candidate.Tokens[kept].ConstrainedLogProbability!.Value), Is.EqualTo(probabilities[ids[kept]] / left).Within(1e-6));
                Assert.That(candidate.Usage, Is.EqualTo(new TokenUsage(0, Length - kept)));
            }

            Assert.That(candidate.Tokens.Sum(token => token.LogProbability), Is.EqualTo(LogProbability(ids)).Within(1e-5));
            before.Add(ids);
        }
    }

    [Test]
    public async Task Candidates_fit_the_schema_and_end()
    {
        using CausalLanguageModel model = new(new FixedBackend(257, 64, ids => [.. Enumerable.Range(0, 257).Select(id => (float)Math.Sin((id * 7) + ids.Count))]), new ByteTokenizer());
        GenerationOptions options = new() { Schema = JsonDocument.Parse("""{"enum":["red","green","blue"]}""").RootElement, MaxTokens = 32 };
        List<Completion> listed = await ListAsync(model, options);
        Assert.That(listed.Select(candidate => candidate.Text), Is.EquivalentTo(["\"red\"", "\"green\"", "\"blue\""]));
        Assert.That(listed.Select(candidate => candidate.Finish), Is.All.EqualTo(FinishReason.Stop));
    }

    [Test]
    public async Task What_is_spelt_in_other_tokens_is_not_gone_through_again()
    {
        Pieces tokenizer = new("\"", "r", "e", "d", "re", "ed", "red", "n", "w", "ne", "ew", "new");
        int decoded = 0;
        float[] Any(IReadOnlyList<int> ids)
        {
            decoded++;
            return [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => (float)Math.Sin((id * 5) + (ids.Count * 3)))];
        }

        using CausalLanguageModel model = new(new FixedBackend(tokenizer.VocabularySize, 64, Any), tokenizer);
        GenerationOptions options = new() { Schema = JsonDocument.Parse("""{"enum":["redredredred","newnewnewnew"]}""").RootElement, MaxTokens = 32 };
        List<Completion> listed = await ListAsync(model, options);
        Assert.That(listed.Select(candidate => candidate.Text), Is.EquivalentTo(["\"redredredred\"", "\"newnewnewnew\""]));
        Assert.That(decoded, Is.LessThan(300), "each text has 4^4 spellings");
    }

    [Test]
    public async Task Of_equals_the_first_comes_first()
    {
        using CausalLanguageModel model = new(new FixedBackend(4, 8, ids => [0, 0, 0, 0]), Letters);
        List<Completion> listed = await ListAsync(model, new GenerationOptions { MaxTokens = 1, LogProbabilities = true });
        Assert.That(listed.Select(candidate => candidate.Text), Is.EqualTo(["a", "b", "c", "d"]));
        Assert.That(listed.Select(candidate => Math.Exp(candidate.Tokens[0].ConstrainedLogProbability!.Value)), Is.EqualTo([1 / 4.0, 1 / 3.0, 1 / 2.0, 1.0]).Within(1e-9));
    }

    [Test]
    public async Task Of_many_tokens_the_next_best_few_are_gone_on_with()
    {
        ITokenizer letters = CharacterTokenizer.FromText("abcdefghijklmnopqrst");
        float[] logits = [.. Enumerable.Range(0, 20).Select(id => (float)((id * 7 % 20) / 5.0))];
        using CausalLanguageModel model = new(new FixedBackend(20, 8, _ => logits), letters);
        List<Completion> listed = await ListAsync(model, new GenerationOptions { MaxTokens = 1, LogProbabilities = true });
        int[] order = [.. Enumerable.Range(0, 20).OrderByDescending(id => logits[id]).Take(CandidateSearch.Alternatives + 1)];
        Assert.That(listed.Select(candidate => candidate.Tokens[0].Id), Is.EqualTo(order));
        double[] left = [.. order.Select((id, rank) => Math.Exp(logits[id]) / Enumerable.Range(0, 20).Except(order[..rank]).Sum(other => Math.Exp(logits[other])))];
        Assert.That(listed.Select(candidate => Math.Exp(candidate.Tokens[0].ConstrainedLogProbability!.Value)), Is.EqualTo(left).Within(1e-6));
    }

    [Test]
    public async Task A_list_can_be_gone_through_twice()
    {
        using CausalLanguageModel model = Model();
        IAsyncEnumerable<Completion> list = model.GenerateCandidatesAsync(Prompt.Continue("a"), new GenerationOptions { MaxTokens = Length });
        IAsyncEnumerable<string> texts = list.Select(candidate => candidate.Text);
        List<string> first = await texts.Take(3).ToListAsync();
        Assert.That(await texts.Take(10).ToListAsync(), Has.Count.EqualTo(10).And.Unique);
        Assert.That(await texts.Take(3).ToListAsync(), Is.EqualTo(first));
    }

    [Test]
    public void Sampling_penalties_and_limits_are_refused_by_name()
    {
        using CausalLanguageModel model = Model();
        Assert.That(
            () => model.GenerateCandidatesAsync(Prompt.Continue("a"), new GenerationOptions { Sampling = new SamplingOptions { RepetitionPenalty = 1.2f } }),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("Temperature and RepetitionPenalty"));
        Assert.That(() => model.GenerateCandidatesAsync(Prompt.Continue("a"), new GenerationOptions { MaxTokens = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task What_may_go_unheeded_is_reported()
    {
        using CausalLanguageModel model = Model();
        List<Completion> listed = await ListAsync(model, new GenerationOptions { Sampling = new SamplingOptions(), AllowUnsupported = true, MaxTokens = Length }, count: 2);
        Assert.That(listed.Select(candidate => candidate.NotHonored), Is.All.EqualTo((string[])["Temperature"]));
        Assert.That(listed[0].Text, Is.EqualTo((await model.CompleteAsync(Prompt.Continue("a"), new GenerationOptions { MaxTokens = Length })).Text));
    }

    [Test]
    public void A_list_can_be_cancelled()
    {
        using CausalLanguageModel model = Model();
        using CancellationTokenSource stop = new();
        Assert.That(
            async () =>
            {
                await foreach (Completion candidate in model.GenerateCandidatesAsync(Prompt.Continue("a"), new GenerationOptions { MaxTokens = Length }, stop.Token))
                {
                    await stop.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static int Common(int[] left, int[] right) => left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();

    private static double LogProbability(int[] ids)
    {
        double sum = 0;
        List<int> read = [.. Letters.Encode("a")];
        foreach (int id in ids)
        {
            float[] logits = Next(read);
            sum += logits[id] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
            read.Add(id);
        }

        return sum;
    }

    /// <summary>A tokenizer of given pieces, which overlap: most texts can be spelt in several ways.</summary>
    private sealed class Pieces(params string[] pieces) : ITokenizer
    {
        public int VocabularySize => pieces.Length + 1;

        public int? BeginOfText => null;

        public int? EndOfText => pieces.Length;

        public int[] Encode(string text) => text.Length == 0 ? [] : [.. Enumerable.Range(0, pieces.Length).Where(id => text.StartsWith(pieces[id], StringComparison.Ordinal))
            .Take(1).SelectMany(id => (int[])[id, .. Encode(text[pieces[id].Length..])])];

        public string Decode(ReadOnlySpan<int> ids) => string.Concat(ids.ToArray().Select(id => IsControl(id) ? "" : pieces[id]));

        public ReadOnlyMemory<byte> GetBytes(int id) => IsControl(id) ? default : System.Text.Encoding.UTF8.GetBytes(pieces[id]);

        public bool IsControl(int id) => id == pieces.Length;
    }
}
