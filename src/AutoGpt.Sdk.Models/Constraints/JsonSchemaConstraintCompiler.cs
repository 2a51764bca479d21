using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Makes constraints of JSON Schemas as <see cref="JsonSchemaConstraint"/> describes. Thread-safe.</summary>
public sealed class JsonSchemaConstraintCompiler : ITokenConstraintCompiler
{
    private JsonSchemaConstraintCompiler()
    {
    }

    /// <summary>The compiler.</summary>
    public static JsonSchemaConstraintCompiler Instance { get; } = new();

    /// <inheritdoc/>
    /// <exception cref="SchemaException">The schema is not supported, or no document fits it.</exception>
    public ITokenConstraint Compile(JsonElement schema, IReadOnlyList<PromptSection> sources, ITokenizer tokenizer) =>
        JsonSchemaConstraint.Compile(schema, sources).Start(TokenVocabulary.For(tokenizer));
}
