using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>Which type a tensor of a file of some kind has: the rule of <c>llama_model_quantize</c>.</summary>
internal sealed class GgufTypeRule
{
    private const int DeepLayers = 80;

    private readonly GgufType _kind;
    private readonly TensorType _default;
    private readonly int _layers;
    private readonly bool _tiedHead;
    private readonly bool _refinesValues;

    /// <param name="kind">The kind of file.</param>
    /// <param name="config">The network.</param>
    public GgufTypeRule(GgufType kind, TransformerConfig config)
    {
        _kind = kind;
        _layers = config.Layers;
        _tiedHead = config.TiedHead;

        // llama.cpp takes 80 layers for those of a Llama or Qwen of 70 billion weights, and gives all values five bits or more. Its type of five bits is not written here: they get six.
        _refinesValues = config is { Layers: DeepLayers, Positions: PositionEncoding.Rotary, QueryKeyNorm: false } && (config.QueryKeyValueBias || config.KeyValueHeads != config.Heads);
        (_default, FileType) = kind switch
        {
            GgufType.F32 => (TensorType.F32, 0u),
            GgufType.F16 => (TensorType.F16, 1u),
            GgufType.Q4_0 => (TensorType.Q4_0, 2u),
            GgufType.Q8_0 => (TensorType.Q8_0, 7u),
            GgufType.Q5_0 => (TensorType.Q5_0, 8u),
            GgufType.Q4_K_M => (TensorType.Q4_K, 15u),
            GgufType.Q6_K => (TensorType.Q6_K, 18u),
            GgufType.BF16 => (TensorType.BF16, 32u),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of GGUF file."),
        };
    }

    /// <summary>The kind's number, <c>general.file_type</c>.</summary>
    public uint FileType { get; }

    /// <summary>The type of a tensor.</summary>
    /// <param name="name">The file's name of it.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    public TensorType Of(string name, IReadOnlyList<int> shape)
    {
        bool stays = shape.Count < 2 || !name.EndsWith("weight", StringComparison.Ordinal) || name.Contains("_norm.weight", StringComparison.Ordinal) || name == GgufTensors.Positions;
        return stays ? TensorType.F32 : _default.IsQuantized() ? Fitting(Preferred(name, shape[^1]), shape[^1]) : _default;
    }

    private TensorType Preferred(string name, int columns)
    {
        if (name == GgufTensors.Head || (_tiedHead && name == GgufTensors.Embedding))
        {
            return columns % _default.BlockLength() != 0 || _default == TensorType.Q8_0 ? TensorType.Q8_0 : TensorType.Q6_K;
        }

        if (_kind != GgufType.Q4_K_M)
        {
            return _default;
        }

        return name.Split('.') switch
        {
            ["blk", var layer, "attn_v" or GgufTensors.FusedQueryKeyValue, ..] when _refinesValues || NeedsMoreBits(layer) => TensorType.Q6_K,
            ["blk", var layer, "ffn_down", ..] when NeedsMoreBits(layer) => TensorType.Q6_K,
            _ => _default,
        };
    }

    // The first and the last eighth of the layers, and of those between every third.
    private bool NeedsMoreBits(string layer)
    {
        int number = int.Parse(layer, CultureInfo.InvariantCulture);
        return number < _layers / 8 || number >= 7 * _layers / 8 || (number - (_layers / 8)) % 3 == 2;
    }

    private static TensorType Fitting(TensorType type, int columns)
    {
        TensorType fitting = columns % type.BlockLength() == 0 ? type : type switch
        {
            TensorType.Q4_K => TensorType.Q5_0,
            TensorType.Q6_K => TensorType.Q8_0,
            _ => type,
        };
        return columns % fitting.BlockLength() == 0 ? fitting : TensorType.F16;
    }
}
