namespace AutoGpt.Sdk.Models;

/// <summary>A model's adapters by name. Thread-safe.</summary>
internal sealed class LoadedAdapters(ILogitsBackend backend, string model) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LoadedAdapter> _adapters = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _adapters.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public void Add(string name, ModelAdapter adapter)
    {
        IAdapterBackend adapting = backend as IAdapterBackend ?? throw Unsupported();
        RequireFree(name);
        // Not under the lock: it copies megabytes.
        BackendAdapter weights = adapting.Prepare(adapter);
        lock (_gate)
        {
            if (_adapters.TryAdd(name, new LoadedAdapter(weights)))
            {
                return;
            }
        }

        weights.Release();
        RequireFree(name);
    }

    /// <returns>What was removed, still held; null where there is none.</returns>
    public LoadedAdapter? Remove(string name)
    {
        lock (_gate)
        {
            return _adapters.Remove(name, out LoadedAdapter? removed) ? removed : null;
        }
    }

    /// <summary>Holds an adapter.</summary>
    /// <param name="name">Its name, or null for none.</param>
    /// <param name="allowUnsupported">Whether to do without where the backend has no adapters.</param>
    /// <exception cref="NotSupportedException">The backend has no adapters.</exception>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public AdapterUse Use(string? name, bool allowUnsupported)
    {
        if (name is null)
        {
            return new AdapterUse(backend, null, []);
        }

        if (backend is not IAdapterBackend)
        {
            return allowUnsupported ? new AdapterUse(backend, null, [nameof(GenerationOptions.Adapter)]) : throw Unsupported();
        }

        lock (_gate)
        {
            if (_adapters.TryGetValue(name, out LoadedAdapter? adapter))
            {
                adapter.Weights.Hold();
                return new AdapterUse(backend, adapter, []);
            }
        }

        throw new ArgumentException($"The model '{model}' has no adapter '{name}'{(Names is { Count: > 0 } names ? $"; it has {string.Join(", ", names.Select(each => $"'{each}'"))}" : "")}. Load it first.", nameof(name));
    }

    public void Dispose()
    {
        foreach (string name in Names)
        {
            Remove(name)?.Weights.Release();
        }
    }

    private void RequireFree(string name)
    {
        lock (_gate)
        {
            if (_adapters.ContainsKey(name))
            {
                throw new ArgumentException($"The model '{model}' has an adapter '{name}' already. Remove it first, or take another name.", nameof(name));
            }
        }
    }

    private NotSupportedException Unsupported() => new($"The model '{model}' cannot honour {nameof(GenerationOptions.Adapter)}: its backend '{backend.Name}' has no adapters. Merge the adapter into the weights instead.");
}

/// <summary>An adapter under a name. Two of the same name, one after the other, are two.</summary>
internal sealed class LoadedAdapter(BackendAdapter weights)
{
    public BackendAdapter Weights => weights;

    /// <summary>Whether what was read with it is of no use any more. Under the lock of the prefix cache.</summary>
    public bool IsRemoved { get; set; }
}

/// <summary>An adapter, or none, while it is used.</summary>
internal sealed class AdapterUse(ILogitsBackend backend, LoadedAdapter? adapter, IReadOnlyList<string> notHonored) : IDisposable
{
    public LoadedAdapter? Adapter => adapter;

    /// <summary>Options that are not honoured.</summary>
    public IReadOnlyList<string> NotHonored => notHonored;

    public int VirtualTokens => adapter?.Weights.VirtualTokens ?? 0;

    /// <summary>Tokens that a text can have.</summary>
    public int Window => backend.Config.ContextLength - VirtualTokens;

    public IBackendSequence CreateSequence(int capacity) =>
        adapter is null ? backend.CreateSequence(capacity) : ((IAdapterBackend)backend).CreateSequence(capacity, adapter.Weights);

    public void Dispose() => adapter?.Weights.Release();
}
