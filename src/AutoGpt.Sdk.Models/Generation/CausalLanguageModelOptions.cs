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
}
