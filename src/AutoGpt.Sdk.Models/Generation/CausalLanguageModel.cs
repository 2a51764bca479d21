using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A causal language model in this process: a backend, a tokenizer and a prompt format. Thread-safe; owns the backend.
/// </summary>
/// <remarks>
/// Generating and scoring decode on the thread pool. What comes before runs on the caller's thread: the prompt is encoded in the call, a schema is
/// compiled when the stream is first asked for an update. So does <see cref="ITokenContext.AppendAsync"/>, which only waits for its turn asynchronously.
/// </remarks>
public sealed class CausalLanguageModel : ITokenModel, ICandidateModel, ITokenCounter, IDisposable
{
    private readonly ILogitsBackend _backend;
    private readonly CausalLanguageModelOptions _options;
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Creates a model.</summary>
    /// <param name="backend">The network. Disposed with the model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="options">Name and prompt format. Default: those of a nameless general model.</param>
    /// <exception cref="ArgumentException">The tokenizer has more ids than the network.</exception>
    public CausalLanguageModel(ILogitsBackend backend, ITokenizer tokenizer, CausalLanguageModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer.VocabularySize > backend.Config.VocabularySize)
        {
            throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} ids, the network {backend.Config.VocabularySize}.", nameof(tokenizer));
        }

        _backend = backend;
        _options = options ?? new CausalLanguageModelOptions();
        Tokenizer = tokenizer;
        Description = new ModelDescription(_options.Name, "autogpt")
        {
            ContextLength = backend.Config.ContextLength,
            ParameterCount = backend.Config.ParameterCount(),
            StructuredOutput = StructuredOutput.Masked,
            LogProbabilities = true,
            TrainedTools = _options.TrainedTools,
        };
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <summary>The shape of the network.</summary>
    public TransformerConfig Config => _backend.Config;

    /// <inheritdoc/>
    public ITokenContext CreateContext(ContextOptions? options = null) =>
        new DecodingContext(_backend.CreateSequence(options?.Capacity ?? Config.ContextLength), _gate, Config.VocabularySize);

    /// <inheritdoc/>
    public IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return GenerateAsync(Encode(prompt), options ?? new GenerationOptions(), prompt.Sections, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Completion> GenerateCandidatesAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        List<string> unsupported = [];
        if (options.Sampling.Temperature > 0)
        {
            unsupported.Add(nameof(SamplingOptions.Temperature));
        }

        if (options.Sampling.RepetitionPenalty != 1)
        {
            unsupported.Add(nameof(SamplingOptions.RepetitionPenalty));
        }

        if (unsupported.Count > 0 && !options.AllowUnsupported)
        {
            throw new NotSupportedException($"Candidates are listed greedily, without {string.Join(" and ", unsupported)}. Draw several completions with different seeds instead.");
        }

        int[] ids = Encode(prompt);
        Check(ids, options);
        return ListAsync(ids, options with { Sampling = SamplingOptions.Greedy }, prompt.Sections, unsupported, cancellationToken);
    }

    /// <summary>Generates a continuation of token ids and streams it.</summary>
    /// <param name="promptIds">The ids, at least one; nothing is added to them.</param>
    /// <param name="options">How to generate. Default: greedily, 256 tokens at most.</param>
    /// <param name="cancellationToken">Ends the stream within one token.</param>
    /// <exception cref="ArgumentException">
    /// The prompt is empty or has an id outside the vocabulary, an option is out of its range, or one of <see cref="GenerationOptions.Stops"/> is null or
    /// empty. Thrown when the stream is first asked for an update.
    /// </exception>
    /// <exception cref="AutoGptException">The prompt does not fit the context.</exception>
    public IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        ReadOnlyMemory<int> promptIds, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(promptIds, options ?? new GenerationOptions(), [], cancellationToken);

    /// <summary>The log-probability of each id given those before it, under the model at temperature 1.</summary>
    /// <param name="ids">The ids, from 1 to the context length of them.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    /// <returns>As many values as ids; the first is null.</returns>
    public async Task<IReadOnlyList<double?>> ScoreAsync(ReadOnlyMemory<int> ids, CancellationToken cancellationToken = default)
    {
        CheckPrompt(ids.Span);
        using ITokenContext context = CreateContext(new ContextOptions { Capacity = ids.Length });
        List<double?> scores = [null];
        // In pieces: every row of logits is as long as the vocabulary.
        const int piece = 64;
        for (int start = 0; start < ids.Length - 1; start += piece)
        {
            int count = Math.Min(piece, ids.Length - 1 - start);
            ReadOnlyMemory<int> part = ids.Slice(start, count);
            Logits logits = await Task.Run(() => context.AppendAsync(part, LogitsWanted.All, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            for (int row = 0; row < count; row++)
            {
                scores.Add(LogProbabilities.Of(logits.Row(row), ids.Span[start + row + 1]));
            }
        }

        return scores;
    }

    /// <inheritdoc/>
    public int CountPrompt(Prompt prompt, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Encode(prompt).Length;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(Tokenizer) ? Tokenizer
            : serviceType.IsInstanceOfType(_backend) ? _backend
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backend.Dispose();
        _gate.Dispose();
    }

    /// <summary>The whole generation: read the prompt, then choose, say and read one token after another.</summary>
    private async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        ReadOnlyMemory<int> prompt, GenerationOptions options, IReadOnlyList<PromptSection> sections, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check(prompt.Span, options);
        Generation generation = new(this, options, Constrain(options, sections), prompt);
        int capacity = (int)Math.Min((long)prompt.Length + options.MaxTokens, Config.ContextLength);
        using ITokenContext context = CreateContext(new ContextOptions { Capacity = capacity });
        ReadOnlyMemory<int> unread = prompt;
        while (true)
        {
            ReadOnlyMemory<int> next = unread;
            GenerationUpdate update = await Task.Run(
                async () =>
                {
                    Logits logits = await context.AppendAsync(next, LogitsWanted.Last, cancellationToken).ConfigureAwait(false);
                    return generation.Advance(logits.Row(0), isFull: context.Length == Config.ContextLength);
                },
                cancellationToken).ConfigureAwait(false);
            yield return update;
            if (update.Finish is not null)
            {
                yield break;
            }

            unread = generation.Last;
        }
    }

    // A search a list, so that who goes through it twice gets it twice.
    private async IAsyncEnumerable<Completion> ListAsync(
        int[] prompt, GenerationOptions options, IReadOnlyList<PromptSection> sections, List<string> notHonored, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Completion candidate in new CandidateSearch(this, options, sections, prompt).RunAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return candidate with { NotHonored = notHonored };
        }
    }

    internal ITokenConstraint? Constrain(GenerationOptions options, IReadOnlyList<PromptSection> sections) =>
        options.Schema is { } schema ? _options.Constraints.Compile(schema, sections, Tokenizer) : null;

    private int[] Encode(Prompt prompt) => prompt.Text is null ? _options.PromptFormat.Format(prompt, Tokenizer) : WithBegin(Tokenizer.Encode(prompt.Text));

    private int[] WithBegin(int[] ids) => Tokenizer.BeginOfText is int begin ? [begin, .. ids] : ids;

    private void Check(ReadOnlySpan<int> prompt, GenerationOptions options)
    {
        if (options.MaxTokens < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxTokens, $"MaxTokens is {options.MaxTokens}; it must be at least 1.");
        }

        if (options.TopLogProbabilities is < 0 or > 20)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.TopLogProbabilities, $"TopLogProbabilities is {options.TopLogProbabilities}; it must be from 0 to 20.");
        }

        CheckPrompt(prompt);
    }

    private void CheckPrompt(ReadOnlySpan<int> ids)
    {
        if (ids.IsEmpty)
        {
            throw new ArgumentException("The prompt is empty.", nameof(ids));
        }

        if (ids.Length > Config.ContextLength)
        {
            throw new AutoGptException($"The prompt has {ids.Length} tokens; the model '{_options.Name}' reads at most {Config.ContextLength}.");
        }

        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Config.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"Token ids run from 0 to {Config.VocabularySize - 1}.");
            }
        }
    }
}
