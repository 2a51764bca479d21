using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// An objective that an adapter learns while the network stays as it is: the same data and loss, other parameters. What is saved is a folder as PEFT lays it out. The network's parameters
/// are frozen and it is put into evaluation mode, so that its own dropout is off.
/// </summary>
public sealed class AdapterObjective : ITrainingObjective
{
    private readonly CausalTransformer _model;
    private readonly NetworkAdapter _adapter;
    private readonly ITrainingObjective _task;
    private readonly string? _baseModel;

    /// <summary>Creates the objective.</summary>
    /// <param name="model">The network; the caller keeps it.</param>
    /// <param name="adapter">What is trained, in place; the caller keeps it.</param>
    /// <param name="task">What the network would learn otherwise.</param>
    /// <param name="baseModel">What the network is called, for whoever finds the adapter: a name on a hub, a folder. Default: not said.</param>
    /// <exception cref="ArgumentException">The task is another network's, the adapter is for another shape, or rows and virtual tokens are longer than the context.</exception>
    public AdapterObjective(CausalTransformer model, NetworkAdapter adapter, ITrainingObjective task, string? baseModel = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(task);
        if (!ReferenceEquals(task.Network, model))
        {
            throw new ArgumentException("The task is another network's.", nameof(task));
        }

        if (task is CausalObjective text && text.MaximumLength + adapter.VirtualTokens > model.Config.ContextLength)
        {
            throw new ArgumentException(
                $"Rows have up to {text.MaximumLength} tokens and the adapter {adapter.VirtualTokens} of its own; the network's context is {model.Config.ContextLength}.", nameof(task));
        }

        (_model, _adapter, _task, _baseModel) = (model, adapter, task, baseModel);
        model.Adapter = adapter;
        model.Freeze();
        model.eval();
        JsonObject settings = JsonNode.Parse(AdapterConfigFile.Write(adapter.ToAdapter()))!.AsObject();
        Settings = new JsonObject { ["objective"] = "adapter", ["task"] = task.Settings.DeepClone(), ["adapter"] = settings };
    }

    /// <inheritdoc />
    public Module Network => _adapter;

    /// <inheritdoc />
    public string Fingerprint => _task.Fingerprint;

    /// <inheritdoc />
    public JsonNode Settings { get; }

    /// <inheritdoc />
    public bool IsRandom => _adapter.Dropout > 0 || _task.IsRandom;

    /// <inheritdoc />
    public TrainingStep GetTrainingStep(long index) => Adapted(_task.GetTrainingStep(index));

    /// <inheritdoc />
    public IEnumerable<TrainingStep> GetValidationSteps(int maximum) => _task.GetValidationSteps(maximum).Select(Adapted);

    /// <inheritdoc />
    public void Save(string folder) => _adapter.ToAdapter(_baseModel).Save(folder);

    /// <inheritdoc />
    public void Load(string folder) => _adapter.CopyFrom(ModelAdapter.Load(folder));

    // Several adapters may learn in turn over one network.
    private TrainingStep Adapted(TrainingStep step) => step with
    {
        LossSum = () =>
        {
            _model.Adapter = _adapter;
            return step.LossSum();
        },
    };
}
