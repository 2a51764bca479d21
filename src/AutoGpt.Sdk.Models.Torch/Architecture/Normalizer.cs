using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>LayerNorm or RMSNorm over the last axis, in single precision.</summary>
internal sealed class Normalizer : Module<Tensor, Tensor>
{
    private readonly Normalization _kind;
    private readonly int _width;
    private readonly float _epsilon;

    // Where a module is moved to another device TorchSharp makes new parameters and puts them into the fields that bear their names.
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    /// <summary>The normalisation of the residual stream.</summary>
    public Normalizer(TransformerConfig config)
        : this(config.Normalization, config.Width, config.NormalizationEpsilon, config.Bias && config.Normalization == Normalization.LayerNorm)
    {
    }

    private Normalizer(Normalization kind, int width, float epsilon, bool bias)
        : base(nameof(Normalizer))
    {
        _kind = kind;
        _width = width;
        _epsilon = epsilon;
        _weight = Parameter(ones(width));
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = Parameter(zeros(width));
            register_parameter("bias", _bias);
        }
    }

    /// <summary>The parameters that <see cref="forward"/> uses.</summary>
    internal IEnumerable<Parameter> Held => _bias is null ? [_weight] : [_weight, _bias];

    /// <summary>The scale, <c>[width]</c>.</summary>
    internal Parameter Weight => _weight;

    /// <summary>The RMSNorm of a query's or a key's head.</summary>
    public static Normalizer OfHead(TransformerConfig config) => new(Normalization.RmsNorm, config.HeadSize, config.NormalizationEpsilon, bias: false);

    public override Tensor forward(Tensor input)
    {
        if (_kind == Normalization.LayerNorm)
        {
            return functional.layer_norm(input, [_width], _weight, _bias, _epsilon);
        }

        if (Fused.Suits(input))
        {
            return Fused.RmsNorm(input, _weight, _epsilon);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor meanSquare = (input * input).mean([-1], keepdim: true);
        return (input * meanSquare.Plus(_epsilon).rsqrt() * _weight).MoveToOuterDisposeScope();
    }
}
