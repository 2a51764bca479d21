using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), PyTorch's formula. On the CPU a parameter's update is one pass over its memory
/// instead of the eight of a loop over tensor operations. Not thread-safe.
/// </summary>
public sealed class AdamW : IOptimizer
{
    private readonly AdamWOptions _options;
    private readonly List<Slot> _slots = [];

    /// <summary>Creates the optimiser.</summary>
    /// <param name="parameters">Names and parameters, single precision.</param>
    /// <param name="options">Constants. Default: those of <see cref="AdamWOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a parameter is not single precision.</exception>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, AdamWOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _options = options ?? new AdamWOptions();
        _options.Validate();
        foreach ((string name, Parameter parameter) in parameters)
        {
            if (parameter.dtype != ScalarType.Float32 || !parameter.is_contiguous())
            {
                throw new ArgumentException($"Parameter '{name}' is {parameter.dtype}; the optimiser needs contiguous single precision.", nameof(parameters));
            }

            _slots.Add(new Slot(name, parameter, parameter.dim() >= 2));
        }
    }

    /// <summary>Steps made.</summary>
    public long Steps { get; private set; }

    /// <summary>Names of the parameters that decay.</summary>
    public IEnumerable<string> Decaying => _slots.Where(slot => slot.Decays).Select(slot => slot.Name);

    /// <summary>Makes a step along the gradients; parameters without one stay as they are.</summary>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="maximumNorm">Gradients whose norm over all parameters exceeds this are scaled down to it; null for no limit.</param>
    /// <returns>The norm before scaling. Nothing is changed where it is not finite.</returns>
    public double Step(double learningRate, double? maximumNorm = null) => OptimizerSteps.Step(this, learningRate, maximumNorm);

    /// <summary>Forgets the gradients, so that the next backward pass starts anew.</summary>
    public void ZeroGradients()
    {
        foreach (Slot slot in _slots)
        {
            slot.Parameter.grad = null;
        }
    }

    double IOptimizer.SquaredGradientNorm() => OptimizerState.SquaredGradientNorm(_slots.Select(slot => slot.Parameter));

    void IOptimizer.Apply(double learningRate, double gradientScale)
    {
        Steps++;
        var update = new AdamWUpdate(_options, Steps, learningRate, gradientScale);
        foreach (Slot slot in _slots)
        {
            if (slot.Parameter.grad is Tensor gradient)
            {
                slot.Apply(gradient, update);
            }
        }
    }

    // Mean and mean square of each parameter's gradients, as mean.NAME and square.NAME.
    IReadOnlyList<TensorView> IOptimizer.CopyState() => [.. _slots.SelectMany(slot => slot.CopyState())];

    void IOptimizer.LoadState(ITensorSource state, long steps)
    {
        foreach (Slot slot in _slots)
        {
            slot.LoadState(state);
        }

        Steps = steps;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Slot slot in _slots)
        {
            slot.Dispose();
        }
    }

    private sealed class Slot(string name, Parameter parameter, bool decays) : IDisposable
    {
        private readonly Tensor _mean = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
        private readonly Tensor _square = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

        public string Name => name;

        public Parameter Parameter => parameter;

        public bool Decays => decays;

        public void Apply(Tensor gradient, AdamWUpdate update)
        {
            if (parameter.device_type == DeviceType.CPU && gradient.is_contiguous())
            {
                AdamWKernel.Apply(parameter, gradient, _mean, _square, update, decays);
                return;
            }

            using DisposeScope scope = NewDisposeScope();
            Tensor scaled = gradient.Times(update.GradientScale);
            _mean.MultiplyInPlace(update.Beta1).AddInPlace(scaled, 1 - update.Beta1);
            _square.MultiplyInPlace(update.Beta2).AddInPlace(scaled * scaled, 1 - update.Beta2);
            Tensor step = _mean / _square.sqrt().Times(update.RootScale).Plus(update.Epsilon);
            parameter.MultiplyInPlace(1 - update.Shrinkage(decays)).AddInPlace(step, -update.StepSize);
        }

        public IEnumerable<TensorView> CopyState() =>
            [OptimizerState.View("mean." + name, _mean), OptimizerState.View("square." + name, _square)];

        public void LoadState(ITensorSource state)
        {
            OptimizerState.Read(state, "mean." + name, _mean);
            OptimizerState.Read(state, "square." + name, _square);
        }

        public void Dispose()
        {
            _mean.Dispose();
            _square.Dispose();
        }
    }
}
