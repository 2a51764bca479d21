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

    public static double SquaredGradientNorm(IEnumerable<Parameter> parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        double norm = 0;
        Tensor? elsewhere = null;
        foreach (Tensor gradient in parameters.Select(parameter => parameter.grad).OfType<Tensor>())
        {
            if (gradient.device_type == DeviceType.CPU && gradient.is_contiguous())
            {
                norm += AdamWKernel.SquareSum(TensorSpan.Of(gradient));
                continue;
            }

            // Read once for all of them: every reading waits for the device.
            Tensor sum = (gradient * gradient).sum(ScalarType.Float64);
            elsewhere = elsewhere?.Plus(sum) ?? sum;
        }

        return norm + (elsewhere?.item<double>() ?? 0);
    }
}
