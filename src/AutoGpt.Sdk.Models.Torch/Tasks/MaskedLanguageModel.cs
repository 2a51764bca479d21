using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// An <see cref="EncoderTransformer"/> with its tokenizer, which foresees tokens that are hidden from it (Devlin et al. 2018): a pre-trained trunk for a <see cref="SequenceClassifier"/>. Owns the
/// network. Not thread-safe.
/// </summary>
public sealed class MaskedLanguageModel : IDisposable
{
    private const string Kind = "autogpt-masked";

    /// <summary>Creates a model.</summary>
    /// <param name="network">The network; disposed with this. Its vocabulary has at least one id more than the tokenizer: the mask.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="ArgumentException">The network has no id left for the mask.</exception>
    public MaskedLanguageModel(EncoderTransformer network, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(tokenizer);
        VocabularyFit.Require(tokenizer, network.Config, further: 1);
        (Network, Tokenizer) = (network, tokenizer);
    }

    /// <summary>The network.</summary>
    public EncoderTransformer Network { get; }

    /// <summary>The tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The id that stands for a hidden token: the first after the tokenizer's, which no text encodes to.</summary>
    public int MaskId => Tokenizer.VocabularySize;

    /// <summary>Reads a folder that <see cref="Save"/> wrote; the network is in evaluation mode.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="CheckpointException">A file is absent or damaged, or the folder holds another kind of model.</exception>
    public static MaskedLanguageModel Load(string path)
    {
        TaskConfig config = TaskFolder.ReadConfig(path, Kind);
        return TaskFolder.Load(
            path, config, () => new EncoderTransformer(config.Shape("network")), (network, weights) => network.LoadWeights(weights), (network, tokenizer) => new MaskedLanguageModel(network, tokenizer));
    }

    /// <summary>Writes a folder: shape, tokenizer, weights. Of a crash remains a folder that does not open.</summary>
    /// <param name="path">The folder; it is created.</param>
    /// <exception cref="ArgumentException">The tokenizer has no file form.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string path) =>
        TaskFolder.Save(path, Kind, new JsonObject { ["network"] = TaskFolder.Write(Network.Config, Tokenizer) }, Tokenizer, Network.CopyWeights());

    /// <summary>Foresees hidden tokens.</summary>
    /// <param name="ids">Tokens, with <see cref="MaskId"/> in place of the hidden ones.</param>
    /// <param name="top">How many guesses to give for each, at least 1. Default 5.</param>
    /// <returns>For each hidden token in order its guesses, the most probable first, with their probabilities.</returns>
    /// <exception cref="ArgumentException">Nothing is hidden, or there are more tokens than the context has.</exception>
    public IReadOnlyList<IReadOnlyList<(int Id, float Probability)>> Foresee(ReadOnlySpan<int> ids, int top = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        int[] row = ids.ToArray();
        long[] hidden = [.. Enumerable.Range(0, row.Length).Where(place => row[place] == MaskId).Select(place => (long)place)];
        if (hidden.Length == 0)
        {
            throw new ArgumentException($"No token is hidden: none is {nameof(MaskId)}.", nameof(ids));
        }

        using EvaluationMode evaluation = new(Network);
        using IDisposable inference = inference_mode(true);
        using DisposeScope scope = NewDisposeScope();
        Device device = Network.parameters().First().device;
        Tensor all = Network.Hidden(tensor(Array.ConvertAll(row, id => (long)id), [1, row.Length], device: device)).squeeze(0);

        // The mask itself, and ids that stand for nothing, are no guesses.
        Tensor logits = Network.Logits(all.index_select(0, tensor(hidden, device: device))).narrow(1, 0, Tokenizer.VocabularySize);
        (Tensor values, Tensor indices) = logits.softmax(-1).topk(Math.Min(top, Tokenizer.VocabularySize), -1);
        float[] probabilities = values.cpu().data<float>().ToArray();
        long[] guesses = indices.cpu().data<long>().ToArray();
        int each = guesses.Length / hidden.Length;
        return [.. Enumerable.Range(0, hidden.Length).Select(place =>
            (IReadOnlyList<(int, float)>)[.. Enumerable.Range(place * each, each).Select(i => ((int)guesses[i], probabilities[i]))])];
    }

    /// <inheritdoc />
    public void Dispose() => Network.Dispose();
}
