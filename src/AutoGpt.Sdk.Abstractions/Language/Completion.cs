using System.Text;

namespace AutoGpt.Sdk;

/// <summary>A whole completion.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tokens">The tokens, where the model shows them.</param>
/// <param name="Finish">Why it ended.</param>
/// <param name="Usage">What it took.</param>
public sealed record Completion(string Text, IReadOnlyList<GeneratedToken> Tokens, FinishReason Finish, TokenUsage Usage)
{
    /// <summary>
    /// For each of <see cref="Tokens"/>, how many characters of <see cref="Text"/> there were when it was out: it wrote what lies between its predecessor's end and its own. Empty where unknown.
    /// </summary>
    public IReadOnlyList<int> TokenEnds { get; init; } = [];

    /// <summary>Options that were not honoured, by name.</summary>
    public IReadOnlyList<string> NotHonored { get; init; } = [];
}

/// <summary>Conveniences over <see cref="ILanguageModel"/>.</summary>
public static class LanguageModelExtensions
{
    /// <summary>Generates a completion and returns it whole.</summary>
    /// <inheritdoc cref="ILanguageModel.GenerateAsync" path="/param"/>
    /// <inheritdoc cref="ILanguageModel.GenerateAsync" path="/exception"/>
    /// <param name="model">The model.</param>
    public static async Task<Completion> CompleteAsync(
        this ILanguageModel model, Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        StringBuilder text = new();
        List<GeneratedToken> tokens = [];
        List<int> ends = [];
        GenerationUpdate? last = null;
        await foreach (GenerationUpdate update in model.GenerateAsync(prompt, options, cancellationToken).ConfigureAwait(false))
        {
            text.Append(update.Text);
            tokens.AddRange(update.Tokens);
            ends.AddRange(Enumerable.Repeat(text.Length, update.Tokens.Count));
            last = update;
        }

        return last is { Finish: { } finish, Usage: { } usage }
            ? new Completion(text.ToString(), tokens, finish, usage) { TokenEnds = ends, NotHonored = last.NotHonored }
            : throw new AutoGptException($"The model '{model.Description.Name}' ended its stream without a finish reason.");
    }

    /// <summary>Looks for something this model, or what it wraps, is or holds.</summary>
    /// <typeparam name="T">What is looked for.</typeparam>
    /// <param name="model">The model.</param>
    public static T? GetService<T>(this ILanguageModel model)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.GetService(typeof(T)) as T;
    }
}
