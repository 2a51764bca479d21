using System.Globalization;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Input;

/// <summary>Refuses a training run that cannot fit. Linux grants memory that it does not have and kills who uses it: there would be no exception to tell of.</summary>
internal static class TrainingMemory
{
    /// <param name="config">The network.</param>
    /// <param name="trained">Parameters that are trained.</param>
    /// <param name="tokens">Tokens of a batch.</param>
    /// <param name="length">Tokens of its longest row.</param>
    /// <param name="advice">What to do about it.</param>
    public static void Require(TransformerConfig config, long trained, long tokens, long length, string advice)
    {
        // Weights; gradients and the optimiser's two means of what is trained; logits with their gradient; the attention weights every layer keeps. More is used, not less.
        double needed = (4.0 * config.ParameterCount()) + (12.0 * trained) + (8.0 * tokens * config.VocabularySize) + (4.0 * tokens * length * config.Heads * config.Layers);
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (available > 0 && needed > available)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"Training {trained:N0} of {config.ParameterCount():N0} parameters on {tokens:N0} tokens at once takes over {needed / 1e9:N1} GB, and there are {available / 1e9:N1} GB: {advice}."));
        }
    }
}
