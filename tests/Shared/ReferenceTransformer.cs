using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>The oracle: the network in double precision, one token and one number at a time, written from the formulas alone.</summary>
internal sealed class ReferenceTransformer(TransformerConfig config, IEnumerable<TensorView> weights)
{
    private readonly Dictionary<string, double[]> _weights = weights.ToDictionary(
        view => view.Name, view => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(view.Data.Span).ToArray(), value => (double)value));

    /// <summary>Keys and values before a text's own, <c>[layer][position][head · size]</c>.</summary>
    public (double[][] Keys, double[][] Values)[]? Prefix { get; init; }

    /// <summary>Whether tokens see those after them.</summary>
    public bool BothWays { get; init; }

    /// <summary>What a decoder reads of an encoder, <c>[source][width]</c>.</summary>
    public double[][]? Memory { get; init; }

    private int Earlier => Prefix?[0].Keys.Length ?? 0;

    /// <summary>Logits after every token, <c>[sequence][vocabulary]</c>.</summary>
    public double[][] Logits(int[] ids)
    {
        string head = config.TiedHead ? TensorNames.Embedding : TensorNames.Head;
        return [.. Hidden(ids).Select(row => Linear(row, head, null, config.VocabularySize))];
    }

    /// <summary>What the head reads, <c>[sequence][width]</c>.</summary>
    public double[][] Hidden(int[] ids)
    {
        double[][] x = [.. ids.Select((id, index) => Embed(id, Earlier + index))];
        for (int layer = 0; layer < config.Layers; layer++)
        {
            double[][] attended = Attention(layer, [.. x.Select(row => Norm(row, TensorNames.Weight(layer, TensorNames.AttentionNorm), TensorNames.Bias(layer, TensorNames.AttentionNorm)))]);
            x = [.. x.Zip(attended, Add)];
            if (Memory is not null)
            {
                x = [.. x.Select(row => Add(row, CrossAttention(layer, Norm(row, $"model.layers.{layer}.cross_attention_layernorm.weight", $"model.layers.{layer}.cross_attention_layernorm.bias"))))];
            }

            x = [.. x.Select(row => Add(row, FeedForward(layer, Norm(row, TensorNames.Weight(layer, TensorNames.FeedForwardNorm), TensorNames.Bias(layer, TensorNames.FeedForwardNorm)))))];
        }

        return [.. x.Select(row => Norm(row, TensorNames.FinalNorm, TensorNames.FinalNormBias))];
    }

    private double[] CrossAttention(int layer, double[] x)
    {
        int size = config.HeadSize;
        double[] query = Linear(x, layer, "cross_attn.q_proj", config.Heads * size);
        double[][] keys = [.. Memory!.Select(row => Linear(row, layer, "cross_attn.k_proj", config.KeyValueHeads * size))];
        double[][] values = [.. Memory!.Select(row => Linear(row, layer, "cross_attn.v_proj", config.KeyValueHeads * size))];
        double[] output = new double[config.Heads * size];
        for (int head = 0; head < config.Heads; head++)
        {
            int shared = head / (config.Heads / config.KeyValueHeads);
            double[] weights = [.. keys.Select(key => Math.Exp(Enumerable.Range(0, size).Sum(i => query[(head * size) + i] * key[(shared * size) + i]) / Math.Sqrt(size)))];
            for (int i = 0; i < size; i++)
            {
                output[(head * size) + i] = weights.Select((weight, place) => weight / weights.Sum() * values[place][(shared * size) + i]).Sum();
            }
        }

        return Linear(output, layer, "cross_attn.o_proj", config.Width);
    }

    private double[] Embed(int id, int position)
    {
        double[] row = [.. _weights[TensorNames.Embedding].Skip(id * config.Width).Take(config.Width)];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] += config.Positions switch
            {
                PositionEncoding.Learned => _weights[TensorNames.Positions][(position * config.Width) + i],
                PositionEncoding.Sinusoidal when i % 2 == 0 => Math.Sin(position / Math.Pow(10_000, (double)i / config.Width)),
                PositionEncoding.Sinusoidal => Math.Cos(position / Math.Pow(10_000, (double)(i - 1) / config.Width)),
                _ => 0,
            };
        }

        return row;
    }

    private double[][] Attention(int layer, double[][] x)
    {
        int size = config.HeadSize;
        double[][] Heads(string module, int heads, bool rotate) => [.. x.Select((row, index) =>
        {
            int position = Earlier + index;
            IEnumerable<double[]> projected = Linear(row, layer, module, heads * size).Chunk(size);
            if (rotate && config.QueryKeyNorm)
            {
                double[] scale = _weights[TensorNames.Weight(layer, module == TensorNames.Query ? TensorNames.QueryNorm : TensorNames.KeyNorm)];
                projected = projected.Select(head => head.Select((value, i) => value / Math.Sqrt((head.Sum(other => other * other) / size) + config.NormalizationEpsilon) * scale[i]).ToArray());
            }

            return (double[])[.. projected.SelectMany(head => rotate && config.Positions == PositionEncoding.Rotary ? Rotate(head, position) : head)];
        })];
        double[][] queries = Heads(TensorNames.Query, config.Heads, rotate: true);
        double[][] keys = [.. Prefix?[layer].Keys ?? [], .. Heads(TensorNames.Key, config.KeyValueHeads, rotate: true)];
        double[][] values = [.. Prefix?[layer].Values ?? [], .. Heads(TensorNames.Value, config.KeyValueHeads, rotate: false)];
        return [.. x.Select((_, index) =>
        {
            int position = Earlier + index;
            double[] output = new double[config.Heads * size];
            for (int head = 0; head < config.Heads; head++)
            {
                int shared = head / (config.Heads / config.KeyValueHeads);
                int[] seen = [.. Enumerable.Range(0, BothWays ? keys.Length : position + 1).Where(other => config.SlidingWindow is null || position - other < config.SlidingWindow)];
                double[] scores = [.. seen.Select(other =>
                    Enumerable.Range(0, size).Sum(i => queries[index][(head * size) + i] * keys[other][(shared * size) + i]) / Math.Sqrt(size))];
                double total = scores.Sum(Math.Exp);
                for (int i = 0; i < size; i++)
                {
                    output[(head * size) + i] = seen.Select((other, place) => Math.Exp(scores[place]) / total * values[other][(shared * size) + i]).Sum();
                }
            }

            return Linear(output, layer, TensorNames.Output, config.Width);
        })];
    }

    private double[] Rotate(double[] head, int position)
    {
        int half = head.Length / 2;
        double Angle(int i) => position * Stretched(Math.Pow(config.RotaryBase, -2.0 * i / head.Length));
        return
        [
            .. Enumerable.Range(0, half).Select(i => (head[i] * Math.Cos(Angle(i))) - (head[i + half] * Math.Sin(Angle(i)))),
            .. Enumerable.Range(0, half).Select(i => (head[i + half] * Math.Cos(Angle(i))) + (head[i] * Math.Sin(Angle(i)))),
        ];
    }

    // Llama 3.1's rule as its authors wrote it, by wavelengths.
    private double Stretched(double frequency)
    {
        if (config.RotaryScaling is not RotaryScaling scaling)
        {
            return frequency;
        }

        double length = 2 * Math.PI / frequency;
        double original = scaling.OriginalContextLength;
        if (scaling.Kind == RotaryScalingKind.Linear || length > original / scaling.LowFrequencyFactor)
        {
            return frequency / scaling.Factor;
        }

        double smooth = ((original / length) - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return length < original / scaling.HighFrequencyFactor ? frequency : ((1 - smooth) * frequency / scaling.Factor) + (smooth * frequency);
    }

    private double[] FeedForward(int layer, double[] x)
    {
        double[] up = Linear(x, layer, TensorNames.Up, config.FeedForwardWidth);
        double[] inner = config.Activation == Activation.Gelu
            ? [.. up.Select(value => .5 * value * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + (.044715 * value * value * value)))))]
            : [.. Linear(x, layer, TensorNames.Gate, config.FeedForwardWidth).Zip(up, (gate, value) => gate / (1 + Math.Exp(-gate)) * value)];
        return Linear(inner, layer, TensorNames.Down, config.Width);
    }

    private double[] Norm(double[] x, string scale, string shift)
    {
        double mean = config.Normalization == Normalization.LayerNorm ? x.Average() : 0;
        double deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + config.NormalizationEpsilon);
        double[]? shifts = _weights.GetValueOrDefault(shift);
        return [.. x.Select((value, i) => ((value - mean) / deviation * _weights[scale][i]) + (shifts?[i] ?? 0))];
    }

    private double[] Linear(double[] x, int layer, string module, int outputs) =>
        Linear(x, TensorNames.Weight(layer, module), TensorNames.Bias(layer, module), outputs);

    private double[] Linear(double[] x, string weight, string? bias, int outputs)
    {
        double[]? shifts = bias is null ? null : _weights.GetValueOrDefault(bias);
        return [.. Enumerable.Range(0, outputs).Select(o => x.Select((value, i) => value * _weights[weight][(o * x.Length) + i]).Sum() + (shifts?[o] ?? 0))];
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
