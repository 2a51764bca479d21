using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Weights between a network and a checkpoint.</summary>
internal static class NetworkWeights
{
    public static void Load(Module network, IEnumerable<KeyValuePair<string, int[]>> names, ITensorSource tensors)
    {
        using IDisposable noGradient = no_grad();
        Dictionary<string, Parameter> parameters = network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach ((string name, int[] shape) in names)
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

    /// <summary>Every parameter of a network by its own name, with its shape.</summary>
    public static IEnumerable<KeyValuePair<string, int[]>> Names(Module network) =>
        network.named_parameters().Select(pair => KeyValuePair.Create(pair.name, Array.ConvertAll(pair.parameter.shape, size => (int)size)));

    public static IReadOnlyList<TensorView> Copy(Module network, IEnumerable<KeyValuePair<string, int[]>> names)
    {
        Dictionary<string, Parameter> parameters = network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        return [.. names.Select(pair => new TensorView(pair.Key, TensorType.F32, pair.Value, TensorBytes.Copy(parameters[pair.Key])))];
    }
}
