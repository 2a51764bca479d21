using AutoGpt.Sdk.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), PyTorch's formula. On the CPU a parameter's update is one pass over its memory
/// instead of the eight of a loop over tensor operations. Not thread-safe.
/// </summary>
public sealed class AdamW : IDisposable
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
    public double Step(double learningRate, double? maximumNorm = null)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (Slot Slot, Tensor Gradient)[] active = [.. _slots.Select(slot => (slot, slot.Parameter.grad!)).Where(pair => pair.Item2 is not null)];
        double norm = Math.Sqrt(active.Sum(pair => SquareSum(pair.Gradient)));
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        Steps++;
        var update = new AdamWUpdate(_options, Steps, learningRate, maximumNorm is double limit && norm > limit ? limit / (norm + 1e-6) : 1);
        foreach ((Slot slot, Tensor gradient) in active)
        {
            slot.Apply(gradient, update);
        }

        return norm;
    }

    /// <summary>Forgets the gradients, so that the next backward pass starts anew.</summary>
    public void ZeroGradients()
    {
        foreach (Slot slot in _slots)
        {
            slot.Parameter.grad = null;
        }
    }

    /// <summary>The state: mean and mean square of each parameter's gradients, as <c>mean.NAME</c> and <c>square.NAME</c>.</summary>
    internal IReadOnlyList<TensorView> CopyState() => [.. _slots.SelectMany(slot => slot.CopyState())];

    /// <summary>Takes a state that <see cref="CopyState"/> gave.</summary>
    internal void LoadState(ITensorSource state, long steps)
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

    private static double SquareSum(Tensor gradient)
    {
        if (gradient.device_type == DeviceType.CPU && gradient.is_contiguous())
        {
            return AdamWKernel.SquareSum(TensorSpan.Of(gradient));
        }

        using Tensor squares = gradient.square();
        using Tensor sum = squares.sum(ScalarType.Float64);
        return sum.item<double>();
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
            Tensor scaled = gradient.mul(update.GradientScale);
            _mean.mul_(update.Beta1).add_(scaled, 1 - update.Beta1);
            _square.mul_(update.Beta2).addcmul_(scaled, scaled, 1 - update.Beta2);
            parameter.mul_(1 - update.Shrinkage(decays));
            parameter.addcdiv_(_mean, _square.sqrt().mul_(update.RootScale).add_(update.Epsilon), -update.StepSize);
        }

        public IEnumerable<TensorView> CopyState() =>
            [View("mean." + name, _mean), View("square." + name, _square)];

        public void LoadState(ITensorSource state)
        {
            Read(state, "mean." + name, _mean);
            Read(state, "square." + name, _square);
        }

        public void Dispose()
        {
            _mean.Dispose();
            _square.Dispose();
        }

        private static TensorView View(string name, Tensor tensor) =>
            new(name, TensorType.F32, [.. tensor.shape.Select(size => (int)size)], Models.Torch.TensorBytes.Copy(tensor));

        private static void Read(ITensorSource state, string name, Tensor destination)
        {
            if (!state.TryGet(name, out TensorView view) || !view.Shape.Select(size => (long)size).SequenceEqual(destination.shape))
            {
                throw new CheckpointException("the optimiser's state", $"tensor '{name}' is missing or has another shape. It belongs to another network.");
            }

            float[] values = new float[view.Count];
            TensorReader.ReadSingles(view, values);
            using IDisposable noGradient = no_grad();
            using Tensor source = torch.tensor(values, destination.shape);
            destination.copy_(source);
        }
    }
}
