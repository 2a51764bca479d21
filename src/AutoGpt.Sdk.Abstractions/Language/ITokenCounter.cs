namespace AutoGpt.Sdk;

/// <summary>Counts what a request would take before it is made: found with <see cref="ILanguageModel.GetService"/>. Thread-safe.</summary>
public interface ITokenCounter
{
    /// <summary>The tokens the model would read for this request: exact for a model in this process, else an estimate.</summary>
    /// <param name="prompt">What would be put to the model.</param>
    /// <param name="options">How it would generate.</param>
    int CountPrompt(Prompt prompt, GenerationOptions options);
}
