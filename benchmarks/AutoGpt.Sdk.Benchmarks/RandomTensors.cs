using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>Weights of a shape, made up as they are asked for.</summary>
internal sealed class RandomTensors(TransformerConfig config) : ITensorSource
{
    private readonly Dictionary<string, int[]> _shapes = TensorNames.Of(config).ToDictionary(tensor => tensor.Key, tensor => tensor.Value);

    public IReadOnlyCollection<string> Names => _shapes.Keys;

    public bool TryGet(string name, out TensorView tensor)
    {
        int[] shape = _shapes[name];
        float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
        Random random = new(name.Length);
        foreach (ref float value in values.AsSpan())
        {
            value = (float)(random.NextDouble() - 0.5) * 0.08f;
        }

        tensor = new TensorView(name, TensorType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        return true;
    }

    public void Dispose()
    {
    }
}
