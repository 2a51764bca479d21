namespace AutoGpt.Sdk;

/// <summary>Any language model, in this process or behind a network. Implementations are thread-safe.</summary>
public interface ILanguageModel
{
    /// <summary>What the model is and can do.</summary>
    ModelDescription Description { get; }

    /// <summary>Generates a completion and streams it.</summary>
    /// <param name="prompt">What is put to the model.</param>
    /// <param name="options">How to generate. Default: greedily, 256 tokens at most.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/> within one token.</param>
    /// <returns>Updates; the last one has <see cref="GenerationUpdate.Finish"/> and <see cref="GenerationUpdate.Usage"/>.</returns>
    /// <exception cref="NotSupportedException">An option cannot be honoured.</exception>
    /// <exception cref="AutoGptException">The prompt does not fit, or the model failed.</exception>
    IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Looks for something this model, or what it wraps, is or holds.</summary>
    /// <param name="serviceType">What is looked for, for instance <see cref="ITokenizer"/>.</param>
    /// <param name="serviceKey">Tells several services of one type apart.</param>
    /// <returns>The service, or null.</returns>
    object? GetService(Type serviceType, object? serviceKey = null);
}
