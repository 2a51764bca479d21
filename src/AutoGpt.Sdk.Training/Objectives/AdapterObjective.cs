using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// The next token again, but only an adapter is trained: the network's own weights are frozen. What is saved is the adapter's folder in PEFT's layout, a few megabytes beside a network of
/// gigabytes; so are the optimiser's means.
/// </summary>
public sealed class AdapterObjective : ITrainingObjective
{
    private readonly CausalObjective _text;
    private readonly NetworkAdapter _adapter;
    private readonly string? _baseModel;

    /// <summary>Creates the objective. The adapter becomes the network's <see cref="CausalTransformer.Adapter"/>; the network's weights are frozen and it drops no activations out.</summary>
    /// <param name="model">The network; the caller keeps it.</param>
    /// <param name="adapter">What is trained, made for this network; the caller keeps it.</param>
    /// <param name="source">The data.</param>
    /// <param name="tokenizer">Tells in words which batch made a run fail. Default: in numbers.</param>
    /// <param name="baseModel">What the network is called, for programs that read the adapter. Default: not said.</param>
    /// <exception cref="ArgumentException">Rows and the adapter's virtual tokens are longer than the context, or the adapter is for another network.</exception>
    public AdapterObjective(CausalTransformer model, NetworkAdapter adapter, IBatchSource source, ITokenizer? tokenizer = null, string? baseModel = null)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        _text = new CausalObjective(model, source, tokenizer);
        if (source.MaximumLength + adapter.VirtualTokens > model.Config.ContextLength)
        {
            throw new ArgumentException(
                $"Rows have up to {source.MaximumLength} tokens and the adapter {adapter.VirtualTokens} of its own; the network's context is {model.Config.ContextLength}.", nameof(source));
        }

        model.Adapter = adapter;
        model.Freeze();
        model.eval();
        (_adapter, _baseModel) = (adapter, baseModel);
        JsonObject settings = _text.Settings.DeepClone().AsObject();
        settings["adapter"] = adapter.GetType().Name;
        settings["virtualTokens"] = adapter.VirtualTokens;
        settings["dropout"] = adapter.Dropout;
        Settings = settings;
    }

    /// <inheritdoc />
    public Module Network => _adapter;

    /// <inheritdoc />
    public string Fingerprint => _text.Fingerprint;

    /// <inheritdoc />
    public JsonNode Settings { get; }

    /// <inheritdoc />
    public bool IsRandom => _adapter.Dropout > 0;

    /// <inheritdoc />
    public TrainingStep GetTrainingStep(long index) => _text.GetTrainingStep(index);

    /// <inheritdoc />
    public IEnumerable<TrainingStep> GetValidationSteps(int maximum) => _text.GetValidationSteps(maximum);

    /// <inheritdoc />
    public void Save(string folder) => _adapter.ToAdapter(_baseModel).Save(folder);

    /// <inheritdoc />
    public void Load(string folder) => _adapter.CopyFrom(ModelAdapter.Load(folder));
}
