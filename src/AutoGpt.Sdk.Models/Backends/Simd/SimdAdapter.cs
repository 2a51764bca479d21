using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>An adapter in the form the kernels read.</summary>
internal sealed class SimdAdapter : BackendAdapter
{
    private readonly LowRankSite?[,] _sites;

    /// <param name="backend">Whose it is.</param>
    /// <param name="adapter">Fits the network.</param>
    public SimdAdapter(SimdBackend backend, ModelAdapter adapter)
        : base(adapter.VirtualTokens)
    {
        Backend = backend;
        Prefix = adapter as PrefixAdapter;
        Prompt = (adapter as PromptAdapter)?.Embeddings ?? default;
        _sites = new LowRankSite?[backend.Config.Layers, LowRankSite.Modules.Length];
        if (adapter is LoraAdapter lora)
        {
            foreach (IGrouping<int, (AdapterTarget Target, LoraLayer Layer)> layer in lora.Resolve(backend.Config).GroupBy(update => update.Target.Layer))
            {
                for (int site = 0; site < LowRankSite.Modules.Length; site++)
                {
                    (AdapterTarget, LoraLayer)[] updates = [.. layer.Where(update => LowRankSite.Modules[site].Contains(update.Target.Parts[0].Module))];
                    _sites[layer.Key, site] = updates.Length == 0 ? null : new LowRankSite(LowRankSite.Modules[site], updates);
                }
            }
        }
    }

    public SimdBackend Backend { get; }

    /// <summary>Keys and values before a text's own, or null.</summary>
    public PrefixAdapter? Prefix { get; }

    /// <summary>Embeddings before a text's own, <c>[virtual, width]</c>; empty for none.</summary>
    public ReadOnlyMemory<float> Prompt { get; }

    /// <summary>The updates of a site's layers, or null.</summary>
    public LowRankSite? this[int layer, int site] => _sites[layer, site];

    protected override void Free()
    {
        foreach (LowRankSite? site in _sites)
        {
            site?.Dispose();
        }
    }
}

/// <summary>The low-rank updates of the linear layers that read the same activations.</summary>
internal sealed class LowRankSite : IDisposable
{
    public const int Attention = 0;
    public const int Output = 1;
    public const int FeedForward = 2;
    public const int Down = 3;

    /// <summary>The linear layers of each site, in the order of their outputs.</summary>
    public static readonly string[][] Modules =
        [[TensorNames.Query, TensorNames.Key, TensorNames.Value], [TensorNames.Output], [TensorNames.Up, TensorNames.Gate], [TensorNames.Down]];

    /// <param name="modules">The site's linear layers.</param>
    /// <param name="updates">At least one; each of one of these layers, or of all three together.</param>
    public LowRankSite(string[] modules, IReadOnlyList<(AdapterTarget Target, LoraLayer Layer)> updates)
    {
        int inputs = updates[0].Layer.Inputs;
        Shared = new LowRankDown(updates.Sum(update => update.Layer.Rank), inputs, (float[])[.. updates.SelectMany(update => update.Layer.Down.ToArray())]);
        Ups = new (LowRankUp, int)?[modules.Length];
        int first = 0;
        foreach ((AdapterTarget target, LoraLayer layer) in updates)
        {
            int row = 0;
            foreach ((string module, int outputs) in target.Parts)
            {
                Ups[Array.IndexOf(modules, module)] = (new LowRankUp(outputs, layer.Rank, layer.Up.Span.Slice(row * layer.Rank, outputs * layer.Rank), layer.Scale), first);
                row += outputs;
            }

            first += layer.Rank;
        }
    }

    /// <summary>The first matrices, one below the other.</summary>
    public LowRankDown Shared { get; }

    /// <summary>For each of the site's layers its second matrix, or null, and where what it reads begins.</summary>
    public (LowRankUp Up, int First)?[] Ups { get; }

    public void Dispose()
    {
        Shared.Dispose();
        foreach ((LowRankUp Up, int First)? up in Ups)
        {
            up?.Up.Dispose();
        }
    }
}
