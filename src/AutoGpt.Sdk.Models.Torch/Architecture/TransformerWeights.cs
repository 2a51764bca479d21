using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Weights between a network and a checkpoint.</summary>
internal static class TransformerWeights
{
    public static void Load(CausalTransformer model, ITensorSource tensors)
    {
        using IDisposable noGradient = no_grad();
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach ((string name, int[] shape) in TensorNames.Of(model.Config))
        {
            if (!tensors.TryGet(name, out TensorView view))
            {
                throw new CheckpointException("the checkpoint", $"tensor '{name}' is missing. It belongs to another network.");
            }

            if (!view.Shape.SequenceEqual(shape))
            {
                throw new CheckpointException(
                    "the checkpoint", $"tensor '{name}' is [{string.Join(", ", view.Shape)}] instead of [{string.Join(", ", shape)}]. It belongs to another network.");
            }

            float[] values = new float[view.Count];
            TensorReader.ReadSingles(view, values);
            using Tensor source = tensor(values, Array.ConvertAll(shape, size => (long)size));
            parameters[name].copy_(source);
        }
    }

    public static IReadOnlyList<TensorView> Copy(CausalTransformer model)
    {
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        return [.. TensorNames.Of(model.Config).Select(pair => new TensorView(pair.Key, TensorType.F32, pair.Value, TensorBytes.Copy(parameters[pair.Key])))];
    }
}
