using System.Collections.Concurrent;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Training;
using TrainMini.Goals;

namespace TrainMini;

/// <summary>
/// Goals composed as they are needed, ahead of the training, on as many threads as there are pools ahead: no goal comes twice. Batches are drawn in pools of examples
/// sorted by length, so that little is padding; a batch is a function of its number.
/// </summary>
/// <param name="corpus">What goals are composed of.</param>
/// <param name="tokenizer">Encodes them.</param>
/// <param name="rows">Goals in a batch.</param>
/// <param name="ahead">Pools composed while one is trained on, at least 1.</param>
internal sealed class GoalBatchSource(Corpus corpus, BytePairTokenizer tokenizer, int rows, int ahead) : IBatchSource
{
    private const int BatchesPerPool = 16;

    // Validation goals come from seeds that training never reaches.
    private const int FirstValidationSeed = 1_500_000_000;
    private const int ValidationRows = 128;

    // A composer keeps the goal it is at work on, so that each pool under construction has its own.
    private readonly ConcurrentBag<GoalComposer> _composers = [];
    private readonly Dictionary<long, Task<TokenBatch[]>> _pools = [];
    private readonly Lock _gate = new();
    private Task<TokenBatch[]>? _validation;

    public string Fingerprint { get; } = $"{corpus.Fingerprint()} by {rows}";

    public int MaximumLength { get; } = 256;

    public TokenBatch GetTrainingBatch(long index)
    {
        // Composed beside the training, too, rather than when it first waits for them.
        _ = ValidationPool();
        long number = index / BatchesPerPool;
        Task<TokenBatch[]> pool;
        lock (_gate)
        {
            foreach (long past in _pools.Keys.Where(each => each < number || each > number + ahead).ToArray())
            {
                _pools.Remove(past);
            }

            for (long each = number; each <= number + ahead; each++)
            {
                long wanted = each;
                if (!_pools.ContainsKey(wanted))
                {
                    _pools.Add(wanted, Task.Run(() => TrainingPool(wanted)));
                }
            }

            pool = _pools[number];
        }

        return pool.GetAwaiter().GetResult()[index % BatchesPerPool];
    }

    /// <summary>Goals in wordings of the validation set, over combinations that are trained on.</summary>
    public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => ValidationPool().GetAwaiter().GetResult().Take(maximum);

    private Task<TokenBatch[]> ValidationPool()
    {
        lock (_gate)
        {
            return _validation ??= Task.Run(() =>
            {
                GoalComposer composer = corpus.Composer(PhrasingSet.Validation);
                return Pool(0, ValidationRows, Seeds(FirstValidationSeed).Select(composer.Draw).Where(example => example.HeldOutPhrasing && !example.HeldOutCombination));
            });
        }
    }

    private TokenBatch[] TrainingPool(long number)
    {
        GoalComposer composer = _composers.TryTake(out GoalComposer? idle) ? idle : corpus.Composer(PhrasingSet.Training);
        TokenBatch[] batches = Pool(number, rows, Seeds(number * rows * BatchesPerPool).Select(composer.Draw));
        _composers.Add(composer);
        return batches;
    }

    private static IEnumerable<int> Seeds(long first)
    {
        for (int seed = unchecked((int)first); ; seed++)
        {
            yield return seed;
        }
    }

    private TokenBatch[] Pool(long number, int rows, IEnumerable<Example> examples)
    {
        Random random = new(unchecked((int)(number * 7919)));
        IEnumerable<(int[] Ids, int Prompt)> fitting = examples.Select(Encode).Where(example => example.Ids.Length <= MaximumLength).Take(rows * BatchesPerPool);
        TokenBatch[] batches = [.. fitting.OrderBy(example => example.Ids.Length).Chunk(rows).Select(Pad)];
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

        return new TokenBatch(rows.Length, length, ids, targets) { Lengths = [.. rows.Select(row => row.Ids.Length - 1)] };
    }
}
