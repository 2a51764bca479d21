namespace AutoGpt.Sdk.Models;

/// <summary>
/// What is added to a frozen network to make it do something else: <see cref="LoraAdapter"/>, <see cref="PrefixAdapter"/> or <see cref="PromptAdapter"/>. Read from and written to folders
/// as Hugging Face's PEFT lays them out: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>. Immutable and thread-safe.
/// </summary>
public abstract class ModelAdapter
{
    private protected ModelAdapter()
    {
    }

    /// <summary>What the network was called that it was trained on (<c>base_model_name_or_path</c>); null where nobody said.</summary>
    public string? BaseModel { get; init; }

    /// <summary>What is known of that network; null for a file of another program.</summary>
    public NetworkFingerprint? TrainedOn { get; init; }

    /// <summary>Positions it takes at the beginning of every text. The text has so many fewer.</summary>
    public abstract int VirtualTokens { get; }

    /// <summary>Where it comes from, for errors.</summary>
    internal string Source { get; init; } = "the adapter";

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Holds adapter_config.json and adapter_model.safetensors.</param>
    /// <exception cref="CheckpointException">A file is absent or damaged, or the adapter is of a kind this library does not have.</exception>
    public static ModelAdapter Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return AdapterFolder.Read(folder);
    }

    /// <summary>Writes a folder, each file as a whole or not at all and adapter_config.json last, so that a crash leaves a folder that does not load rather than one that mixes two adapters.</summary>
    /// <param name="folder">The folder; it is created.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        AdapterFolder.Write(folder, this);
    }

    /// <summary>Throws when this was made for another network: its shape is another, a layer is absent, or – where the adapter says on which weights it was trained – the weights are others.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="CheckpointException">The message says what does not fit.</exception>
    public void RequireFit(NetworkFingerprint network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (TrainedOn?.FindDifference(network) is string difference)
        {
            throw Misfit(difference);
        }

        RequireFit(network.Shape);
    }

    /// <summary>The same for a shape alone.</summary>
    private protected abstract void RequireFit(TransformerConfig shape);

    /// <summary>An adapter for another network.</summary>
    private protected CheckpointException Misfit(string problem) =>
        new(Source, $"the adapter was made for another network{(BaseModel is null ? "" : $" ('{BaseModel}')")}: {problem}. Load it on the network it was trained on.");
}
