using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>Moves an optimiser's tensors to checkpoints and back, and measures gradients.</summary>
internal static class OptimizerState
{
    public static TensorView View(string name, Tensor tensor) =>
        new(name, TensorType.F32, [.. tensor.shape.Select(size => (int)size)], TensorBytes.Copy(tensor));

    public static void Read(ITensorSource state, string name, Tensor destination)
    {
        if (!state.TryGet(name, out TensorView view) || !view.Shape.Select(size => (long)size).SequenceEqual(destination.shape))
        {
            throw new CheckpointException("the optimiser's state", $"tensor '{name}' is missing or has another shape. It belongs to another network or optimiser.");
        }

        float[] values = new float[view.Count];
        TensorReader.ReadSingles(view, values);
        using IDisposable noGradient = no_grad();
        using Tensor source = tensor(values, destination.shape);
        destination.copy_(source);
    }

    public static double SquaredGradientNorm(IEnumerable<Parameter> parameters) => parameters.Sum(parameter => parameter.grad is Tensor gradient ? SquareSum(gradient) : 0);

    private static double SquareSum(Tensor gradient)
    {
        if (gradient.device_type == DeviceType.CPU && gradient.is_contiguous())
        {
            return AdamWKernel.SquareSum(TensorSpan.Of(gradient));
        }

        using Tensor squares = gradient * gradient;
        using Tensor sum = squares.sum(ScalarType.Float64);
        return sum.item<double>();
    }
}
