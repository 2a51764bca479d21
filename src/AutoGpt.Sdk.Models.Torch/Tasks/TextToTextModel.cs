using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// An <see cref="EncoderDecoderTransformer"/> with its tokenizer: a text in, the text that it was trained to make of such out – a translation, a summary. As an
/// <see cref="ILanguageModel"/> it takes the prompt's text, or its last user message, for the text. Owns the network; thread-safe, one text at a time.
/// </summary>
public sealed class TextToTextModel : ILanguageModel, IDisposable
{
    private const string Kind = "autogpt-text-to-text";
    private readonly SemaphoreSlim _turn = new(1);
    private readonly BeamSearchOptions _search;

    /// <summary>Creates a model.</summary>
    /// <param name="network">The network; disposed with this. Where the tokenizer has no token that ends texts, its vocabularies have at least one id more than the tokenizer: the end.</param>
    /// <param name="tokenizer">The tokenizer of both texts.</param>
    /// <param name="search">How texts are looked for. Default: four beams.</param>
    /// <param name="name">The model's name. Default <c>text-to-text</c>.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the network has fewer ids than the tokenizer needs.</exception>
    public TextToTextModel(EncoderDecoderTransformer network, ITokenizer tokenizer, BeamSearchOptions? search = null, string name = "text-to-text")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _search = search ?? new BeamSearchOptions();
        _search.Validate();
        int further = tokenizer.EndOfText is null ? 1 : 0;
        VocabularyFit.Require(tokenizer, network.Config.Encoder, further);
        VocabularyFit.Require(tokenizer, network.Config.Decoder, further);
        (Network, Tokenizer) = (network, tokenizer);
        Description = new ModelDescription(name, "autogpt")
        {
            ContextLength = Math.Min(network.Config.Encoder.ContextLength, network.Config.Decoder.ContextLength),
            ParameterCount = network.parameters().Sum(parameter => parameter.numel()),
        };
    }

    /// <summary>The network.</summary>
    public EncoderDecoderTransformer Network { get; }

    /// <summary>The tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The id that ends texts: the tokenizer's, or the first after its ids.</summary>
    public int EndId => Tokenizer.EndOfText ?? Tokenizer.VocabularySize;

    /// <summary>The id that the decoder begins with.</summary>
    public int BeginId => Tokenizer.BeginOfText ?? EndId;

    /// <inheritdoc />
    public ModelDescription Description { get; }

    /// <summary>Reads a folder that <see cref="Save"/> wrote; the network is in evaluation mode.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="search">How texts are looked for. Default: four beams.</param>
    /// <exception cref="CheckpointException">A file is absent or damaged, or the folder holds another kind of model.</exception>
    public static TextToTextModel Load(string path, BeamSearchOptions? search = null)
    {
        TaskConfig config = TaskFolder.ReadConfig(path, Kind);
        bool shared = config.Fields["shared_embedding"] is JsonValue value && value.TryGetValue(out bool said) ? said : throw new CheckpointException(config.File, "'shared_embedding' is missing.");
        EncoderDecoderConfig shape = new() { Encoder = config.Shape("network"), Decoder = config.Shape("decoder"), SharedEmbedding = shared };
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return TaskFolder.Load(
            path, config, () => new EncoderDecoderTransformer(shape), (network, weights) => network.LoadWeights(weights), (network, tokenizer) => new TextToTextModel(network, tokenizer, search, name));
    }

    /// <summary>Writes a folder: shape, tokenizer, weights. Of a crash remains a folder that does not open.</summary>
    /// <param name="path">The folder; it is created.</param>
    /// <exception cref="ArgumentException">The tokenizer has no file form.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string path) => TaskFolder.Save(
        path,
        Kind,
        new JsonObject
        {
            ["shared_embedding"] = Network.Config.SharedEmbedding,
            ["network"] = TaskFolder.Write(Network.Config.Encoder, Tokenizer),
            ["decoder"] = TaskFolder.Write(Network.Config.Decoder, Tokenizer),
        },
        Tokenizer,
        Network.CopyWeights());

    /// <summary>A text's tokens as the encoder reads them, the end last.</summary>
    /// <param name="text">Any text.</param>
    public int[] EncodeSource(string text) => [.. Tokenizer.Encode(text), EndId];

    /// <summary>Makes a text of a text.</summary>
    /// <param name="text">The text; with its end no longer than the encoder's context.</param>
    /// <param name="cancellationToken">Checked at every token.</param>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public string Transform(string text, CancellationToken cancellationToken = default) => Tokenizer.Decode(Known(Search(text, _search, cancellationToken)[0].Ids));

    /// <summary>The texts that a search found, the best first.</summary>
    /// <param name="text">The text; with its end no longer than the encoder's context.</param>
    /// <param name="search">How to look. Default: as the model was made to.</param>
    /// <param name="cancellationToken">Checked at every token.</param>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public IReadOnlyList<BeamResult> Search(string text, BeamSearchOptions? search = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] source = EncodeSource(text);
        _turn.Wait(cancellationToken);
        try
        {
            using EvaluationMode evaluation = new(Network);
            return BeamSearch.Run(Network, source, BeginId, EndId, search ?? _search, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    /// <remarks>The completion comes in one piece: with several beams nothing is certain before the end.</remarks>
    public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(Prompt prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        string[] unsupported = [.. Unsupported(options)];
        if (unsupported.Length > 0 && !options.AllowUnsupported)
        {
            throw new NotSupportedException($"A text-to-text model searches for the best text: it has no {string.Join(" and no ", unsupported)}. Leave these out, or set AllowUnsupported.");
        }

        string text = prompt.Text ?? prompt.Messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text
            ?? throw new ArgumentException("The prompt has neither a text nor a user message.", nameof(prompt));
        int read = EncodeSource(text).Length;
        if (read > Network.Config.Encoder.ContextLength)
        {
            throw new AutoGptException($"The text has {read} tokens with its end; the encoder reads {Network.Config.Encoder.ContextLength}.");
        }

        BeamResult found = await Task.Run(() => Search(text, _search with { MaximumLength = Math.Min(options.MaxTokens, _search.MaximumLength ?? int.MaxValue) }, cancellationToken)[0], cancellationToken).ConfigureAwait(false);
        yield return new GenerationUpdate
        {
            Text = Tokenizer.Decode(Known(found.Ids)),
            Tokens = [.. found.Ids.Select(id => new GeneratedToken(id))],
            Finish = found.Ended ? FinishReason.Stop : FinishReason.Length,
            Usage = new TokenUsage(read, found.Ids.Count),
            NotHonored = unsupported,
        };
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : serviceType.IsInstanceOfType(this) ? this : serviceType.IsInstanceOfType(Tokenizer) ? Tokenizer : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Network.Dispose();
        _turn.Dispose();
    }

    private static IEnumerable<string> Unsupported(GenerationOptions options)
    {
        (string Name, bool Asked)[] asked =
        [
            (nameof(options.Sampling), options.Sampling != SamplingOptions.Greedy),
            (nameof(options.Schema), options.Schema is not null),
            (nameof(options.Stops), options.Stops.Count > 0),
            (nameof(options.StopAtEndOfText), !options.StopAtEndOfText),
            (nameof(options.LogProbabilities), options.LogProbabilities || options.TopLogProbabilities > 0),
            (nameof(options.Adapter), options.Adapter is not null),
        ];
        return asked.Where(option => option.Asked).Select(option => option.Name);
    }

    // A network with more ids than its tokenizer may write one that stands for nothing.
    private int[] Known(IReadOnlyList<int> ids) => [.. ids.Where(id => id < Tokenizer.VocabularySize)];
}
