using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>Opens a GGUF file with a backend of ours.</summary>
internal static class EngineLoader
{
    public const string Simd = "simd";
    public const string Torch = "torch";

    /// <summary>Reads the weights; the file is closed afterwards.</summary>
    /// <param name="file">The file.</param>
    /// <param name="backend"><see cref="Simd"/>; or <see cref="Torch"/>, the readable network in single precision.</param>
    /// <param name="threads">Its threads.</param>
    /// <param name="keyValues">How our engine keeps keys and values; the readable network keeps singles.</param>
    /// <exception cref="NotSupportedException">There is no such backend.</exception>
    public static Engine Open(string file, string backend, int threads, KeyValueFormat keyValues = KeyValueFormat.F16)
    {
        using ModelFile model = ModelFile.Open(file);
        ILogitsBackend body = backend switch
        {
            Simd => SimdBackend.Create(model.Config, model.Tensors, new SimdBackendOptions { Threads = threads, KeyValues = keyValues }),
            Torch => OpenTorch(model, threads),
            _ => throw new NotSupportedException($"There is no backend '{backend}': {Simd}, {Torch}."),
        };
        return new Engine(body, BytesPerToken(model.Config, model.Tensors));
    }

    private static TorchBackend OpenTorch(ModelFile model, int threads)
    {
        LibTorch.EnsureLoaded();
        TorchSharp.torch.set_num_threads(threads);
        return TorchBackend.Create(model.Config, model.Tensors);
    }

    // Of the positions a token takes one row, and of the embedding, where the head has a matrix of its own.
    private static long BytesPerToken(TransformerConfig config, ITensorSource tensors) => TensorNames.Of(config)
        .Where(tensor => tensor.Key != TensorNames.Positions && (config.TiedHead || tensor.Key != TensorNames.Embedding))
        .Sum(tensor => tensors.TryGet(tensor.Key, out TensorView view) ? view.Data.Length : 0L);
}
