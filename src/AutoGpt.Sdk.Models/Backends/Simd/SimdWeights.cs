using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>A model's weights in the form the kernels read.</summary>
internal sealed class SimdWeights
{
    private readonly ITensorSource _tensors;
    private readonly SimdWeightFormat _format;

    public SimdWeights(TransformerConfig config, ITensorSource tensors, SimdWeightFormat format)
    {
        _tensors = tensors;
        _format = format;
        Embedding = Matrix(TensorNames.Embedding, config.VocabularySize, config.Width);
        Head = config.TiedHead ? Embedding : Matrix(TensorNames.Head, config.VocabularySize, config.Width);
        Positions = config.Positions switch
        {
            PositionEncoding.Learned => Values(TensorNames.Positions, config.ContextLength, config.Width),
            PositionEncoding.Sinusoidal => SinusoidalPositions.Table(config.ContextLength, config.Width),
            _ => null,
        };
        Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new SimdLayer(config, layer, this))];
        FinalNorm = new SimdNorm(
            Values(TensorNames.FinalNorm, config.Width), SimdNorm.HasBias(config) ? Values(TensorNames.FinalNormBias, config.Width) : []);
        BytesPerToken = Layers.Sum(layer => layer.Bytes) + Head.Bytes;
        Bytes = BytesPerToken + (config.TiedHead ? 0 : Embedding.Bytes) + (4L * (Positions?.Length ?? 0));
    }

    public WeightMatrix Embedding { get; }

    public WeightMatrix Head { get; }

    /// <summary><c>[context, width]</c>, or null for rotary positions.</summary>
    public float[]? Positions { get; }

    public IReadOnlyList<SimdLayer> Layers { get; }

    public SimdNorm FinalNorm { get; }

    public long Bytes { get; }

    public long BytesPerToken { get; }

    public WeightMatrix Matrix(string name, int rows, int columns)
    {
        float[] values = Values(name, rows, columns);
        return _format == SimdWeightFormat.Int8 ? new Int8Matrix(rows, columns, values) : new SingleMatrix(rows, columns, values);
    }

    public float[] Values(string name, params ReadOnlySpan<int> shape) => _tensors.ReadSingles(name, shape);
}

/// <summary>The weights of one block.</summary>
internal sealed class SimdLayer
{
    public SimdLayer(TransformerConfig config, int layer, SimdWeights weights)
    {
        int queryWidth = config.Heads * config.HeadSize;
        int keyWidth = config.KeyValueHeads * config.HeadSize;
        AttentionNorm = Norm(TensorNames.AttentionNorm);
        FeedForwardNorm = Norm(TensorNames.FeedForwardNorm);
        Query = Linear(TensorNames.Query, queryWidth, config.Width);
        Key = Linear(TensorNames.Key, keyWidth, config.Width);
        Value = Linear(TensorNames.Value, keyWidth, config.Width);
        Output = Linear(TensorNames.Output, config.Width, queryWidth);
        Gate = config.Activation == Activation.SwiGlu ? Linear(TensorNames.Gate, config.FeedForwardWidth, config.Width) : null;
        Up = Linear(TensorNames.Up, config.FeedForwardWidth, config.Width);
        Down = Linear(TensorNames.Down, config.Width, config.FeedForwardWidth);

        SimdNorm Norm(string module) => new(
            weights.Values(TensorNames.Weight(layer, module), config.Width),
            SimdNorm.HasBias(config) ? weights.Values(TensorNames.Bias(layer, module), config.Width) : []);

        SimdLinear Linear(string module, int rows, int columns) => new(
            weights.Matrix(TensorNames.Weight(layer, module), rows, columns),
            config.Bias ? weights.Values(TensorNames.Bias(layer, module), rows) : []);
    }

    public SimdNorm AttentionNorm { get; }

    public SimdNorm FeedForwardNorm { get; }

    public SimdLinear Query { get; }

    public SimdLinear Key { get; }

    public SimdLinear Value { get; }

    public SimdLinear Output { get; }

    public SimdLinear? Gate { get; }

    public SimdLinear Up { get; }

    public SimdLinear Down { get; }

    public long Bytes => new[] { Query, Key, Value, Output, Gate, Up, Down }.Sum(linear => linear?.Weight.Bytes ?? 0);
}

/// <summary>A linear layer; the bias is empty where there is none.</summary>
internal sealed record SimdLinear(WeightMatrix Weight, float[] Bias);

/// <summary>A normalisation; the bias is empty where there is none.</summary>
internal sealed record SimdNorm(float[] Weight, float[] Bias)
{
    public static bool HasBias(TransformerConfig config) => config.Bias && config.Normalization == Normalization.LayerNorm;

    public void Apply(TransformerConfig config, ReadOnlySpan<float> x, Span<float> output)
    {
        if (config.Normalization == Normalization.RmsNorm)
        {
            RmsNorm.Apply(x, Weight, config.NormalizationEpsilon, output);
        }
        else
        {
            LayerNorm.Apply(x, Weight, Bias, config.NormalizationEpsilon, output);
        }
    }
}

/// <summary>The fixed positions of Vaswani et al. (2017).</summary>
internal static class SinusoidalPositions
{
    /// <summary><c>[context, width]</c>: sin(p / 10000^(2i/width)) at 2i and the cosine at 2i + 1, added to the unscaled embedding.</summary>
    public static float[] Table(int context, int width)
    {
        float[] table = new float[context * width];
        for (int position = 0; position < context; position++)
        {
            for (int element = 0; element < width; element++)
            {
                double angle = position / Math.Pow(10_000, (double)(element - (element % 2)) / width);
                table[(position * width) + element] = (float)(element % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return table;
    }
}
