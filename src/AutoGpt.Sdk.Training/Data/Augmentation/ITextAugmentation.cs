namespace AutoGpt.Sdk.Training;

/// <summary>Makes another text of a text that means about the same. Implementations are thread-safe.</summary>
public interface ITextAugmentation
{
    /// <summary>Makes another text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="seed">What is drawn depends on this and the text alone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The other text; null where nothing came of it.</returns>
    ValueTask<string?> ApplyAsync(string text, long seed, CancellationToken cancellationToken = default);
}
