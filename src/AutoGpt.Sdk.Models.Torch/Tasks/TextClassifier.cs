using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>A <see cref="SequenceClassifier"/> with its tokenizer and the names of its classes: text in, label out. Owns the network. Not thread-safe.</summary>
public sealed class TextClassifier : IDisposable
{
    private const string Kind = "autogpt-classifier";

    /// <summary>Creates a classifier.</summary>
    /// <param name="network">The network; disposed with this, its trunk included.</param>
    /// <param name="tokenizer">The trunk's tokenizer.</param>
    /// <param name="labels">The classes' names in the network's order, each once.</param>
    /// <exception cref="ArgumentException">There are not as many labels as classes, one is there twice, or the tokenizer has more ids than the network.</exception>
    public TextClassifier(SequenceClassifier network, ITokenizer tokenizer, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != network.Classes)
        {
            throw new ArgumentException($"There are {labels.Count} labels for {network.Classes} classes.", nameof(labels));
        }

        if (labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"The label '{twice.Key}' is there twice.", nameof(labels));
        }

        VocabularyFit.Require(tokenizer, network.Trunk.Config, further: 0);
        (Network, Tokenizer, Labels) = (network, tokenizer, [.. labels]);
    }

    /// <summary>The network.</summary>
    public SequenceClassifier Network { get; }

    /// <summary>The tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The classes' names in the network's order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Reads a folder that <see cref="Save"/> wrote; the network is in evaluation mode.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="CheckpointException">A file is absent or damaged, or the folder holds another kind of model.</exception>
    public static TextClassifier Load(string path)
    {
        TaskConfig config = TaskFolder.ReadConfig(path, Kind);
        string[] labels = config.Fields["labels"] is JsonArray names ? [.. names.Select(name => (string?)name ?? "")] : throw new CheckpointException(config.File, "'labels' is missing.");
        TransformerConfig shape = config.Shape("network");
        string kind = config.Text("trunk");
        return TaskFolder.Load(
            path, config, () => new SequenceClassifier(Trunk(), labels.Length), (network, weights) => network.LoadWeights(weights), (network, tokenizer) => new TextClassifier(network, tokenizer, labels));

        TransformerTrunk Trunk() => kind switch
        {
            "causal" => new CausalTransformer(shape),
            "encoder" => new EncoderTransformer(shape),
            _ => throw new CheckpointException(config.File, $"'trunk' is '{kind}'; 'encoder' and 'causal' are known."),
        };
    }

    /// <summary>Writes a folder: shape and labels, tokenizer, weights. Of a crash remains a folder that does not open.</summary>
    /// <param name="path">The folder; it is created.</param>
    /// <exception cref="ArgumentException">The tokenizer has no file form.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string path) => TaskFolder.Save(
        path,
        Kind,
        new JsonObject
        {
            ["trunk"] = Network.Trunk is CausalTransformer ? "causal" : "encoder",
            ["labels"] = new JsonArray([.. Labels.Select(label => JsonValue.Create(label))]),
            ["network"] = TaskFolder.Write(Network.Trunk.Config, Tokenizer),
        },
        Tokenizer,
        Network.CopyWeights());

    /// <summary>A text's tokens as the network reads them: those of its beginning where it is longer than the context.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>At least one token: where the text is empty, one that begins or ends texts.</returns>
    /// <exception cref="ArgumentException">The text is empty, and the tokenizer has no token to begin or end it.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] begin = Tokenizer.BeginOfText is int id ? [id] : [];
        int[] ids = [.. begin, .. Tokenizer.Encode(text)];
        if (ids.Length == 0)
        {
            ids = Tokenizer.EndOfText is int end ? [end] : throw new ArgumentException("The text is empty, and the tokenizer has no token that begins or ends one.", nameof(text));
        }

        return ids.Length > Network.Trunk.Config.ContextLength ? ids[..Network.Trunk.Config.ContextLength] : ids;
    }

    /// <summary>Says which class a text belongs to.</summary>
    /// <param name="text">Any text.</param>
    /// <exception cref="ArgumentException">The text is empty, and the tokenizer has no token to begin or end it.</exception>
    public Classification Classify(string text) => Classify([text])[0];

    /// <summary>Says which classes texts belong to, in one pass.</summary>
    /// <param name="texts">The texts; memory grows with how many there are and how long the longest is.</param>
    /// <returns>A verdict for each, in order.</returns>
    /// <exception cref="ArgumentException">A text is empty, and the tokenizer has no token to begin or end it.</exception>
    public IReadOnlyList<Classification> Classify(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            return [];
        }

        using EvaluationMode evaluation = new(Network);
        using IDisposable inference = inference_mode(true);
        using DisposeScope scope = NewDisposeScope();
        (Tensor ids, Tensor lengths) = PaddedRows.Create([.. texts.Select(text => (ReadOnlyMemory<int>)Encode(text))], Network.parameters().First().device);
        float[] numbers = Network.Logits(ids, lengths).softmax(-1).cpu().data<float>().ToArray();
        return [.. numbers.Chunk(Labels.Count).Select(row => new Classification(Labels[Array.IndexOf(row, row.Max())], row))];
    }

    /// <inheritdoc />
    public void Dispose() => Network.Dispose();
}

/// <summary>What a <see cref="TextClassifier"/> says of a text.</summary>
/// <param name="Label">The most probable class.</param>
/// <param name="Probabilities">Of each class, in the order of <see cref="TextClassifier.Labels"/>; 1 together.</param>
public sealed record Classification(string Label, IReadOnlyList<float> Probabilities);
