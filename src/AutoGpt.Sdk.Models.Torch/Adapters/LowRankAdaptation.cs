using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// LoRA (Hu et al. 2021): y = W x + s · B (A x). A begins as Kaiming's uniform numbers, B as zeros, so that nothing is changed at first. Not thread-safe.
/// </summary>
public sealed class LowRankAdaptation : NetworkAdapter
{
    private readonly List<Pair> _pairs = [];
    private readonly Dictionary<(int Layer, string Module), Segment[]> _places = [];

    /// <summary>Begins an adapter.</summary>
    /// <param name="model">The network it is for.</param>
    /// <param name="config">Rank, strength, dropout and layers. Default: rank 8 on all linear layers.</param>
    /// <param name="seed">Of the numbers A begins with. Default 0.</param>
    /// <exception cref="ArgumentException">The configuration is out of its range, or names a layer that the network does not have.</exception>
    public LowRankAdaptation(CausalTransformer model, LoraConfig? config = null, long seed = 0)
        : base(nameof(LowRankAdaptation), model ?? throw new ArgumentNullException(nameof(model)))
    {
        Lora = config ?? new LoraConfig();
        Lora.Validate();
        using IDisposable noGradient = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (AdapterTarget target in AdapterTarget.Find(model.Config, Lora.TargetModules))
        {
            // Kaiming with a = √5, as torch begins linear layers: within ±1/√inputs.
            double bound = 1 / Math.Sqrt(target.Inputs);
            using Tensor down = empty(Lora.Rank, target.Inputs).uniform_(-bound, bound, generator);
            using Tensor up = zeros(target.Outputs, Lora.Rank);
            Add(model, target, down, up, Lora.Scale(Lora.Rank));
        }

        Arrange();
    }

    internal LowRankAdaptation(CausalTransformer model, LoraAdapter adapter)
        : base(nameof(LowRankAdaptation), model)
    {
        Lora = adapter.Config;
        foreach ((AdapterTarget target, LoraLayer layer) in adapter.Resolve(model.Config))
        {
            using Tensor down = tensor(layer.Down.ToArray(), layer.Rank, layer.Inputs);
            using Tensor up = tensor(layer.Up.ToArray(), layer.Outputs, layer.Rank);
            Add(model, target, down, up, layer.Scale);
        }

        Arrange();
    }

    /// <summary>Rank, strength, dropout and layers.</summary>
    public LoraConfig Lora { get; }

    /// <inheritdoc/>
    public override double Dropout => Lora.Dropout;

    /// <inheritdoc/>
    public override int VirtualTokens => 0;

    /// <summary>Whether the network's weights have the updates in them (<see cref="Merge"/>); the adapter then adds nothing of its own.</summary>
    public bool IsMerged { get; private set; }

    /// <summary>Adds the updates to the network's weights.</summary>
    /// <param name="model">The network.</param>
    /// <exception cref="InvalidOperationException">They are in them already.</exception>
    public void Merge(CausalTransformer model) => Add(model, 1);

    /// <summary>Takes the updates out of the network's weights again, which then are what they were but for roundings.</summary>
    /// <param name="model">The network.</param>
    /// <exception cref="InvalidOperationException">They are not in them.</exception>
    public void Unmerge(CausalTransformer model) => Add(model, -1);

    /// <inheritdoc/>
    public override ModelAdapter ToAdapter(string? baseModel = null) =>
        new LoraAdapter(Lora, _pairs.Select(pair => new LoraLayer(pair.Target.Path, (int)pair.Down.shape[0], Numbers(pair.Down), Numbers(pair.Up), pair.Scale))) { BaseModel = baseModel, TrainedOn = TrainedOn };

    internal override Tensor Adapt(Tensor output, Tensor input, int layer, string module)
    {
        if (IsMerged || !_places.TryGetValue((layer, module), out Segment[]? segments))
        {
            return output;
        }

        Tensor[] updates = [.. segments.Select(segment => segment.Pair is { } pair
            ? Projection.Apply(Projection.Apply(functional.dropout(input, Lora.Dropout, training), pair.Down, null).Times(pair.Scale), pair.Up, null)
            : output.new_zeros([.. output.shape[..^1], segment.Outputs]))];
        return output.Plus(updates.Length == 1 ? updates[0] : cat(updates, -1));
    }

    private protected override void Take(ModelAdapter adapter)
    {
        Dictionary<string, LoraLayer>? layers = (adapter as LoraAdapter)?.Layers.ToDictionary(layer => layer.Path);
        if (layers is null || layers.Count != _pairs.Count
            || _pairs.Any(pair => !layers.TryGetValue(pair.Target.Path, out LoraLayer? layer) || layer.Rank != pair.Down.shape[0] || layer.Scale != pair.Scale))
        {
            throw new ArgumentException("It is no low-rank adapter, or one with other layers, ranks or factors.", nameof(adapter));
        }

        foreach (Pair pair in _pairs)
        {
            Copy(layers[pair.Target.Path].Down, pair.Down);
            Copy(layers[pair.Target.Path].Up, pair.Up);
        }
    }

    private void Add(CausalTransformer model, int times)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (IsMerged == times > 0)
        {
            throw new InvalidOperationException(IsMerged ? "The adapter is merged already." : "The adapter is not merged.");
        }

        using IDisposable noGradient = no_grad();
        foreach (Pair pair in _pairs)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor update = pair.Up.mm(pair.Down); // [outputs, inputs]
            int row = 0;
            foreach ((string module, int outputs) in pair.Target.Parts)
            {
                model.get_parameter(TensorNames.Weight(pair.Target.Layer, module))!.AddInPlace(update.narrow(0, row, outputs), times * pair.Scale);
                row += outputs;
            }
        }

        IsMerged = times > 0;
    }

    // PEFT's names with underscores for dots, which torch keeps to itself.
    private void Add(CausalTransformer model, AdapterTarget target, Tensor down, Tensor up, double scale)
    {
        string name = target.Path.Replace('.', '_');
        _pairs.Add(new Pair(target, Own(name + "_lora_A", down, model), Own(name + "_lora_B", up, model), scale));
    }

    // Queries, keys and values are one product of the network: what has no update there gets zeros.
    private void Arrange()
    {
        Dictionary<(int, string), Pair> pairs = _pairs.SelectMany(pair => pair.Target.Parts.Select(part => ((pair.Target.Layer, part.Module), pair))).ToDictionary();
        string[] fused = [TensorNames.Query, TensorNames.Key, TensorNames.Value];
        foreach (((int layer, string module), Pair pair) in pairs)
        {
            if (!fused.Contains(module))
            {
                _places[(layer, module)] = [new Segment(pair, pair.Target.Outputs)];
            }
            else if (!_places.ContainsKey((layer, TensorNames.Query)))
            {
                _places[(layer, TensorNames.Query)] = pair.Target.Parts.Count > 1 ? [new Segment(pair, pair.Target.Outputs)] : [.. fused.Select(part =>
                    new Segment(pairs.GetValueOrDefault((layer, part)), TensorNames.Linears(Config).First(linear => linear.Module == part).Outputs))];
            }
        }
    }

    private sealed record Pair(AdapterTarget Target, Parameter Down, Parameter Up, double Scale);

    private sealed record Segment(Pair? Pair, int Outputs);
}
