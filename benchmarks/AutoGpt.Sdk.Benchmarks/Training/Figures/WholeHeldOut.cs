using AutoGpt.Sdk.Training;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>Batches of a data set, measured on every held-out token: windows side by side, the last one as long as what is left. A token sees those of its window before it, and no others.</summary>
internal sealed class WholeHeldOut(TokenDataset training, ReadOnlyMemory<int> heldOut, int rows) : IBatchSource
{
    public string Fingerprint => training.Fingerprint + " whole";

    public int MaximumLength => training.MaximumLength;

    public TokenBatch GetTrainingBatch(long index) => training.GetTrainingBatch(index);

    public IEnumerable<TokenBatch> GetValidationBatches(int maximum)
    {
        int targets = heldOut.Length - 1, stride = MaximumLength * rows;
        for (int from = 0; from < targets; from += stride)
        {
            ReadOnlySpan<int> known = heldOut.Span;
            int count = Math.Min(stride, targets - from), filled = (count + MaximumLength - 1) / MaximumLength;
            int[] ids = new int[filled * MaximumLength], next = new int[ids.Length];
            next.AsSpan().Fill(TokenBatch.Ignored);
            known.Slice(from, count).CopyTo(ids);
            known.Slice(from + 1, count).CopyTo(next);
            yield return new TokenBatch(filled, MaximumLength, ids, next);
        }
    }
}
