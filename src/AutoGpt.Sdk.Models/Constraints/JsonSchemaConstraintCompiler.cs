using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Makes token masks of JSON Schemas: objects, arrays with bounds and <c>prefixItems</c>, enum and const, strings with pattern or length, integers and
/// numbers with bounds, booleans, null, anyOf, oneOf with disjoint options, local <c>$ref</c>. A string with <c>x-quotedFrom</c> (names of prompt
/// sections) and <c>x-quotedAs</c> (a kind of <see cref="QuotedSpans"/>) is copied out of those sections. Thread-safe.
/// </summary>
/// <remarks>
/// Documents are generated in one form: compact, properties in the order of the schema and no others, numbers without exponent and with at most 15
/// digits. Keywords that constrain and are not in this list are refused, never ignored.
/// </remarks>
public sealed class JsonSchemaConstraintCompiler : ITokenConstraintCompiler
{
    private JsonSchemaConstraintCompiler()
    {
    }

    /// <summary>The compiler.</summary>
    public static JsonSchemaConstraintCompiler Instance { get; } = new();

    /// <inheritdoc/>
    /// <exception cref="SchemaException">The schema uses what is not supported, or cannot be satisfied.</exception>
    public ITokenConstraint Compile(JsonElement schema, IReadOnlyList<PromptSection> sources, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new JsonSchemaConstraint(new SchemaGrammar(schema, sources).Build(), tokenizer);
    }
}
