using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models;

/// <summary>A network's tensors, those that an adapter changes with its update in them. Nothing is kept: a tensor is made when it is looked at.</summary>
internal sealed class MergedTensors : ITensorSource
{
    private readonly ITensorSource _tensors;
    private readonly Dictionary<string, (LoraLayer Layer, int FirstRow)> _updates = [];

    public MergedTensors(ITensorSource tensors, IEnumerable<(AdapterTarget Target, LoraLayer Layer)> updates)
    {
        _tensors = tensors;
        foreach ((AdapterTarget target, LoraLayer layer) in updates)
        {
            int row = 0;
            foreach ((string module, int outputs) in target.Parts)
            {
                _updates.Add(TensorNames.Weight(target.Layer, module), (layer, row));
                row += outputs;
            }
        }
    }

    public IReadOnlyCollection<string> Names => _tensors.Names;

    public bool TryGet(string name, out TensorView tensor)
    {
        if (!_tensors.TryGet(name, out tensor))
        {
            return false;
        }

        if (_updates.TryGetValue(name, out (LoraLayer Layer, int FirstRow) update))
        {
            // When it is looked at: whoever asks for its shape alone need not wait.
            TensorView original = tensor;
            int length = checked((int)(tensor.Count * sizeof(float)));
            tensor = tensor with { Type = TensorType.F32, Data = new LazyBytes(length, () => Merge(original, update.Layer, update.FirstRow)).Memory };
        }

        return true;
    }

    public void Dispose()
    {
    }

    private static byte[] Merge(TensorView tensor, LoraLayer layer, int firstRow)
    {
        byte[] bytes = new byte[checked(tensor.Count * sizeof(float))];
        Span<float> weights = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        TensorReader.ReadSingles(tensor, weights);
        int columns = layer.Inputs;
        double[] delta = new double[columns];
        double[][] down = [.. Enumerable.Range(0, layer.Rank).Select(inner => Widen(layer.Down.Span.Slice(inner * columns, columns)))];
        for (int row = 0; row < weights.Length / columns; row++)
        {
            // Rounded once.
            Array.Clear(delta);
            ReadOnlySpan<float> up = layer.Up.Span.Slice((firstRow + row) * layer.Rank, layer.Rank);
            for (int inner = 0; inner < up.Length; inner++)
            {
                TensorPrimitives.MultiplyAdd<double>(down[inner], layer.Scale * up[inner], delta, delta);
            }

            Span<float> weight = weights.Slice(row * columns, columns);
            for (int column = 0; column < columns; column++)
            {
                weight[column] = (float)(weight[column] + delta[column]);
            }
        }

        return bytes;
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        TensorPrimitives.ConvertTruncating(values, wide);
        return wide;
    }
}
