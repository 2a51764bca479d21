using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>A model's weights in the form the kernels read.</summary>
internal sealed class SimdWeights : IDisposable
{
    private readonly ITensorSource _tensors;
    private readonly SimdWeightFormat _format;
    private readonly WeightMemory _memory;
    private readonly List<PackedMatrix> _matrices = [];
    private readonly List<IDisposable> _owned = [];

    public SimdWeights(TransformerConfig config, ITensorSource tensors, SimdWeightFormat format)
    {
        _tensors = tensors;
        _format = format;
        _memory = new WeightMemory(Matrices(config).Sum(matrix => PackedMatrix.BytesOf(Format(tensors.Find(matrix.Name, matrix.Shape)), matrix.Shape[0], matrix.Shape[1])));
        _owned.Add(_memory);
        try
        {
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
        }
        catch
        {
            Dispose();
            throw;
        }

        Bytes = _matrices.Sum(matrix => matrix.Bytes) + (4L * (Positions?.Length ?? 0));
        BytesPerToken = Bytes - (config.TiedHead ? 0 : Embedding.Bytes) - (4L * (Positions?.Length ?? 0));
    }

    public PackedMatrix Embedding { get; }

    public PackedMatrix Head { get; }

    /// <summary><c>[context, width]</c>, or null for rotary positions.</summary>
    public float[]? Positions { get; }

    public IReadOnlyList<SimdLayer> Layers { get; }

    public SimdNorm FinalNorm { get; }

    public long Bytes { get; }

    /// <summary>What decoding one token reads: all but the embedding, of which it reads a row.</summary>
    public long BytesPerToken { get; }

    public PackedMatrix Matrix(string name, int rows, int columns)
    {
        TensorView tensor = _tensors.Find(name, [rows, columns]);
        WeightFormat format = Format(tensor);
        ReadOnlyMemory<byte> data = _format switch
        {
            SimdWeightFormat.Int8 => ByteQuantizer.Quantize(rows, columns, Values(name, rows, columns)),
            SimdWeightFormat.F32 when tensor.Type != TensorType.F32 => Singles(name, rows, columns),
            _ => Finite(tensor),
        };
        PackedMatrix matrix = PackedMatrix.Pack(format, rows, columns, data, _memory);
        _matrices.Add(matrix);
        return matrix;
    }

    public FloatRows? Bias(bool isThere, string name, int length)
    {
        if (!isThere)
        {
            return null;
        }

        FloatRows rows = new(1, length);
        _owned.Add(rows);
        Values(name, length).CopyTo(rows[0]);
        return rows;
    }

    public float[] Values(string name, params ReadOnlySpan<int> shape) => _tensors.ReadSingles(name, shape);

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    // What is converted is looked at on the way.
    private static ReadOnlyMemory<byte> Finite(in TensorView tensor)
    {
        TensorReader.RequireFinite(tensor);
        return tensor.Data;
    }

    // Everything with two dimensions but the table of positions, which is added and not multiplied.
    private static IEnumerable<(string Name, int[] Shape)> Matrices(TransformerConfig config) => TensorNames.Of(config)
        .Where(tensor => tensor.Value.Length == 2 && tensor.Key != TensorNames.Positions).Select(tensor => (tensor.Key, tensor.Value));

    private WeightFormat Format(in TensorView tensor) => _format switch
    {
        SimdWeightFormat.Int8 => WeightFormat.Q8_0,
        SimdWeightFormat.F32 => WeightFormat.F32,
        _ => tensor.Type.Format(),
    };

    private byte[] Singles(string name, int rows, int columns)
    {
        float[] values = Values(name, rows, columns);
        byte[] bytes = new byte[4L * values.Length];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }
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
        QueryNorm = config.QueryKeyNorm ? weights.Values(TensorNames.Weight(layer, TensorNames.QueryNorm), config.HeadSize) : null;
        KeyNorm = config.QueryKeyNorm ? weights.Values(TensorNames.Weight(layer, TensorNames.KeyNorm), config.HeadSize) : null;
        Query = Linear(TensorNames.Query, queryWidth, config.Width, config.QueryKeyValueBias);
        Key = Linear(TensorNames.Key, keyWidth, config.Width, config.QueryKeyValueBias);
        Value = Linear(TensorNames.Value, keyWidth, config.Width, config.QueryKeyValueBias);
        Output = Linear(TensorNames.Output, config.Width, queryWidth, config.Bias);
        Gate = config.Activation == Activation.SwiGlu ? Linear(TensorNames.Gate, config.FeedForwardWidth, config.Width, config.Bias) : null;
        Up = Linear(TensorNames.Up, config.FeedForwardWidth, config.Width, config.Bias);
        Down = Linear(TensorNames.Down, config.Width, config.FeedForwardWidth, config.Bias);

        SimdNorm Norm(string module) => new(
            weights.Values(TensorNames.Weight(layer, module), config.Width),
            SimdNorm.HasBias(config) ? weights.Values(TensorNames.Bias(layer, module), config.Width) : []);

        SimdLinear Linear(string module, int rows, int columns, bool bias) => new(
            weights.Matrix(TensorNames.Weight(layer, module), rows, columns), weights.Bias(bias, TensorNames.Bias(layer, module), rows));
    }

    public SimdNorm AttentionNorm { get; }

    public SimdNorm FeedForwardNorm { get; }

    public float[]? QueryNorm { get; }

    public float[]? KeyNorm { get; }

    public SimdLinear Query { get; }

    public SimdLinear Key { get; }

    public SimdLinear Value { get; }

    public SimdLinear Output { get; }

    public SimdLinear? Gate { get; }

    public SimdLinear Up { get; }

    public SimdLinear Down { get; }
}

/// <summary>A linear layer; the bias is null where there is none.</summary>
internal sealed record SimdLinear(PackedMatrix Weight, FloatRows? Bias);

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
