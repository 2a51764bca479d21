using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Hidden tokens, given those around them (Devlin et al. 2018): pre-training of an encoder on text without labels. Of the tokens to foresee most are hidden behind the mask, some behind another
/// token and some not at all, so that the network has to know every token by its neighbours. Which ones, is drawn anew for every step.
/// </summary>
public sealed class MaskedObjective : ITrainingObjective
{
    private readonly MaskedLanguageModel _model;
    private readonly IBatchSource _source;
    private readonly MaskingOptions _options;

    /// <summary>Creates the objective.</summary>
    /// <param name="model">The network, which is trained in place, with its tokenizer; the caller keeps it.</param>
    /// <param name="source">The texts. What follows a token – a batch's targets – is not looked at.</param>
    /// <param name="options">Which tokens are hidden. Default: 15 percent of them.</param>
    /// <exception cref="ArgumentException">Rows are longer than the context, or an option is out of range.</exception>
    public MaskedObjective(MaskedLanguageModel model, IBatchSource source, MaskingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        _options = options ?? new MaskingOptions();
        _options.Validate();
        if (source.MaximumLength > model.Network.Config.ContextLength)
        {
            throw new ArgumentException($"Rows have up to {source.MaximumLength} tokens; the network's context is {model.Network.Config.ContextLength}.", nameof(source));
        }

        (_model, _source) = (model, source);
        Settings = new JsonObject
        {
            ["objective"] = "masked",
            ["network"] = NetworkSettings.Of(model.Network.Config, model.Network.Precision, model.Network.Dropout),
            ["share"] = _options.Share,
            ["masked"] = _options.Masked,
            ["replaced"] = _options.Replaced,
            ["maskingSeed"] = _options.Seed,
        };
    }

    /// <inheritdoc />
    public Module Network => _model.Network;

    /// <inheritdoc />
    public string Fingerprint => _source.Fingerprint;

    /// <inheritdoc />
    public JsonNode Settings { get; }

    /// <inheritdoc />
    public bool IsRandom => _model.Network.Dropout > 0;

    /// <inheritdoc />
    public TrainingStep GetTrainingStep(long index) => Step(_source.GetTrainingBatch(index), index);

    /// <inheritdoc />
    public IEnumerable<TrainingStep> GetValidationSteps(int maximum) => _source.GetValidationBatches(maximum).Select((batch, index) => Step(batch, -1 - index));

    /// <inheritdoc />
    public void Save(string folder) => _model.Save(folder);

    /// <inheritdoc />
    public void Load(string folder) => NetworkFile.Load(folder, _model.Network.LoadWeights);

    /// <summary>What a batch is read as, and what is to be foreseen where.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="stream">The step's number.</param>
    internal (long[] Ids, long[] Places, long[] Targets) Mask(TokenBatch batch, long stream)
    {
        var random = new SplitMix64(_options.Seed, stream);
        long[] ids = [.. batch.Ids.Select(id => (long)id)];
        int[] places = [.. Enumerable.Range(0, batch.Rows).SelectMany(row => Enumerable.Range(row * batch.Length, batch.Lengths[row]))];
        int[] chosen = [.. places.Where(_ => random.NextDouble() < _options.Share)];
        if (chosen.Length == 0)
        {
            chosen = [places[random.Next(places.Length)]];
        }

        long[] targets = [.. chosen.Select(place => ids[place])];
        foreach (int place in chosen)
        {
            double drawn = random.NextDouble();
            if (drawn < _options.Masked)
            {
                ids[place] = _model.MaskId;
            }
            else if (drawn < _options.Masked + _options.Replaced)
            {
                ids[place] = random.Next(_model.Tokenizer.VocabularySize);
            }
        }

        return (ids, [.. chosen.Select(place => (long)place)], targets);
    }

    private TrainingStep Step(TokenBatch batch, long stream)
    {
        TokenRange.Require(batch.Ids, _model.Network.Config.VocabularySize);
        (long[] ids, long[] places, long[] targets) = Mask(batch, stream);
        return new TrainingStep(targets.Length, batch.TokenCount, LossSum)
        {
            Describe = () => new JsonObject
            {
                ["rows"] = new JsonArray([.. ids.Chunk(batch.Length).Select(row => new JsonArray([.. row.Select(id => JsonValue.Create(id))]))]),
                ["places"] = new JsonArray([.. places.Select(place => JsonValue.Create(place))]),
                ["targets"] = new JsonArray([.. targets.Select(id => JsonValue.Create(id))]),
            },
        };

        Tensor LossSum()
        {
            using DisposeScope scope = NewDisposeScope();
            EncoderTransformer network = _model.Network;
            Device device = network.parameters().First().device;
            Tensor? lengths = batch.Lengths.All(length => length == batch.Length) ? null : tensor(batch.Lengths.Select(length => (long)length).ToArray(), device: device);
            Tensor hidden = network.Hidden(tensor(ids, [batch.Rows, batch.Length], device: device), lengths).reshape(-1, network.Config.Width);
            Tensor logits = network.Logits(hidden.index_select(0, tensor(places, device: device)));
            return functional.cross_entropy(logits, tensor(targets, device: device), reduction: Reduction.Sum).MoveToOuterDisposeScope();
        }
    }
}
