using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Training;
using TrainMini.Goals;

namespace TrainMini;

/// <summary>
/// Goals composed as they are needed: no goal comes twice. Batches are drawn in pools of examples sorted by length, so that little is
/// padding; a batch is a function of its number.
/// </summary>
internal sealed class GoalBatchSource(Corpus corpus, BytePairTokenizer tokenizer, int rows) : IBatchSource
{
    private const int BatchesPerPool = 16;

    // Validation goals come from seeds that training never reaches.
    private const int ValidationPool = 50_000_000;

    private readonly GoalComposer _composer = corpus.Composer(PhrasingSet.Training);
    private readonly Lock _gate = new();
    private (long Number, TokenBatch[] Batches) _pool = (-1, []);

    public string Fingerprint { get; } = $"{corpus.Fingerprint()} by {rows}";

    public int MaximumLength { get; } = 256;

    public TokenBatch GetTrainingBatch(long index)
    {
        lock (_gate)
        {
            long number = index / BatchesPerPool;
            if (_pool.Number != number)
            {
                _pool = (number, Pool(number, seeds: number * rows * BatchesPerPool));
            }

            return _pool.Batches[index % BatchesPerPool];
        }
    }

    public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => Pool(ValidationPool, seeds: ValidationPool).Take(maximum);

    private TokenBatch[] Pool(long number, long seeds)
    {
        Random random = new(unchecked((int)(number * 7919)));
        List<(int[] Ids, int Prompt)> examples = [];
        for (int seed = unchecked((int)seeds); examples.Count < rows * BatchesPerPool; seed++)
        {
            (int[] Ids, int Prompt) example = Encode(_composer.Draw(seed));
            if (example.Ids.Length <= MaximumLength)
            {
                examples.Add(example);
            }
        }

        TokenBatch[] batches = [.. examples.OrderBy(example => example.Ids.Length).Chunk(rows).Select(Pad)];
        random.Shuffle(batches);
        return batches;
    }

    private (int[] Ids, int Prompt) Encode(Example example)
    {
        int[] prompt = MiniPrompt.Encode(tokenizer, example.Goal, example.Feedback);
        return ([.. prompt, .. tokenizer.Encode(example.Plan), tokenizer.EndOfText!.Value], prompt.Length);
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
