namespace AutoGpt.Sdk.Models;

/// <summary>A low-rank adaptation: for some linear layers a pair of matrices whose product is added to the weight.</summary>
public sealed class LoraAdapter : ModelAdapter
{
    /// <summary>Creates an adapter.</summary>
    /// <param name="config">How it was made.</param>
    /// <param name="layers">At least one layer; no path twice.</param>
    /// <exception cref="ArgumentException">The configuration is impossible, or a layer is given twice or not at all.</exception>
    public LoraAdapter(LoraConfig config, IEnumerable<LoraLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(layers);
        config.Validate();
        Config = config;
        Layers = [.. layers];
        if (Layers.Count == 0 || Layers.DistinctBy(layer => layer.Path).Count() < Layers.Count)
        {
            throw new ArgumentException("There is no layer, or one is given twice.", nameof(layers));
        }
    }

    /// <summary>How it was made. A layer may have a rank and a factor of its own.</summary>
    public LoraConfig Config { get; }

    /// <summary>The layers it changes.</summary>
    public IReadOnlyList<LoraLayer> Layers { get; }

    /// <inheritdoc/>
    public override int VirtualTokens => 0;

    /// <summary>A network's weights with this adapter in them: the same network for every program, without an adapter.</summary>
    /// <param name="shape">The network's shape.</param>
    /// <param name="tensors">Its weights; they are read when the result's are.</param>
    /// <returns>Every tensor of <see cref="TensorNames.Of"/>, changed ones in single precision. Owns nothing.</returns>
    /// <exception cref="CheckpointException">The adapter was made for another network.</exception>
    public ITensorSource Merge(TransformerConfig shape, ITensorSource tensors)
    {
        RequireFit(NetworkFingerprint.Of(shape, tensors));
        return new MergedTensors(tensors, Resolve(shape));
    }

    /// <summary>The layers as those of a network.</summary>
    /// <exception cref="CheckpointException">The network has no such layer, or one of another size.</exception>
    internal IReadOnlyList<(AdapterTarget Target, LoraLayer Layer)> Resolve(TransformerConfig shape)
    {
        Dictionary<string, AdapterTarget> targets = AdapterTarget.Of(shape).ToDictionary(target => target.Path);
        List<(AdapterTarget, LoraLayer)> resolved = [];
        HashSet<(int, string)> taken = [];
        foreach (LoraLayer layer in Layers)
        {
            if (!targets.TryGetValue(layer.Path, out AdapterTarget? target))
            {
                throw Misfit($"there is no layer '{layer.Path}' in this one");
            }

            if (target.Inputs != layer.Inputs || target.Outputs != layer.Outputs)
            {
                throw Misfit($"'{layer.Path}' is [{target.Outputs}, {target.Inputs}] in this one and [{layer.Outputs}, {layer.Inputs}] in the adapter");
            }

            if (!target.Parts.All(part => taken.Add((target.Layer, part.Module))))
            {
                throw Misfit($"'{layer.Path}' has weights that another layer of the adapter has too");
            }

            resolved.Add((target, layer));
        }

        return resolved;
    }

    private protected override void RequireFit(TransformerConfig shape)
    {
        HashSet<string> held = [.. Resolve(shape).Select(layer => layer.Target.Path)];

        // PEFT would fill up what is missing with updates that change nothing. A file that lost tensors is not worth guessing at.
        if (AdapterTarget.Of(shape).FirstOrDefault(target => !held.Contains(target.Path) && Config.TargetModules.Any(target.IsNamed)) is { } missing)
        {
            throw Misfit($"'{missing.Path}' is among the layers that it names and has no tensors in it");
        }
    }
}

/// <summary>The update of one linear layer, <c>Scale · Up · Down</c>. PEFT calls the matrices <c>lora_A</c> and <c>lora_B</c>.</summary>
public sealed class LoraLayer
{
    private readonly float[] _down;
    private readonly float[] _up;

    /// <summary>Creates an update.</summary>
    /// <param name="path">The layer as Hugging Face's network has it: <c>model.layers.0.self_attn.q_proj</c>, <c>transformer.h.0.attn.c_attn</c>.</param>
    /// <param name="rank">At least 1.</param>
    /// <param name="down">A, <c>[rank, inputs]</c>, row-major. Not copied.</param>
    /// <param name="up">B, <c>[outputs, rank]</c>, row-major. Not copied.</param>
    /// <param name="scale">The factor s. Finite.</param>
    /// <exception cref="ArgumentException">A matrix is not whole rows, or the factor no number.</exception>
    public LoraLayer(string path, int rank, float[] down, float[] up, double scale)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentNullException.ThrowIfNull(down);
        ArgumentNullException.ThrowIfNull(up);
        if (down.Length == 0 || up.Length == 0 || down.Length % rank != 0 || up.Length % rank != 0 || !double.IsFinite(scale))
        {
            throw new ArgumentException(FormattableString.Invariant($"'{path}': {down.Length} and {up.Length} numbers are no matrices of rank {rank}, or the factor {scale} is not finite."));
        }

        (Path, Rank, _down, _up, Scale) = (path, rank, down, up, scale);
    }

    /// <summary>The layer.</summary>
    public string Path { get; }

    /// <summary>Rank of the update.</summary>
    public int Rank { get; }

    /// <summary>Columns of the layer's weight.</summary>
    public int Inputs => _down.Length / Rank;

    /// <summary>Rows of the layer's weight.</summary>
    public int Outputs => _up.Length / Rank;

    /// <summary>A, <c>[Rank, Inputs]</c>.</summary>
    public ReadOnlyMemory<float> Down => _down;

    /// <summary>B, <c>[Outputs, Rank]</c>.</summary>
    public ReadOnlyMemory<float> Up => _up;

    /// <summary>The factor s.</summary>
    public double Scale { get; }
}
