using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A JSON Schema compiled for masking: an automaton over bytes that admits exactly the documents that fit the schema, in one
/// canonical form, and never runs into a dead end. Immutable to its users and thread-safe; what a text reaches of it is worked
/// out on first use and kept.
/// </summary>
/// <remarks>
/// <para><b>Canonical form.</b> Compact JSON; properties in the order of the schema, those that are only named in <c>required</c>
/// behind the others; no additional properties, whatever <c>additionalProperties</c> says (a schema there is refused);
/// characters as they are, except <c>\" \\ \b \f \n \r \t</c> and <c>\u00xx</c> in lower case for other control characters;
/// numbers without exponent and with at most 18 digits before and 20 behind the point (or one more than a bound has), integers
/// without fraction and not <c>-0</c>; values of <c>const</c> and <c>enum</c> as the schema
/// writes them.</para>
/// <para><b>Keywords.</b> <c>type</c> (one or several), <c>enum</c>, <c>const</c>; <c>properties</c>, <c>required</c>,
/// <c>additionalProperties</c>; <c>items</c>, <c>prefixItems</c>, <c>minItems</c>, <c>maxItems</c>; <c>minLength</c>,
/// <c>maxLength</c> (code points), <c>pattern</c> (ECMA-262 without look-around and back-references; unanchored means
/// "contains"); <c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c> (exact); <c>anyOf</c>;
/// <c>oneOf</c> whose alternatives exclude each other by type, <c>const</c>, <c>enum</c> or a required property with one;
/// <c>allOf</c> with one schema; <c>$ref</c> into the document. Annotations are passed over. Every other keyword, and every
/// combination that could only be guessed, is refused with a <see cref="SchemaException"/>.</para>
/// <para><b>Quotations.</b> <c>"x-quotedFrom": ["goal"]</c> makes a string a part of one of the named sections, of the kind in
/// <c>x-quotedAs</c> (<see cref="SpanKind"/> in lower case; default <c>any</c>).</para>
/// <para><b>What nothing fits</b> – an empty <c>enum</c>, bounds out of order, a quotation from a text that has none – is left out
/// where the schema can do without it: as an alternative, an optional property, an item past <c>minItems</c>. Where it cannot,
/// compiling fails and says why.</para>
/// </remarks>
public sealed class JsonSchemaConstraint
{
    private readonly ByteAutomaton _automaton;
    private readonly ConditionalWeakTable<TokenVocabulary, MaskTable> _masks = [];

    private JsonSchemaConstraint(ByteAutomaton automaton) => _automaton = automaton;

    /// <summary>Compiles a schema.</summary>
    /// <param name="schema">The schema; it is not needed afterwards.</param>
    /// <param name="sources">The sections that <c>x-quotedFrom</c> may name. One that is named but not here holds nothing to quote.</param>
    /// <exception cref="SchemaException">The schema is not supported, or no document fits it.</exception>
    public static JsonSchemaConstraint Compile(JsonElement schema, IReadOnlyList<PromptSection>? sources = null) =>
        new(SchemaCompiler.Compile(schema, sources ?? []));

    /// <summary>Begins a document.</summary>
    /// <param name="vocabulary">The vocabulary of the tokenizer whose ids will be masked.</param>
    public ITokenConstraint Start(TokenVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return new SchemaTokenConstraint(_masks.GetValue(vocabulary, v => new MaskTable(_automaton, v)), _automaton.Initial);
    }
}
