using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Prompt tuning (Lester et al. 2021): embeddings that are learned stand before those of a text. Not thread-safe.</summary>
public sealed class PromptTuning : NetworkAdapter
{
    private readonly Parameter _embeddings; // [virtual, width]

    /// <summary>Begins an adapter.</summary>
    /// <param name="model">The network it is for.</param>
    /// <param name="options">Positions, and what they begin as.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PromptTuning(CausalTransformer model, VirtualTokenOptions? options = null)
        : base(nameof(PromptTuning), model ?? throw new ArgumentNullException(nameof(model)))
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor embedding = model.get_parameter(TensorNames.Embedding)!;
        Tensor ids = tensor((options ?? new VirtualTokenOptions()).Ids(model.Config).Select(id => (long)id).ToArray(), device: embedding.device);
        _embeddings = Own("prompt_embeddings", embedding.index_select(0, ids), model);
    }

    internal PromptTuning(CausalTransformer model, PromptAdapter adapter)
        : base(nameof(PromptTuning), model)
    {
        using Tensor values = tensor(adapter.Embeddings.ToArray(), adapter.VirtualTokens, adapter.Width);
        _embeddings = Own("prompt_embeddings", values, model);
    }

    /// <inheritdoc/>
    public override int VirtualTokens => (int)_embeddings.shape[0];

    internal override Tensor Embeddings => _embeddings;

    /// <inheritdoc/>
    public override ModelAdapter ToAdapter(string? baseModel = null) => new PromptAdapter(VirtualTokens, Numbers(_embeddings)) { BaseModel = baseModel, TrainedOn = TrainedOn };

    private protected override void Take(ModelAdapter adapter) => Copy(
        adapter is PromptAdapter prompt && prompt.VirtualTokens == VirtualTokens ? prompt.Embeddings : throw new ArgumentException($"It is no prompt of {VirtualTokens} tokens.", nameof(adapter)), _embeddings);
}
