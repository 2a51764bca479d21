namespace AutoGpt.Sdk;

/// <summary>What a model is and can do.</summary>
/// <param name="Name">The model's name, for instance <c>mini</c>.</param>
/// <param name="Provider">Who runs it, for instance <c>autogpt</c> for a model in this process or <c>openai</c>.</param>
public sealed record ModelDescription(string Name, string Provider)
{
    /// <summary>Tokens of prompt and completion together, or null where unknown.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Number of weights, or null where unknown.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>How the model keeps to a schema. Default <see cref="StructuredOutput.None"/>.</summary>
    public StructuredOutput StructuredOutput { get; init; }

    /// <summary>Whether log-probabilities of generated tokens are reported.</summary>
    public bool LogProbabilities { get; init; }

    /// <summary>Whether adapters can be chosen per request (<see cref="GenerationOptions.Adapter"/>).</summary>
    public bool Adapters { get; init; }

    /// <summary>What the model costs; null for one that costs nothing, such as a model in this process.</summary>
    public TokenPrice? Price { get; init; }

    /// <summary>
    /// The tools a specialised model was trained on, as <see cref="ToolSchemaHash"/> of their schemas. Null for a general model. A
    /// planner refuses to ask a specialised model about other tools.
    /// </summary>
    public string? TrainedTools { get; init; }
}

/// <summary>What tokens cost. The currency is the caller's: that of <see cref="AgentLimits.MaxCost"/>.</summary>
/// <param name="PromptPerMillion">A million tokens read. Not negative.</param>
/// <param name="CompletionPerMillion">A million tokens generated. Not negative.</param>
public sealed record TokenPrice(decimal PromptPerMillion, decimal CompletionPerMillion)
{
    /// <summary>What a generation cost.</summary>
    /// <param name="usage">What it took.</param>
    public decimal Of(TokenUsage usage) => ((usage.PromptTokens * PromptPerMillion) + (usage.CompletionTokens * CompletionPerMillion)) / 1_000_000;
}

/// <summary>How a model keeps to a JSON Schema.</summary>
public enum StructuredOutput
{
    /// <summary>Not at all: a schema is refused.</summary>
    None,

    /// <summary>What comes back is validated, and asked for again with the errors where it does not fit.</summary>
    ValidatedWithRepair,

    /// <summary>The provider enforces the schema; what comes back is validated all the same.</summary>
    Native,

    /// <summary>Every token is chosen under a mask compiled from the schema: what is finished fits it.</summary>
    Masked,
}
