using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// The class of a text (Radford et al. 2018; Devlin et al. 2018): cross-entropy of a <see cref="SequenceClassifier"/>. Its trunk learns with it, unless it was frozen (<see cref="Freezing"/>).
/// </summary>
public sealed class ClassificationObjective : ITrainingObjective
{
    private readonly TextClassifier _model;
    private readonly IBatchSource<IReadOnlyList<LabelledExample>> _source;

    /// <summary>Creates the objective.</summary>
    /// <param name="model">The network, which is trained in place, with tokenizer and labels; the caller keeps it.</param>
    /// <param name="source">The data.</param>
    /// <exception cref="ArgumentException">Texts are longer than the context.</exception>
    public ClassificationObjective(TextClassifier model, IBatchSource<IReadOnlyList<LabelledExample>> source)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        TransformerTrunk trunk = model.Network.Trunk;
        if (source.MaximumLength > trunk.Config.ContextLength)
        {
            throw new ArgumentException($"Texts have up to {source.MaximumLength} tokens; the network's context is {trunk.Config.ContextLength}.", nameof(source));
        }

        (_model, _source) = (model, source);
        Settings = new JsonObject
        {
            ["objective"] = "classification",
            ["trunk"] = trunk.GetType().Name,
            ["network"] = NetworkSettings.Of(trunk.Config, trunk.Precision, trunk.Dropout),
            ["labels"] = new JsonArray([.. model.Labels.Select(label => JsonValue.Create(label))]),
        };
    }

    /// <inheritdoc />
    public Module Network => _model.Network;

    /// <inheritdoc />
    public string Fingerprint => _source.Fingerprint;

    /// <inheritdoc />
    public JsonNode Settings { get; }

    /// <inheritdoc />
    public bool IsRandom => _model.Network.Trunk.Dropout > 0;

    /// <inheritdoc />
    public TrainingStep GetTrainingStep(long index) => Step(_source.GetTrainingBatch(index));

    /// <inheritdoc />
    public IEnumerable<TrainingStep> GetValidationSteps(int maximum) => _source.GetValidationBatches(maximum).Select(Step);

    /// <inheritdoc />
    public void Save(string folder) => _model.Save(folder);

    /// <inheritdoc />
    public void Load(string folder) => NetworkFile.Load(folder, _model.Network.LoadWeights);

    private TrainingStep Step(IReadOnlyList<LabelledExample> batch)
    {
        SequenceClassifier network = _model.Network;
        ReadOnlyMemory<int>[] rows = [.. batch.Select(example => example.Ids)];
        TokenRange.Require(rows, network.Trunk.Config.VocabularySize);
        if (batch.FirstOrDefault(example => example.Class >= network.Classes) is { } beyond)
        {
            throw new ArgumentException($"An example has the class {beyond.Class}; the network has {network.Classes}, from 0.", nameof(batch));
        }

        return new TrainingStep(batch.Count, rows.Sum(row => row.Length), LossSum)
        {
            Describe = () => new JsonObject
            {
                ["rows"] = new JsonArray([.. batch.Select(example => new JsonObject { ["label"] = _model.Labels[example.Class], ["text"] = _model.Tokenizer.Decode(example.Ids.Span) })]),
            },
        };

        Tensor LossSum()
        {
            using DisposeScope scope = NewDisposeScope();
            Device device = network.parameters().First().device;
            (Tensor ids, Tensor lengths) = PaddedRows.Create(rows, device);
            Tensor classes = tensor(batch.Select(example => (long)example.Class).ToArray(), device: device);
            return functional.cross_entropy(network.Logits(ids, lengths), classes, reduction: Reduction.Sum).MoveToOuterDisposeScope();
        }
    }
}
