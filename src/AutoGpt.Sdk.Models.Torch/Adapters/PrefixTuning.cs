using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Prefix tuning (Li and Liang 2021): keys and values that are learned stand before those of a text, in every layer. They are learned as they are, without the paper's network that makes
/// them, and begin as those of real tokens instead. Not thread-safe.
/// </summary>
public sealed class PrefixTuning : NetworkAdapter
{
    private readonly Parameter _keyValues; // [virtual, layers · 2 · keyValueHeads · headSize]

    /// <summary>Begins an adapter.</summary>
    /// <param name="model">The network it is for.</param>
    /// <param name="options">Positions, and what they begin as.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PrefixTuning(CausalTransformer model, VirtualTokenOptions? options = null)
        : base(nameof(PrefixTuning), model ?? throw new ArgumentNullException(nameof(model)))
    {
        int[] ids = (options ?? new VirtualTokenOptions()).Ids(model.Config);
        using DisposeScope scope = NewDisposeScope();
        using Tensor values = Read(model, ids);
        _keyValues = Own("prompt_embeddings", values, model);
    }

    internal PrefixTuning(CausalTransformer model, PrefixAdapter adapter)
        : base(nameof(PrefixTuning), model)
    {
        using Tensor values = tensor(adapter.KeyValues.ToArray(), adapter.VirtualTokens, adapter.KeyValues.Length / adapter.VirtualTokens);
        _keyValues = Own("prompt_embeddings", values, model);
    }

    /// <inheritdoc/>
    public override int VirtualTokens => (int)_keyValues.shape[0];

    /// <inheritdoc/>
    public override ModelAdapter ToAdapter(string? baseModel = null) =>
        new PrefixAdapter(VirtualTokens, Config.Layers, Config.KeyValueHeads, Config.HeadSize, Numbers(_keyValues)) { BaseModel = baseModel, TrainedOn = TrainedOn };

    internal override (Tensor Keys, Tensor Values)? KeyValues(int layer)
    {
        Tensor all = _keyValues.view(VirtualTokens, Config.Layers, 2, Config.KeyValueHeads, Config.HeadSize).select(1, layer);
        return (Part(0), Part(1));

        Tensor Part(int kind) => all.select(1, kind).transpose(0, 1).unsqueeze(0); // [1, keyValueHeads, virtual, headSize]
    }

    private protected override void Take(ModelAdapter adapter) => Copy(
        adapter is PrefixAdapter prefix && prefix.VirtualTokens == VirtualTokens ? prefix.KeyValues : throw new ArgumentException($"It is no prefix of {VirtualTokens} tokens.", nameof(adapter)), _keyValues);

    // What the network itself keeps of a text.
    private static Tensor Read(CausalTransformer model, int[] ids)
    {
        using IDisposable noGradient = no_grad();
        (NetworkAdapter? adapter, bool training) = (model.Adapter, model.training);
        using KeyValueCache cache = model.CreateCache(ids.Length);
        model.Adapter = null;
        model.eval();
        try
        {
            model.Hidden(tensor(Array.ConvertAll(ids, id => (long)id), 1, ids.Length, device: model.get_parameter(TensorNames.Embedding)!.device), cache);
        }
        finally
        {
            model.Adapter = adapter;
            model.train(training);
        }

        Tensor[] layers = [.. Enumerable.Range(0, model.Config.Layers).Select(layer =>
        {
            (Tensor keys, Tensor values) = cache.Read(layer); // [1, keyValueHeads, virtual, headSize]
            return stack([keys.squeeze(0).transpose(0, 1), values.squeeze(0).transpose(0, 1)], 1); // [virtual, 2, keyValueHeads, headSize]
        })];
        return stack(layers, 1).to(ScalarType.Float32).reshape(ids.Length, -1);
    }
}
