using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>LayerNorm or RMSNorm over the last axis, in single precision.</summary>
internal sealed class Normalizer : Module<Tensor, Tensor>
{
    private readonly TransformerConfig _config;

    // Where a module is moved to another device TorchSharp makes new parameters and puts them into the fields that bear their names.
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    public Normalizer(TransformerConfig config)
        : base(nameof(Normalizer))
    {
        _config = config;
        _weight = Parameter(ones(config.Width));
        register_parameter("weight", _weight);
        if (config.Bias && config.Normalization == Normalization.LayerNorm)
        {
            _bias = Parameter(zeros(config.Width));
            register_parameter("bias", _bias);
        }
    }

    /// <summary>The parameters that <see cref="forward"/> uses.</summary>
    internal IEnumerable<Parameter> Held => _bias is null ? [_weight] : [_weight, _bias];

    public override Tensor forward(Tensor input)
    {
        if (_config.Normalization == Normalization.LayerNorm)
        {
            return functional.layer_norm(input, [_config.Width], _weight, _bias, _config.NormalizationEpsilon);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor meanSquare = (input * input).mean([-1], keepdim: true);
        return (input * meanSquare.Plus(_config.NormalizationEpsilon).rsqrt() * _weight).MoveToOuterDisposeScope();
    }
}
