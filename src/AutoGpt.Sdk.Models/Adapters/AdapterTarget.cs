using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>A linear layer that an adapter can change, as PEFT names it.</summary>
/// <param name="Path">Where it is in the network of Hugging Face's library: <c>model.layers.0.self_attn.q_proj</c>, <c>transformer.h.0.attn.c_attn</c>.</param>
/// <param name="Layer">From 0.</param>
/// <param name="Inputs">Columns of the weight.</param>
/// <param name="Parts">The modules of <see cref="TensorNames"/> whose rows it has, one after another: three for GPT-2's queries, keys and values, otherwise one.</param>
internal sealed record AdapterTarget(string Path, int Layer, int Inputs, IReadOnlyList<(string Module, int Outputs)> Parts)
{
    private static readonly (string Name, string[] Modules)[] s_gpt2 =
        [("attn.c_attn", [TensorNames.Query, TensorNames.Key, TensorNames.Value]), ("attn.c_proj", [TensorNames.Output]), ("mlp.c_fc", [TensorNames.Up]), ("mlp.c_proj", [TensorNames.Down])];

    /// <summary>Rows of the weight.</summary>
    public int Outputs => Parts.Sum(part => part.Outputs);

    /// <summary>The last piece of the path: <c>q_proj</c>.</summary>
    public string Leaf => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>Whether a name of <c>target_modules</c> means this layer.</summary>
    public bool IsNamed(string name) => Path == name || Path.EndsWith("." + name, StringComparison.Ordinal);

    /// <summary>Every linear layer of a network, under this library's names, which are Llama's, and under GPT-2's where that is what it is.</summary>
    public static IEnumerable<AdapterTarget> Of(TransformerConfig config) => Llama(config).Concat(IsGpt2(config) ? Gpt2(config) : []);

    /// <summary>The layers that a configuration names, in the order of the network.</summary>
    /// <exception cref="ArgumentException">A name means none, or two names mean the same weights.</exception>
    public static IReadOnlyList<AdapterTarget> Find(TransformerConfig config, IReadOnlyList<string> names)
    {
        AdapterTarget[] all = [.. Of(config)];
        if (names.Contains(LoraConfig.AllLinear))
        {
            return [.. IsGpt2(config) ? Gpt2(config) : Llama(config)];
        }

        foreach (string name in names)
        {
            if (!all.Any(target => target.IsNamed(name)))
            {
                throw new ArgumentException($"The network has no linear layer '{name}' that an adapter can change; it has {string.Join(", ", all.Select(target => target.Leaf).Distinct())}.", nameof(names));
            }
        }

        AdapterTarget[] found = [.. all.Where(target => names.Any(target.IsNamed))];
        if (found.SelectMany(target => target.Parts.Select(part => (target.Layer, part.Module))).GroupBy(part => part).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"'{TensorNames.Weight(twice.Key.Layer, twice.Key.Module)}' is named twice, as Llama and as GPT-2 call it.", nameof(names));
        }

        return found;
    }

    private static IEnumerable<AdapterTarget> Llama(TransformerConfig config)
    {
        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach ((string module, int outputs, int inputs) in TensorNames.Linears(config))
            {
                yield return new AdapterTarget(string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{module}"), layer, inputs, [(module, outputs)]);
            }
        }
    }

    private static IEnumerable<AdapterTarget> Gpt2(TransformerConfig config)
    {
        Dictionary<string, (string Module, int Outputs, int Inputs)> linears = TensorNames.Linears(config).ToDictionary(linear => linear.Module);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach ((string name, string[] modules) in s_gpt2)
            {
                yield return new AdapterTarget(
                    string.Create(CultureInfo.InvariantCulture, $"transformer.h.{layer}.{name}"), layer, linears[modules[0]].Inputs, [.. modules.Select(module => (module, linears[module].Outputs))]);
            }
        }
    }

    private static bool IsGpt2(TransformerConfig config) =>
        config is { Positions: PositionEncoding.Learned, Normalization: Normalization.LayerNorm, Activation: Activation.Gelu, Bias: true, QueryKeyNorm: false, SlidingWindow: null }
        && config.KeyValueHeads == config.Heads && config.Heads * config.HeadSize == config.Width;
}
