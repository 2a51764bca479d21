using AutoGpt.Sdk.Training;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>
/// Sums of two numbers below 100 as minGPT writes them (Karpathy, projects/adder): two digits, two digits, and the three of the sum from the last to the first, since they are found in this order.
/// Only the sum's digits are learned. All 10,000 pairs, shuffled; the first 500 are held out.
/// </summary>
internal sealed class AdditionPairs : IBatchSource
{
    public const int HeldOutPairs = 500;
    private const int Asked = 4, Answered = 3;
    private readonly int _batch;
    private readonly int _seed;
    private readonly int[] _pairs = [.. Enumerable.Range(0, 10_000)];

    public AdditionPairs(int batch, int seed)
    {
        (_batch, _seed) = (batch, seed);
        new Random(seed).Shuffle(_pairs);
    }

    public string Fingerprint => $"addition batch {_batch} seed {_seed}";

    public int MaximumLength => Asked + Answered - 1;

    /// <summary>Digits of the numbers and of their sums, held out.</summary>
    public IEnumerable<(int[] Asked, int[] Answer)> HeldOut => _pairs.Take(HeldOutPairs).Select(pair => (Digits(pair)[..Asked], Digits(pair)[Asked..]));

    public TokenBatch GetTrainingBatch(long index)
    {
        Random random = new(SeedOf(index));
        return Batch([.. Enumerable.Range(0, _batch).Select(_ => _pairs[random.Next(HeldOutPairs, _pairs.Length)])]);
    }

    public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => [Batch(_pairs[..HeldOutPairs])];

    private TokenBatch Batch(int[] pairs)
    {
        int[][] rows = [.. pairs.Select(Digits)];
        return new TokenBatch(rows.Length, MaximumLength, [.. rows.SelectMany(row => row[..^1])],
            [.. rows.SelectMany(row => Enumerable.Repeat(TokenBatch.Ignored, Asked - 1).Concat(row[Asked..]))]);
    }

    private static int[] Digits(int pair)
    {
        (int a, int b) = (pair / 100, pair % 100);
        int sum = a + b;
        return [a / 10, a % 10, b / 10, b % 10, sum % 10, sum / 10 % 10, sum / 100];
    }

    private int SeedOf(long index) => unchecked((int)((index * 0x1E3779B97F4A7C15L >> 17) ^ _seed));
}
