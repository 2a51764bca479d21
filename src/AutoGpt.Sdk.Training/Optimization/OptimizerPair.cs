using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>Two optimisers that share a network's parameters between them; gradients are measured over both.</summary>
internal sealed class OptimizerPair(IOptimizer first, IOptimizer second) : IOptimizer
{
    public long Steps => first.Steps;

    public double SquaredGradientNorm() => first.SquaredGradientNorm() + second.SquaredGradientNorm();

    public void Apply(double learningRate, double gradientScale)
    {
        first.Apply(learningRate, gradientScale);
        second.Apply(learningRate, gradientScale);
    }

    public void ZeroGradients()
    {
        first.ZeroGradients();
        second.ZeroGradients();
    }

    public IReadOnlyList<TensorView> CopyState() => [.. first.CopyState(), .. second.CopyState()];

    public void LoadState(ITensorSource state, long steps)
    {
        first.LoadState(state, steps);
        second.LoadState(state, steps);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
