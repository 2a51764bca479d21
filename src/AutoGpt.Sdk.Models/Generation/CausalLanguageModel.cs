using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A causal language model in this process: a backend, a tokenizer and a prompt format. Thread-safe; owns the backend.
/// </summary>
/// <remarks>
/// Generating and scoring decode on the thread pool or on the scheduler's thread. What comes before runs on the caller's thread: the prompt is encoded in the
/// call, a schema is compiled when the stream is first asked for an update. <see cref="ITokenContext.AppendAsync"/> of a context that is alone reads on its
/// caller's thread; with others it waits, and one pass over the weights reads for all of them.
/// </remarks>
public sealed class CausalLanguageModel : ITokenModel, ICandidateModel, ITokenCounter, IDisposable
{
    private readonly ILogitsBackend _backend;
    private readonly CausalLanguageModelOptions _options;
    private readonly StepScheduler _scheduler;
    private readonly CacheLedger _ledger;
    private readonly PrefixCache? _prefixes;
    private readonly LoadedAdapters _adapters;

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
        _options.Scheduling.Validate();
        _options.PrefixSharing?.Validate();
        _options.Speculation?.Validate(tokenizer);
        if (_options.ContextShift is { } shift && (shift.KeptTokens < 0 || shift.KeptTokens > backend.Config.ContextLength - 2))
        {
            throw new ArgumentOutOfRangeException(nameof(options), shift.KeptTokens, $"ContextShift.KeptTokens is {shift.KeptTokens}; it must be from 0 to {backend.Config.ContextLength - 2}.");
        }

        IBackendCache? cache = backend as IBackendCache;
        _scheduler = new StepScheduler(backend, _options.Scheduling.TokensPerTurn);
        _ledger = new CacheLedger(cache);
        if (cache is not null && _options.PrefixSharing is { MaxSequences: > 0 } sharing)
        {
            _prefixes = new PrefixCache(sharing, _ledger);
            _ledger.Reclaim = _prefixes.DropOldest;
        }

        _adapters = new LoadedAdapters(backend, _options.Name);
        Tokenizer = tokenizer;
        Description = new ModelDescription(_options.Name, "autogpt")
        {
            ContextLength = backend.Config.ContextLength,
            ParameterCount = backend.Config.ParameterCount(),
            StructuredOutput = StructuredOutput.Masked,
            LogProbabilities = true,
            Adapters = backend is IAdapterBackend,
            TrainedTools = _options.TrainedTools,
        };
    }

    /// <summary>Loads a model for decoding on the CPU: a GGUF file, or a folder as Hugging Face lays it out. It prompts by the chat template the model brings along.</summary>
    /// <param name="path">The file or folder. What it may hold: docs/models.md.</param>
    /// <param name="backend">How weights, keys and values are kept. Default: as stored, half precision, a thread per processor.</param>
    /// <param name="options">How it decodes; the name and the prompt format are the model's own.</param>
    /// <exception cref="CheckpointException">There is nothing, it is damaged, or of a kind this library does not have.</exception>
    public static CausalLanguageModel Load(string path, SimdBackendOptions? backend = null, CausalLanguageModelOptions? options = null)
    {
        using ModelFile file = ModelFile.Open(path);
        // Before the weights are read, which takes longer.
        ITokenizer tokenizer = file.Tokenizer;
        return new CausalLanguageModel(
            SimdBackend.Create(file.Config, file.Tensors, backend),
            tokenizer,
            (options ?? new CausalLanguageModelOptions()) with { Name = file.Name, PromptFormat = new ModelPromptFormat(path) });
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <summary>The shape of the network.</summary>
    public TransformerConfig Config => _backend.Config;

    /// <summary>What generations took so far.</summary>
    public DecodingStatistics Statistics => Counters.Read(_prefixes?.TokensShared ?? 0);

    /// <summary>The names of the adapters that can be asked for (<see cref="GenerationOptions.Adapter"/>).</summary>
    public IReadOnlyCollection<string> Adapters => _adapters.Names;

    internal DecodingCounters Counters { get; } = new();

    internal CausalLanguageModelOptions Options => _options;

    internal StepScheduler Scheduler => _scheduler;

    internal PrefixCache? Prefixes => _prefixes;

    /// <inheritdoc/>
    /// <remarks>Where the backend's cache is bounded, the first append reserves room for the whole capacity and may wait for it.</remarks>
    public ITokenContext CreateContext(ContextOptions? options = null)
    {
        using AdapterUse adapter = _adapters.Use(options?.Adapter, allowUnsupported: false);
        int capacity = options?.Capacity ?? adapter.Window;
        return new DecodingContext(_scheduler, _ledger, adapter.CreateSequence(capacity), capacity, Config.VocabularySize, adapter.VirtualTokens);
    }

    /// <summary>Loads an adapter beside the model's weights, of which there still is one copy. It can be asked for at once, by any number of generations and contexts; others share their passes.</summary>
    /// <param name="name">What it is asked for by.</param>
    /// <param name="folder">A folder as PEFT lays it out: adapter_config.json and adapter_model.safetensors.</param>
    /// <exception cref="CheckpointException">The folder is damaged, or the adapter is of a kind this library does not have or for another network.</exception>
    /// <exception cref="NotSupportedException">The backend has no adapters.</exception>
    /// <exception cref="ArgumentException">There is one of that name; remove it first.</exception>
    public void LoadAdapter(string name, string folder) => AddAdapter(name, ModelAdapter.Load(folder));

    /// <summary>Puts an adapter beside the model's weights, as <see cref="LoadAdapter"/> does.</summary>
    /// <param name="name">What it is asked for by.</param>
    /// <param name="adapter">The adapter. Its numbers are copied.</param>
    /// <exception cref="CheckpointException">It is for another network.</exception>
    /// <exception cref="NotSupportedException">The backend has no adapters.</exception>
    /// <exception cref="ArgumentException">There is one of that name; remove it first.</exception>
    public void AddAdapter(string name, ModelAdapter adapter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(adapter);
        _adapters.Add(name, adapter);
    }

    /// <summary>Takes an adapter away. Generations and contexts that have it keep it to their end, and its memory goes with the last of them; no other can ask for it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveAdapter(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_adapters.Remove(name) is not { } removed)
        {
            return false;
        }

        _prefixes?.Drop(removed);
        removed.Weights.Release();
        return true;
    }

    /// <summary>This model with an adapter, for agents and others that make their own requests: whoever of them asks for none gets it.</summary>
    /// <param name="name">The adapter's name. It is looked up anew for every request.</param>
    /// <returns>A view: it owns nothing, and costs nothing.</returns>
    public ITokenModel WithAdapter(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new AdaptedLanguageModel(this, name);
    }

    /// <summary>Holds the adapter that is asked for.</summary>
    internal AdapterUse Use(GenerationOptions options) => _adapters.Use(options.Adapter, options.AllowUnsupported);

    /// <summary>Opens a context for a prompt, which may hold a beginning of it already.</summary>
    internal async ValueTask<PromptContext> OpenAsync(ReadOnlyMemory<int> prompt, int maxTokens, AdapterUse adapter, CancellationToken cancellationToken)
    {
        int capacity = (int)Math.Min((long)prompt.Length + maxTokens, adapter.Window);
        if (_prefixes is null)
        {
            return new PromptContext(Context(adapter.CreateSequence(capacity), null), null, null, null);
        }

        Reservation reservation = await _ledger.ReserveAsync(capacity + adapter.VirtualTokens, cancellationToken).ConfigureAwait(false);
        try
        {
            (IBackendSequence? sequence, PrefixCache.Reading reading) = await _prefixes.OpenAsync(prompt, adapter.Adapter, cancellationToken).ConfigureAwait(false);
            // Another text's next prompt may go on with this one, so the sequence itself has the whole window.
            return new PromptContext(Context(sequence ?? adapter.CreateSequence(adapter.Window), reservation), adapter.Adapter, _prefixes, reading);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }

        DecodingContext Context(IBackendSequence sequence, Reservation? reservation) =>
            new(_scheduler, _ledger, sequence, capacity, Config.VocabularySize, adapter.VirtualTokens, reservation);
    }

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
        using (AdapterUse adapter = Use(options))
        {
            unsupported.AddRange(adapter.NotHonored);
            Check(ids, options, adapter.Window);
        }

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
    /// <param name="adapter">The adapter to read them with, by name. Default: none.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    /// <returns>As many values as ids; the first is null.</returns>
    public async Task<IReadOnlyList<double?>> ScoreAsync(ReadOnlyMemory<int> ids, string? adapter = null, CancellationToken cancellationToken = default)
    {
        using (AdapterUse use = _adapters.Use(adapter, allowUnsupported: false))
        {
            CheckPrompt(ids.Span, use.Window);
        }

        using ITokenContext context = CreateContext(new ContextOptions { Capacity = ids.Length, Adapter = adapter });
        return [null, .. await ContextScores.ScoreAsync(context, ids, cancellationToken).ConfigureAwait(false)];
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
        _scheduler.Dispose();
        _prefixes?.Close();
        _adapters.Dispose();
        _backend.Dispose();
    }

    /// <summary>The whole generation: read the prompt, then choose, say and read on.</summary>
    private async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        ReadOnlyMemory<int> prompt, GenerationOptions options, IReadOnlyList<PromptSection> sections, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using AdapterUse adapter = Use(options);
        Check(prompt.Span, options, adapter.Window);
        Generation generation = new(this, options, Constrain(options, sections), prompt);
        using IDrafter? drafter = Drafter((int)Math.Min((long)prompt.Length + options.MaxTokens, int.MaxValue));
        using PromptContext context = await OpenAsync(prompt, options.MaxTokens, adapter, cancellationToken).ConfigureAwait(false);
        DecodingLoop loop = new(generation, context.Tokens, adapter.Window, drafter, _options.ContextShift, Counters, prompt);
        FinishReason? finish = null;
        do
        {
            // To the thread pool: whoever asks for the next token may be a thread that must not decode. Behind all that waits there, or a generation that reads
            // on its own thread would keep others from ever beginning where the pool is small.
            await Task.Factory.StartNew(static () => { }, cancellationToken, TaskCreationOptions.PreferFairness, TaskScheduler.Default).ConfigureAwait(false);
            await loop.StepAsync(cancellationToken).ConfigureAwait(false);
            context.PromptRead();
            for (int index = 0; index < loop.Updates.Count; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                finish = loop.Updates[index].Finish;
                if (finish is not null && !loop.HasShifted)
                {
                    context.Keep(generation.ContextSpan);
                }

                yield return finish is null ? loop.Updates[index] : loop.Updates[index] with { NotHonored = adapter.NotHonored };
            }
        }
        while (finish is null);
    }

    private IDrafter? Drafter(int tokens)
    {
        if (_options.Speculation is not { } speculation)
        {
            return null;
        }

        List<IDrafter> drafters = [];
        if (speculation.PromptLookup)
        {
            drafters.Add(new PromptLookup(speculation.MinMatch, speculation.MaxDraft));
        }

        if (speculation.DraftModel is { } draft)
        {
            drafters.Add(new DraftModelDrafter(draft, speculation.MaxDraft, tokens));
        }

        return drafters.Count > 0 ? new AdaptiveDrafter(drafters) : null;
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

    private void Check(ReadOnlySpan<int> prompt, GenerationOptions options, int window)
    {
        if (options.MaxTokens < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxTokens, $"MaxTokens is {options.MaxTokens}; it must be at least 1.");
        }

        if (options.TopLogProbabilities is < 0 or > 20)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.TopLogProbabilities, $"TopLogProbabilities is {options.TopLogProbabilities}; it must be from 0 to 20.");
        }

        CheckPrompt(prompt, window);
    }

    private void CheckPrompt(ReadOnlySpan<int> ids, int window)
    {
        if (ids.IsEmpty)
        {
            throw new ArgumentException("The prompt is empty.", nameof(ids));
        }

        if (ids.Length > window)
        {
            throw new AutoGptException($"The prompt has {ids.Length} tokens; the model '{_options.Name}' reads at most {window}.");
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
