using AutoGpt.Sdk.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>What the trainer asks of an optimiser. Parameters without a gradient stay as they are.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>Steps made.</summary>
    long Steps { get; }

    /// <summary>The squared norm of all gradients.</summary>
    double SquaredGradientNorm();

    /// <summary>Makes a step along the gradients, each times <paramref name="gradientScale"/>.</summary>
    void Apply(double learningRate, double gradientScale);

    /// <summary>Forgets the gradients, so that the next backward pass starts anew.</summary>
    void ZeroGradients();

    /// <summary>The state, under names of its own.</summary>
    IReadOnlyList<TensorView> CopyState();

    /// <summary>Takes a state that <see cref="CopyState"/> gave.</summary>
    void LoadState(ITensorSource state, long steps);
}

internal static class OptimizerSteps
{
    /// <summary>A step along gradients that are scaled down to <paramref name="maximumNorm"/> where their norm exceeds it.</summary>
    /// <returns>The norm before scaling. Nothing is changed where it is not finite.</returns>
    public static double Step(this IOptimizer optimizer, double learningRate, double? maximumNorm)
    {
        using IDisposable noGradient = no_grad();

        // Every reading of a gradient makes a tensor, which would keep its memory until it is collected.
        using DisposeScope scope = NewDisposeScope();
        double norm = Math.Sqrt(optimizer.SquaredGradientNorm());
        if (double.IsFinite(norm))
        {
            optimizer.Apply(learningRate, maximumNorm is double limit && norm > limit ? limit / (norm + 1e-6) : 1);
        }

        return norm;
    }
}
