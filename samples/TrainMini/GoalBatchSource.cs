using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Training;
using TrainMini.Goals;

namespace TrainMini;

/// <summary>
/// Goals composed as they are needed: no goal comes twice. Batches are drawn in pools of examples sorted by length, so that little is
/// padding; a batch is a function of its number.
/// </summary>
internal sealed class GoalBatchSource(GoalComposer composer, BytePairTokenizer tokenizer, string fingerprint) : IBatchSource
{
    private const int Rows = 40;
    private const int BatchesPerPool = 16;

    // Validation goals come from seeds that training never reaches.
    private const int ValidationPool = 50_000_000;

    private readonly Lock _gate = new();
    private (long Number, TokenBatch[] Batches) _pool = (-1, []);

    public string Fingerprint => fingerprint;

    public int MaximumLength { get; } = 256;

    public TokenBatch GetTrainingBatch(long index)
    {
        lock (_gate)
        {
            long number = index / BatchesPerPool;
            if (_pool.Number != number)
            {
                _pool = (number, Pool(number, Rows * BatchesPerPool));
            }

            return _pool.Batches[index % BatchesPerPool];
        }
    }

    public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => Pool(ValidationPool, Rows * BatchesPerPool).Take(maximum);

    public int[] Encode(Example example, out int promptLength)
    {
        if (example.Verdict is { } accepted)
        {
            int[] review = MiniPrompt.EncodeReview(tokenizer, example.Goal, example.Plan);
            promptLength = review.Length;
            return [.. review, .. tokenizer.Encode(accepted ? MiniPrompt.Accepted : MiniPrompt.Doubted), tokenizer.EndOfText!.Value];
        }

        int[] prompt = MiniPrompt.Encode(tokenizer, example.Goal, example.Feedback);
        promptLength = prompt.Length;
        return [.. prompt, .. tokenizer.Encode(example.Plan), tokenizer.EndOfText!.Value];
    }

    private TokenBatch[] Pool(long number, int size)
    {
        Random random = new(unchecked((int)(number * 7919)));
        List<(int[] Ids, int Prompt)> examples = [];
        for (int seed = unchecked((int)(number * size)); examples.Count < size; seed++)
        {
            Example example = composer.Draw(seed);
            int[] ids = Encode(example, out int prompt);
            if (ids.Length <= MaximumLength)
            {
                examples.Add((ids, prompt));
            }
        }

        TokenBatch[] batches = [.. examples.OrderBy(example => example.Ids.Length).Chunk(Rows).Select(Pad)];
        random.Shuffle(batches);
        return batches;
    }

    private TokenBatch Pad((int[] Ids, int Prompt)[] rows)
    {
        int length = (rows.Max(row => row.Ids.Length - 1) + 7) / 8 * 8;
        int[] ids = new int[rows.Length * length];
        int[] targets = new int[rows.Length * length];
        Array.Fill(targets, TokenBatch.Ignored);
        for (int row = 0; row < rows.Length; row++)
        {
            int[] tokens = rows[row].Ids;
            tokens.AsSpan(0, tokens.Length - 1).CopyTo(ids.AsSpan(row * length));
            // Position i predicts token i + 1: the last token of the prompt predicts the first of the plan.
            tokens.AsSpan(rows[row].Prompt).CopyTo(targets.AsSpan((row * length) + rows[row].Prompt - 1));
        }

        return new TokenBatch(rows.Length, length, ids, targets) { TokenCount = rows.Sum(row => row.Ids.Length - 1) };
    }
}
