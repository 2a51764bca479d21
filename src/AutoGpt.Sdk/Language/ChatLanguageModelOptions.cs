namespace AutoGpt.Sdk;

/// <summary>What a chat client cannot say of itself.</summary>
public sealed record ChatLanguageModelOptions
{
    /// <summary>The model's name. Default: what the client's metadata says, else <c>chat</c>.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// How the model keeps to a schema: <see cref="StructuredOutput.Native"/> sends it as the response format,
    /// <see cref="StructuredOutput.ValidatedWithRepair"/> writes it into the instructions. Both are validated, and sent back with
    /// the errors where the answer does not fit. Default <see cref="StructuredOutput.ValidatedWithRepair"/>.
    /// </summary>
    public StructuredOutput StructuredOutput { get; init; } = StructuredOutput.ValidatedWithRepair;

    /// <summary>Tokens of prompt and completion together. Default: unknown.</summary>
    public int? ContextLength { get; init; }

    /// <summary>What the provider charges; null for nothing. Default null.</summary>
    public TokenPrice? Price { get; init; }

    /// <summary>
    /// Counts the tokens of a text as the provider does, for instance with Microsoft.ML.Tokenizers: what a request takes is held against the limits before it is made. Thread-safe. Default: an estimate
    /// of a token for every four characters of ASCII and for every other character.
    /// </summary>
    public Func<string, int> CountTokens { get; init; } = Estimate;

    /// <summary>
    /// How often an answer that does not fit the schema is sent back. A planner or an evaluator checks more than the schema and sends
    /// back itself, as often as its own options say. Default 1, at least 0.
    /// </summary>
    public int MaxRepairs { get; init; } = 1;

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRepairs);
        ArgumentNullException.ThrowIfNull(CountTokens);
        if (Price is { } price && (price.PromptPerMillion < 0 || price.CompletionPerMillion < 0))
        {
            throw new ArgumentOutOfRangeException(nameof(Price), price, "Prices are not negative.");
        }

        if (StructuredOutput == StructuredOutput.Masked)
        {
            throw new ArgumentException($"A chat client decodes elsewhere: {nameof(StructuredOutput)} cannot be {nameof(StructuredOutput.Masked)}.");
        }
    }

    private static int Estimate(string text)
    {
        int ascii = text.Count(char.IsAscii);
        return ((ascii + 3) / 4) + text.Length - ascii;
    }
}
