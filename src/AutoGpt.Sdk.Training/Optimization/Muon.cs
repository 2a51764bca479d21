using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Momentum made orthogonal: a matrix moves along the nearest (semi-)orthogonal matrix to its Nesterov momentum, so that all directions of a layer learn
/// alike fast (Jordan et al. 2024, "Muon"); scaled and decayed as by Liu et al. 2025, "Muon is scalable for LLM training". For the matrices between
/// embedding and head; those two and the vectors go to <see cref="AdamW"/>. Not thread-safe.
/// </summary>
public sealed class Muon : IOptimizer
{
    private readonly MuonOptions _options;
    private readonly List<(string Name, Parameter Parameter, Tensor Momentum)> _slots = [];

    /// <summary>Creates the optimiser.</summary>
    /// <param name="parameters">Names and parameters: matrices, single precision.</param>
    /// <param name="options">Constants. Default: those of <see cref="MuonOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a parameter is no single-precision matrix.</exception>
    public Muon(IEnumerable<(string Name, Parameter Parameter)> parameters, MuonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _options = options ?? new MuonOptions();
        _options.Validate();
        foreach ((string name, Parameter parameter) in parameters)
        {
            if (parameter.dtype != ScalarType.Float32 || parameter.dim() != 2)
            {
                throw new ArgumentException($"Parameter '{name}' is {parameter.dtype} of {parameter.dim()} dimensions; the optimiser needs single-precision matrices.", nameof(parameters));
            }

            _slots.Add((name, parameter, zeros_like(parameter, requires_grad: false).DetachFromDisposeScope()));
        }
    }

    /// <inheritdoc cref="AdamW.Steps" />
    public long Steps { get; private set; }

    /// <summary>Whether a parameter of a causal transformer is a matrix between embedding and head.</summary>
    internal static bool Suits(string name, Parameter parameter) => parameter.dim() == 2 && name.StartsWith("model.layers.", StringComparison.Ordinal);

    /// <inheritdoc cref="AdamW.Step" />
    public double Step(double learningRate, double? maximumNorm = null) => OptimizerSteps.Step(this, learningRate, maximumNorm);

    /// <inheritdoc cref="AdamW.ZeroGradients" />
    public void ZeroGradients()
    {
        foreach ((_, Parameter parameter, _) in _slots)
        {
            parameter.grad = null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach ((_, _, Tensor momentum) in _slots)
        {
            momentum.Dispose();
        }
    }

    double IOptimizer.SquaredGradientNorm() => OptimizerState.SquaredGradientNorm(_slots.Select(slot => slot.Parameter));

    void IOptimizer.Apply(double learningRate, double gradientScale)
    {
        Steps++;

        // Matrices of one shape go through the iteration together: many small products at a time keep the cores busier than one after another.
        foreach (IGrouping<(long Rows, long Columns), (string Name, Parameter Parameter, Tensor Momentum)> shape in
            _slots.Where(slot => slot.Parameter.grad is not null).GroupBy(slot => (slot.Parameter.shape[0], slot.Parameter.shape[1])))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] directions = [.. shape.Select(slot => Nesterov(slot.Parameter.grad!, slot.Momentum, gradientScale, _options.Momentum))];
            Tensor[] steps = Orthogonalize(stack(directions), _options.Iterations).unbind();

            // An orthogonal m × n matrix has elements of root mean square 1 / √max(m, n).
            double size = _options.StepRootMeanSquare * Math.Sqrt(Math.Max(shape.Key.Rows, shape.Key.Columns));
            foreach ((Parameter parameter, Tensor step) in shape.Select(slot => slot.Parameter).Zip(steps))
            {
                parameter.MultiplyInPlace(1 - (learningRate * _options.WeightDecay)).AddInPlace(step, -learningRate * size);
            }
        }
    }

    IReadOnlyList<TensorView> IOptimizer.CopyState() => [.. _slots.Select(slot => OptimizerState.View("momentum." + slot.Name, slot.Momentum))];

    void IOptimizer.LoadState(ITensorSource state, long steps)
    {
        foreach ((string name, _, Tensor momentum) in _slots)
        {
            OptimizerState.Read(state, "momentum." + name, momentum);
        }

        Steps = steps;
    }

    /// <summary>
    /// Roughly U Vᵀ of each matrix U S Vᵀ in <c>[count, rows, columns]</c>: a polynomial that takes every singular value to between .7 and 1.2 is iterated on it,
    /// which costs matrix products only.
    /// </summary>
    internal static Tensor Orthogonalize(Tensor matrices, int iterations)
    {
        using DisposeScope scope = NewDisposeScope();
        bool tall = matrices.shape[1] > matrices.shape[2];
        Tensor x = tall ? matrices.transpose(1, 2) : matrices; // [count, m, n], m ≤ n, so that the products with the transposed are small
        x = x / (x * x).sum([1, 2], keepdim: true).sqrt().Plus(1e-7);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            // x ← a x + (b x xᵀ + c (x xᵀ)²) x; Jordan's constants, the steepest at 0. The receiver and the first argument are the factors (TorchSharp 0.107).
            Tensor gram = x.bmm(x.transpose(1, 2)); // [count, m, m]
            Tensor polynomial = gram.baddbmm(gram, gram, beta: -4.7750f, alpha: 2.0315f);
            x = polynomial.baddbmm(x, x, beta: 3.4445f, alpha: 1);
        }

        return (tall ? x.transpose(1, 2) : x).MoveToOuterDisposeScope();
    }

    private static Tensor Nesterov(Tensor gradient, Tensor momentum, double gradientScale, double decay)
    {
        momentum.MultiplyInPlace(decay).AddInPlace(gradient, gradientScale);
        return gradient.Times(gradientScale).AddInPlace(momentum, decay);
    }
}
