namespace AutoGpt.Sdk.Models;

/// <summary>What a model in this process is called and how its prompts are made.</summary>
public sealed record CausalLanguageModelOptions
{
    /// <summary>The model's name. Default <c>local</c>.</summary>
    public string Name { get; init; } = "local";

    /// <summary>Makes ids of prompts. Default: <see cref="PlainPromptFormat"/>.</summary>
    public IPromptFormat PromptFormat { get; init; } = PlainPromptFormat.Instance;

    /// <summary>Compiles schemas. Default: <see cref="JsonSchemaConstraintCompiler"/>.</summary>
    public ITokenConstraintCompiler Constraints { get; init; } = JsonSchemaConstraintCompiler.Instance;

    /// <summary>The tools a specialised model was trained on; see <see cref="ModelDescription.TrainedTools"/>. Default: none.</summary>
    public string? TrainedTools { get; init; }

    /// <summary>How contexts share the backend. Default: 256 tokens a turn.</summary>
    public SchedulingOptions Scheduling { get; init; } = new();

    /// <summary>Which texts are kept to begin others with them; null for none. Default: as of <see cref="PrefixSharingOptions"/>.</summary>
    public PrefixSharingOptions? PrefixSharing { get; init; } = new();

    /// <summary>
    /// Whether text that a schema leaves no choice about is read at once, in the tokenizer's own tokens, instead of token by token. The text is valid either way;
    /// its tokens can be others than the model would have chosen for the same bytes. Default true.
    /// </summary>
    public bool ForcedTokens { get; init; } = true;

    /// <summary>
    /// How tokens are proposed ahead; null for not at all. Default null: what it saves depends on how often texts repeat themselves and on what a backend takes
    /// for a few rows more, and wrong proposals cost everybody in a turn.
    /// </summary>
    public SpeculationOptions? Speculation { get; init; }

    /// <summary>What to do at the end of the window. Default null: a text ends there.</summary>
    public ContextShift? ContextShift { get; init; }
}
