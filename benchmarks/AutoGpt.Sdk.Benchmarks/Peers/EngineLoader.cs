using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>Opens a GGUF file with our decoder.</summary>
internal static class EngineLoader
{
    /// <summary>Reads the weights; the file is closed afterwards.</summary>
    /// <param name="file">The file.</param>
    /// <param name="threads">Threads of the decoder.</param>
    /// <param name="fastPrefill">Prompts in reduced precision.</param>
    public static Engine Open(string file, int threads, bool fastPrefill = false)
    {
        throw new NotImplementedException(file + threads + fastPrefill);
    }

    // The matrix of the embedding is read by row where the head has its own.
    private static long BytesPerToken(TransformerConfig config, ITensorSource tensors) => TensorNames.Of(config)
        .Where(tensor => tensor.Key != TensorNames.Positions && (config.TiedHead || tensor.Key != TensorNames.Embedding))
        .Sum(tensor => tensors.TryGet(tensor.Key, out TensorView view) ? view.Data.Length : 0L);
}
