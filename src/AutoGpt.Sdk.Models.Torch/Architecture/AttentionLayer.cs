using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>What every kind of attention has: projections to queries, keys and values, and out of the heads.</summary>
internal abstract class AttentionLayer : Module
{
    protected AttentionLayer(string name, TransformerConfig config)
        : base(name)
    {
        Query = Linear(config.Width, config.Heads * config.HeadSize, config.QueryKeyValueBias);
        Key = Linear(config.Width, config.KeyValueHeads * config.HeadSize, config.QueryKeyValueBias);
        Value = Linear(config.Width, config.KeyValueHeads * config.HeadSize, config.QueryKeyValueBias);
        Output = Linear(config.Heads * config.HeadSize, config.Width, config.Bias);
        register_module("q_proj", Query);
        register_module("k_proj", Key);
        register_module("v_proj", Value);
        register_module("o_proj", Output);
    }

    protected Linear Query { get; }

    protected Linear Key { get; }

    protected Linear Value { get; }

    protected Linear Output { get; }
}
