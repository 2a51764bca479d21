using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>Cross-entropy of the next token, in nats, over the targets that count.</summary>
public static class CausalLoss
{
    /// <summary>The sum over a batch's targets, with gradients where they are on.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batch">The batch.</param>
    /// <returns>A scalar, to be divided by the number of targets.</returns>
    /// <exception cref="ArgumentException">A token lies outside the vocabulary, or a row is longer than the context.</exception>
    public static Tensor Sum(CausalTransformer model, TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        Check(model, batch);
        using DisposeScope scope = NewDisposeScope();
        Device device = model.parameters().First().device;
        Tensor ids = tensor(Widen(batch.Ids), [batch.Rows, batch.Length], device: device);
        Tensor hidden = model.Hidden(ids).reshape(-1, model.Config.Width); // [rows · length, width]
        Tensor targets = tensor(Widen(batch.Targets), device: device);
        if (batch.TargetCount < batch.Targets.Count)
        {
            // The head is a good part of a small network's work: it runs only where its result counts.
            Tensor places = tensor(Counted(batch), device: device);
            hidden = hidden.index_select(0, places);
            targets = targets.index_select(0, places);
        }

        return functional.cross_entropy(model.Logits(hidden), targets, reduction: Reduction.Sum).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over all targets of some batches, without gradients and dropout.</summary>
    /// <param name="model">The network, with its adapter; their modes are restored.</param>
    /// <param name="batches">The batches.</param>
    /// <returns>Nats per token; null where there is no batch.</returns>
    public static double? Mean(CausalTransformer model, IEnumerable<TokenBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        return StepLoss.Mean(model.Adapter is null ? [model] : [model, model.Adapter], batches.Select(batch => new TrainingStep(batch.TargetCount, batch.TokenCount, () => Sum(model, batch))));
    }

    private static long[] Counted(TokenBatch batch)
    {
        long[] places = new long[batch.TargetCount];
        int next = 0;
        for (int i = 0; i < batch.Targets.Count; i++)
        {
            if (batch.Targets[i] != TokenBatch.Ignored)
            {
                places[next++] = i;
            }
        }

        return places;
    }

    private static long[] Widen(IReadOnlyList<int> values)
    {
        long[] wide = new long[values.Count];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }

    private static void Check(CausalTransformer model, TokenBatch batch)
    {
        TokenRange.Require(batch.Ids, model.Config.VocabularySize);
        TokenRange.Require(batch.Targets.Where(target => target != TokenBatch.Ignored), model.Config.VocabularySize);
    }
}
