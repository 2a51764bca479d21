using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>
/// The network from its formulas, a token at a time, rounded where the device rounds: keys and values to 16 bits, and in front of quantised weights
/// each 32 inputs to bytes. Shares no code with the kernels or the CPU engine, and is held against that engine too.
/// </summary>
internal sealed class QuantizedReference(TransformerConfig config, RoundedTensors tensors, bool quantized, bool bf16Cache)
{
    private readonly Dictionary<string, float[]> _weights = [];
    private readonly List<float[]>[] _keys = [.. Enumerable.Range(0, config.Layers).Select(_ => new List<float[]>())];
    private readonly List<float[]>[] _values = [.. Enumerable.Range(0, config.Layers).Select(_ => new List<float[]>())];

    /// <summary>Reads the next token and gives the logits after it.</summary>
    public float[] Step(int token)
    {
        float[] x = Weights(TensorNames.Embedding).AsSpan(token * config.Width, config.Width).ToArray();
        for (int layer = 0; layer < config.Layers; layer++)
        {
            float[] input = Normalized(x, TensorNames.Weight(layer, TensorNames.AttentionNorm));
            Add(x, Product(layer, TensorNames.Output, Attend(layer, Product(layer, TensorNames.Query, input), Product(layer, TensorNames.Key, input), Product(layer, TensorNames.Value, input))));
            input = Normalized(x, TensorNames.Weight(layer, TensorNames.FeedForwardNorm));
            float[] gate = Product(layer, TensorNames.Gate, input), up = Product(layer, TensorNames.Up, input);
            Add(x, Product(layer, TensorNames.Down, [.. gate.Zip(up, (own, other) => own / (1 + MathF.Exp(-own)) * other)]));
        }

        return Product(config.TiedHead ? TensorNames.Embedding : TensorNames.Head, Normalized(x, TensorNames.FinalNorm));
    }

    private float[] Attend(int layer, float[] queries, float[] keys, float[] values)
    {
        int size = config.HeadSize, position = _keys[layer].Count;
        Rotate(queries, position);
        Rotate(keys, position);
        _keys[layer].Add(Array.ConvertAll(keys, Kept));
        _values[layer].Add(Array.ConvertAll(values, Kept));
        float[] mixed = new float[queries.Length];
        for (int head = 0; head < config.Heads; head++)
        {
            int shared = head / (config.Heads / config.KeyValueHeads) * size;
            double[] scores = [.. _keys[layer].Select(key => TensorPrimitives.Dot(queries.AsSpan(head * size, size), key.AsSpan(shared, size)) / Math.Sqrt(size))];
            double highest = scores.Max(), total = scores.Sum(score => Math.Exp(score - highest));
            for (int row = 0; row < scores.Length; row++)
            {
                float weight = (float)(Math.Exp(scores[row] - highest) / total);
                TensorPrimitives.MultiplyAdd(_values[layer][row].AsSpan(shared, size), weight, mixed.AsSpan(head * size, size), mixed.AsSpan(head * size, size));
            }
        }

        return mixed;

        float Kept(float value) => KernelCheck.Value(bf16Cache, KernelCheck.Bits(bf16Cache, value));
    }

    private void Rotate(float[] rows, int position)
    {
        int half = config.HeadSize / 2;
        for (int index = 0; index < rows.Length; index++)
        {
            int pair = index % config.HeadSize;
            if (pair < half)
            {
                (double sine, double cosine) = Math.SinCos(position * Math.Pow(config.RotaryBase, -2.0 * pair / config.HeadSize));
                (rows[index], rows[index + half]) = ((float)((rows[index] * cosine) - (rows[index + half] * sine)), (float)((rows[index + half] * cosine) + (rows[index] * sine)));
            }
        }
    }

    private float[] Normalized(float[] x, string name)
    {
        float root = (float)(1 / Math.Sqrt(x.Average(value => (double)value * value) + config.NormalizationEpsilon));
        return [.. x.Zip(Weights(name), (value, weight) => value * weight * root)];
    }

    private float[] Product(int layer, string module, float[] x) => Product(TensorNames.Weight(layer, module), x);

    private float[] Product(string name, float[] x)
    {
        float[] input = quantized ? [.. x.Chunk(CudaWeightLayout.BlockSize).SelectMany(Bytes)] : x;
        float[] weights = Weights(name), output = new float[weights.Length / x.Length];
        Parallel.For(0, output.Length, row => output[row] = TensorPrimitives.Dot(weights.AsSpan(row * x.Length, x.Length), input));
        return output;

        static IEnumerable<float> Bytes(float[] block)
        {
            float step = block.Max(Math.Abs) / 127;
            return block.Select(value => step == 0 ? 0 : MathF.Round(value / step) * step);
        }
    }

    private float[] Weights(string name)
    {
        if (!_weights.TryGetValue(name, out float[]? values))
        {
            _ = tensors.TryGet(name, out TensorView view);
            _weights[name] = values = MemoryMarshal.Cast<byte, float>(view.Data.Span).ToArray();
        }

        return values;
    }

    private static void Add(float[] x, float[] y) => TensorPrimitives.Add(x, y, x);
}
