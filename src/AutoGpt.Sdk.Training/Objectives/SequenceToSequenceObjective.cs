using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>A text, given another (Sutskever et al. 2014; Vaswani et al. 2017): the next token of the target, given those before it and all of the source.</summary>
public sealed class SequenceToSequenceObjective : ITrainingObjective
{
    private readonly TextToTextModel _model;
    private readonly IBatchSource<IReadOnlyList<SequencePair>> _source;
    private readonly double _smoothing;

    /// <summary>Creates the objective.</summary>
    /// <param name="model">The network, which is trained in place, with its tokenizer; the caller keeps it.</param>
    /// <param name="source">The data.</param>
    /// <param name="labelSmoothing">
    /// Share of the target that is spread over the vocabulary while training, from 0 to below 1 (Szegedy et al. 2016); .1 is usual for translation. Measurements are without. Default 0.
    /// </param>
    /// <exception cref="ArgumentException">Sources or targets are longer than the context, or the smoothing is out of range.</exception>
    public SequenceToSequenceObjective(TextToTextModel model, IBatchSource<IReadOnlyList<SequencePair>> source, double labelSmoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        OptionRange.Require(labelSmoothing is >= 0 and < 1, labelSmoothing, "from 0 to below 1");
        EncoderDecoderConfig config = model.Network.Config;
        if (source is SequencePairDataset pairs)
        {
            Require(pairs.MaximumSourceLength, config.Encoder.ContextLength, "Sources", "encoder");
            Require(pairs.MaximumTargetLength, config.Decoder.ContextLength, "Targets", "decoder");
        }

        (_model, _source, _smoothing) = (model, source, labelSmoothing);
        Settings = new JsonObject
        {
            ["objective"] = "sequence to sequence",
            ["encoder"] = NetworkSettings.Of(config.Encoder, model.Network.Precision, model.Network.Dropout),
            ["decoder"] = NetworkSettings.Of(config.Decoder, model.Network.Precision, model.Network.Dropout),
            ["sharedEmbedding"] = config.SharedEmbedding,
            ["labelSmoothing"] = labelSmoothing,
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
    public TrainingStep GetTrainingStep(long index) => Step(_source.GetTrainingBatch(index));

    /// <inheritdoc />
    public IEnumerable<TrainingStep> GetValidationSteps(int maximum) => _source.GetValidationBatches(maximum).Select(Step);

    /// <inheritdoc />
    public void Save(string folder) => _model.Save(folder);

    /// <inheritdoc />
    public void Load(string folder) => NetworkFile.Load(folder, _model.Network.LoadWeights);

    private static void Require(int length, int context, string what, string stack)
    {
        if (length > context)
        {
            throw new ArgumentException($"{what} have up to {length} tokens; the {stack}'s context is {context}.", nameof(length));
        }
    }

    private TrainingStep Step(IReadOnlyList<SequencePair> batch)
    {
        EncoderDecoderTransformer network = _model.Network;
        ReadOnlyMemory<int>[] sources = [.. batch.Select(pair => pair.Source)];

        // The decoder reads the begin and all of the target but its last token.
        ReadOnlyMemory<int>[] written = [.. batch.Select(pair => (ReadOnlyMemory<int>)(int[])[_model.BeginId, .. pair.Target.Span[..^1]])];
        TokenRange.Require(sources, network.Config.Encoder.VocabularySize);
        TokenRange.Require(batch.Select(pair => pair.Target), network.Config.Decoder.VocabularySize);
        int targets = batch.Sum(pair => pair.Target.Length);
        return new TrainingStep(targets, targets + sources.Sum(row => row.Length), LossSum)
        {
            Describe = () => new JsonObject
            {
                ["rows"] = new JsonArray([.. batch.Select(pair => new JsonObject { ["source"] = Text(pair.Source), ["target"] = Text(pair.Target) })]),
            },
        };

        Tensor LossSum()
        {
            using DisposeScope scope = NewDisposeScope();
            Device device = network.parameters().First().device;
            (Tensor ids, Tensor lengths) = PaddedRows.Create(sources, device);
            using EncodedSource read = network.Encode(ids, sources.All(row => row.Length == ids.shape[1]) ? null : lengths);
            (Tensor begun, _) = PaddedRows.Create(written, device);
            Tensor hidden = network.Hidden(begun, read).reshape(-1, network.Config.Decoder.Width);
            int width = (int)begun.shape[1];
            long[] places = [.. batch.SelectMany((pair, row) => Enumerable.Range(row * width, pair.Target.Length).Select(place => (long)place))];
            long[] expected = [.. batch.SelectMany(pair => pair.Target.ToArray().Select(id => (long)id))];
            if (places.Length < hidden.shape[0])
            {
                hidden = hidden.index_select(0, tensor(places, device: device));
            }

            return functional.cross_entropy(network.Logits(hidden), tensor(expected, device: device), reduction: Reduction.Sum, label_smoothing: network.training ? _smoothing : 0).MoveToOuterDisposeScope();
        }
    }

    private string Text(ReadOnlyMemory<int> ids) => _model.Tokenizer.Decode([.. ids.ToArray().Where(id => id < _model.Tokenizer.VocabularySize)]);
}
