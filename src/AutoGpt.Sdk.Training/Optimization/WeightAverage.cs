using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// An exponential moving average of weights (Polyak and Juditsky 1992; Tarvainen and Valpola 2017). It begins as an even mean, so that early updates do not leave the
/// initial weights in it: the decay of update t is at most (1 + t) / (10 + t).
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly (string Name, Parameter Weight, Tensor Mean)[] _parts;
    private readonly double _decay;

    public WeightAverage(IEnumerable<(string Name, Parameter Parameter)> parameters, double decay)
    {
        _decay = decay;
        using IDisposable noGradient = no_grad();
        _parts = [.. parameters.Select(each =>
        {
            Tensor mean = each.Parameter.detach().clone();
            mean.DetachFromDisposeScope();
            return (each.Name, each.Parameter, mean);
        })];
    }

    /// <summary>Takes the weights in after an update.</summary>
    /// <param name="updates">Updates made, from 1.</param>
    public void Add(long updates)
    {
        using IDisposable noGradient = no_grad();
        double decay = Math.Min(_decay, (1.0 + updates) / (10 + updates));
        foreach ((_, Parameter weight, Tensor mean) in _parts)
        {
            mean.MultiplyInPlace(decay);
            mean.AddInPlace(weight, 1 - decay);
        }
    }

    /// <summary>Puts the average into the network and the network's weights into the average; again for the way back.</summary>
    public void Swap()
    {
        using IDisposable noGradient = no_grad();
        foreach ((_, Parameter weight, Tensor mean) in _parts)
        {
            using Tensor kept = weight.clone();
            weight.copy_(mean);
            mean.copy_(kept);
        }
    }

    public IReadOnlyList<TensorView> CopyState() => [.. _parts.Select(part => OptimizerState.View(part.Name, part.Mean))];

    public void LoadState(ITensorSource state)
    {
        foreach ((string name, _, Tensor mean) in _parts)
        {
            OptimizerState.Read(state, name, mean);
        }
    }

    public void Dispose()
    {
        foreach ((_, _, Tensor mean) in _parts)
        {
            mean.Dispose();
        }
    }
}
