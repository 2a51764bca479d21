using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Strings of a schema: free ones, patterns, and those that are copied from a prompt's sections.</summary>
internal sealed class SchemaStrings(IReadOnlyList<PromptSection> sources)
{
    private readonly Dictionary<(string Sections, string Kind), ByteAutomaton?> _quoted = [];

    /// <summary>The inside of a string, or null where nothing can be copied.</summary>
    public ByteAutomaton? Create(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("x-quotedFrom", out JsonElement from))
        {
            return Quoted(schema, from, path);
        }

        int least = SchemaKeywords.Count(schema, "minLength", path) ?? 0;
        int? most = SchemaKeywords.Count(schema, "maxLength", path);
        if (most < least)
        {
            throw new SchemaException(path, $"minLength is {least} and maxLength {most}.");
        }

        if (!schema.TryGetProperty("pattern", out JsonElement pattern))
        {
            return new StringAutomaton(least, most);
        }

        if (least > 0 || most is not null)
        {
            throw new SchemaException(path, "pattern together with minLength or maxLength is not supported; say the length in the pattern, as in ^[a-z]{2,5}$.");
        }

        PatternAutomaton automaton = new(RegexParser.Parse(pattern.GetString()!, path + "/pattern"));
        return automaton.IsSatisfiable ? automaton : throw new SchemaException(path + "/pattern", "no string matches it.");
    }

    /// <summary>What to add to "nothing can satisfy it" when there was nothing to copy.</summary>
    public string EmptySources()
    {
        string[] empty = [.. _quoted.Where(quoted => quoted.Value is null).Select(quoted => $"'{quoted.Key.Kind}' in {quoted.Key.Sections}")];
        return empty.Length == 0 ? "." : $": there is nothing that looks like {string.Join(" or like ", empty)}.";
    }

    private ByteAutomaton? Quoted(JsonElement schema, JsonElement from, string path)
    {
        string[] names = from.ValueKind == JsonValueKind.Array ? [.. from.EnumerateArray().Select(name => name.GetString()!)] : [from.GetString()!];
        string kind = schema.TryGetProperty("x-quotedAs", out JsonElement quotedAs) ? quotedAs.GetString()! : QuotedSpans.Any;
        if (kind != QuotedSpans.Any && !QuotedSpans.Kinds.Contains(kind))
        {
            throw new SchemaException(path + "/x-quotedAs", $"'{kind}' is unknown; kinds are {string.Join(", ", QuotedSpans.Kinds)} and {QuotedSpans.Any}.");
        }

        (string, string) key = (string.Join(" or ", names), kind);
        if (!_quoted.TryGetValue(key, out ByteAutomaton? automaton))
        {
            string[] texts = [.. names.Select(name => sources.FirstOrDefault(section => section.Name == name)?.Text
                ?? throw new SchemaException(path + "/x-quotedFrom", $"the prompt has no section '{name}'."))];
            _quoted.Add(key, automaton = Compile(texts, kind));
        }

        return automaton;
    }

    private static ByteAutomaton? Compile(string[] texts, string kind)
    {
        if (kind == QuotedSpans.Any)
        {
            // Between the texts stands what no word holds, so no passage reaches from one into the next.
            SubstringAutomaton passages = new(string.Join('\n', texts));
            return passages.IsEmpty ? null : passages;
        }

        byte[][] spans = [.. texts.SelectMany(text => QuotedSpans.Find(text, kind)).Select(span => Encoding.UTF8.GetBytes(JsonText.Escape(span)))];
        return spans.Length == 0 ? null : new TrieAutomaton(spans);
    }
}
