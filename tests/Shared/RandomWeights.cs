using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>A network whose weights are large enough for every part of it to show in the logits.</summary>
internal static class RandomWeights
{
    public static TensorList Of(TransformerConfig config, int seed = 0)
    {
        Random random = new(seed);
        return new TensorList(TensorNames.Of(config).Select(tensor =>
        {
            float[] values = new float[tensor.Value.Aggregate(1, (product, size) => product * size)];
            bool scale = tensor.Key.Contains("norm.weight", StringComparison.Ordinal);
            for (int index = 0; index < values.Length; index++)
            {
                values[index] = (float)((random.NextDouble() - 0.5) * 0.8) + (scale ? 1 : 0);
            }

            return new TensorView(tensor.Key, TensorType.F32, tensor.Value, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }));
    }

    public static IEnumerable<TensorView> Views(this TensorList tensors) => tensors.Names.Select(name => tensors.TryGet(name, out TensorView tensor) ? tensor : throw new KeyNotFoundException(name));
}
