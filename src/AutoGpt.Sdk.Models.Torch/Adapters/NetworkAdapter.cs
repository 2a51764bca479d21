using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// What is added to a network whose own weights stay as they are: <see cref="LowRankAdaptation"/>, <see cref="PrefixTuning"/> or <see cref="PromptTuning"/>. It works where it is the
/// network's <see cref="CausalTransformer.Adapter"/>; a network can have many, one at a time. Its parameters are single precision and train. Not thread-safe.
/// </summary>
public abstract class NetworkAdapter : Module
{
    private protected NetworkAdapter(string name, CausalTransformer model)
        : base(name)
    {
        Config = model.Config;
        TrainedOn = Look(model);
    }

    /// <summary>The shape of the network it is for.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Positions it takes at the beginning of every text.</summary>
    public abstract int VirtualTokens { get; }

    /// <summary>Share of activations that it drops in training mode.</summary>
    public virtual double Dropout => 0;

    /// <summary>What is known of the network.</summary>
    private protected NetworkFingerprint TrainedOn { get; }

    /// <summary>Makes an adapter trainable, and usable in a network: it is in evaluation mode, as one that was just read is used rather than trained.</summary>
    /// <param name="model">The network it is for.</param>
    /// <param name="adapter">What was read. Its numbers are copied.</param>
    /// <exception cref="CheckpointException">It was made for another network.</exception>
    public static NetworkAdapter Create(CausalTransformer model, ModelAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        adapter.RequireFit(Look(model));
        NetworkAdapter made = adapter switch
        {
            LoraAdapter lora => new LowRankAdaptation(model, lora),
            PrefixAdapter prefix => new PrefixTuning(model, prefix),
            PromptAdapter prompt => new PromptTuning(model, prompt),
            _ => throw new ArgumentException($"Not a kind of adapter: {adapter.GetType()}.", nameof(adapter)),
        };
        made.eval();
        return made;
    }

    /// <summary>A copy of the numbers, as files hold them.</summary>
    /// <param name="baseModel">What the network is called, for other programs. Default: not said.</param>
    public abstract ModelAdapter ToAdapter(string? baseModel = null);

    /// <summary>Takes the numbers of a file.</summary>
    /// <param name="adapter">Of the same kind and sizes as this.</param>
    /// <exception cref="CheckpointException">It was made for another network.</exception>
    /// <exception cref="ArgumentException">It is of another kind or has other sizes.</exception>
    public void CopyFrom(ModelAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        adapter.RequireFit(TrainedOn);
        Take(adapter);
    }

    /// <summary>What the numbers are taken from, which fits the network.</summary>
    private protected abstract void Take(ModelAdapter adapter);

    /// <summary>Changes what a linear layer gave.</summary>
    /// <param name="output"><c>[…, outputs]</c>; queries, keys and values side by side.</param>
    /// <param name="input"><c>[…, inputs]</c>.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="module">The module; of queries, keys and values the first.</param>
    internal virtual Tensor Adapt(Tensor output, Tensor input, int layer, string module) => output;

    /// <summary>Embeddings before a text's own, <c>[virtual, width]</c>, or null.</summary>
    internal virtual Tensor? Embeddings => null;

    /// <summary>Keys and values before a text's own, <c>[1, keyValueHeads, virtual, headSize]</c>, or null.</summary>
    internal virtual (Tensor Keys, Tensor Values)? KeyValues(int layer) => null;

    private protected static NetworkFingerprint Look(CausalTransformer model)
    {
        Tensor embedding = model.get_parameter(TensorNames.Embedding)!;
        return NetworkFingerprint.Of(model.Config, (row, values) =>
        {
            using IDisposable noGradient = no_grad();
            using Tensor found = embedding[row].cpu();
            found.data<float>().CopyTo(values);
        });
    }

    /// <summary>A parameter that lies where the network's lie and outlives dispose scopes.</summary>
    private protected Parameter Own(string name, Tensor values, CausalTransformer model)
    {
        using Tensor there = values.to(model.get_parameter(TensorNames.Embedding)!.device);
        Parameter parameter = Parameter(there.clone());
        parameter.DetachFromDisposeScope();
        register_parameter(name, parameter);
        return parameter;
    }

    private protected static void Copy(ReadOnlyMemory<float> values, Parameter parameter)
    {
        using IDisposable noGradient = no_grad();
        using Tensor source = tensor(values.ToArray(), parameter.shape);
        parameter.copy_(source);
    }

    private protected static float[] Numbers(Tensor values) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(TensorBytes.Copy(values)).ToArray();
}
