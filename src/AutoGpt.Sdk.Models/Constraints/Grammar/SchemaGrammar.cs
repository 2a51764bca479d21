using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Builds the grammar of a schema's documents. Each method returns the node that a value begins with and that leads to <c>next</c>, or null where no
/// value satisfies the schema: an option that cannot be satisfied is dropped, and so is what requires it.
/// </summary>
internal sealed class SchemaGrammar(JsonElement root, IReadOnlyList<PromptSection> sources)
{
    private const int MaxItems = 4096;

    private readonly Dictionary<string, GrammarRule> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _satisfiable = new(StringComparer.Ordinal);
    private readonly SchemaStrings _strings = new(sources);

    public GrammarNode Build() =>
        Value(root, "", new GrammarNode.End()) ?? throw new SchemaException("", "nothing can satisfy it" + _strings.EmptySources());

    private GrammarNode? Value(JsonElement schema, string path, GrammarNode next)
    {
        if (schema.ValueKind is JsonValueKind.True)
        {
            return Anything(next);
        }

        if (schema.ValueKind is JsonValueKind.False)
        {
            return null;
        }

        SchemaKeywords.Check(schema, path);
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return Reference(reference, path, next);
        }

        if (schema.TryGetProperty("const", out JsonElement value))
        {
            return Literal(JsonText.Of(value), next);
        }

        if (schema.TryGetProperty("enum", out JsonElement values))
        {
            return Words(SchemaKeywords.Allowed(schema, values, path).Select(JsonText.Of), next);
        }

        if (schema.TryGetProperty("anyOf", out JsonElement options))
        {
            return Options(options, path + "/anyOf", next);
        }

        if (schema.TryGetProperty("oneOf", out options))
        {
            SchemaKeywords.CheckDisjoint(options, root, path + "/oneOf");
            return Options(options, path + "/oneOf", next);
        }

        string[] types = SchemaKeywords.Types(schema, path);
        return types.Length == 0 ? Anything(next) : Choice(types.Select(type => Typed(type, schema, path, next)));
    }

    private GrammarNode? Typed(string type, JsonElement schema, string path, GrammarNode next) => type switch
    {
        "object" => Object(schema, path, next),
        "array" => Array(schema, path, next),
        "string" => _strings.Create(schema, path) is { } inside ? Literal("\"", new GrammarNode.Run(inside, Literal("\"", next))) : null,
        "integer" or "number" => SchemaNumbers.Create(schema, type == "integer", path) is { } digits ? new GrammarNode.Run(digits, next) : null,
        "boolean" => Words(["true", "false"], next),
        "null" => Literal("null", next),
        _ => throw new SchemaException(path + "/type", $"'{type}' is no type."),
    };

    private GrammarNode? Object(JsonElement schema, string path, GrammarNode next)
    {
        JsonProperty[] properties = schema.TryGetProperty("properties", out JsonElement all) ? [.. all.EnumerateObject()] : [];
        HashSet<string> required = schema.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
        if (required.FirstOrDefault(name => !properties.Any(property => property.Name == name)) is { } unknown)
        {
            throw new SchemaException(path + "/required", $"'{unknown}' is required and not among the properties.");
        }

        // From the last property to the first, once for "nothing written yet" and once for "a comma is due".
        GrammarNode end = Literal("}", next);
        GrammarNode? first = end;
        GrammarNode? later = end;
        for (int index = properties.Length - 1; index >= 0; index--)
        {
            JsonProperty property = properties[index];
            string inner = $"{path}/properties/{property.Name}";
            bool optional = !required.Contains(property.Name);
            GrammarNode? value = later is null ? null : Value(property.Value, inner, later);
            string name = "\"" + JsonText.Escape(property.Name) + "\":";
            first = Choice([value is null ? null : Literal(name, value), optional ? first : null]);
            later = Choice([value is null ? null : Literal("," + name, value), optional ? later : null]);
        }

        return first is null ? null : Literal("{", first);
    }

    private GrammarNode? Array(JsonElement schema, string path, GrammarNode next)
    {
        int least = SchemaKeywords.Count(schema, "minItems", path) ?? 0;
        int? most = SchemaKeywords.Count(schema, "maxItems", path);
        JsonElement[] prefix = schema.TryGetProperty("prefixItems", out JsonElement items) ? [.. items.EnumerateArray()] : [];
        bool hasItems = schema.TryGetProperty("items", out JsonElement item);
        if (!hasItems && prefix.Length > 0)
        {
            // Without a schema for further items none are generated.
            most = Math.Min(most ?? prefix.Length, prefix.Length);
        }

        if (most < least)
        {
            return prefix.Length > 0 && !hasItems ? null : throw new SchemaException(path, $"minItems is {least} and maxItems {most}.");
        }

        if (least > MaxItems || most > MaxItems)
        {
            throw new SchemaException(path, $"arrays of more than {MaxItems} items are not supported.");
        }

        GrammarNode end = Literal("]", next);
        int counted = most ?? Math.Max(least, prefix.Length);
        GrammarNode? after = counted >= least && most is not null ? end : Endless(item, hasItems, path, counted, end);
        for (int index = counted - 1; index >= 0; index--)
        {
            GrammarNode? value = after is null ? null
                : index < prefix.Length ? Value(prefix[index], $"{path}/prefixItems/{index}", after)
                : Item(item, hasItems, path, after);
            GrammarNode? more = value is null ? null : index == 0 ? value : Literal(",", value);
            after = Choice([more, index >= least ? end : null]);
        }

        return after is null ? null : Literal("[", after);
    }

    // Any number of further items: a loop.
    private GrammarNode? Endless(JsonElement item, bool hasItems, string path, int before, GrammarNode end)
    {
        GrammarNode.Choice loop = new();
        loop.Options.Add(end);
        if (Item(item, hasItems, path, loop) is { } value)
        {
            if (before == 0)
            {
                // The first item has no comma before it.
                GrammarNode.Choice start = new();
                start.Options.Add(end);
                start.Options.Add(value);
                loop.Options.Add(Literal(",", value));
                return start;
            }

            loop.Options.Add(Literal(",", value));
        }

        return loop;
    }

    private GrammarNode? Item(JsonElement item, bool hasItems, string path, GrammarNode next)
    {
        if (!hasItems)
        {
            return Anything(next);
        }

        // A rule: many items of one schema share one graph.
        string key = path + "/items";
        return IsSatisfiable(key, item, key) ? new GrammarNode.Call(Rule(key, item, key), next) : null;
    }

    private GrammarNode? Options(JsonElement options, string path, GrammarNode next)
    {
        if (options.ValueKind != JsonValueKind.Array || options.GetArrayLength() == 0)
        {
            throw new SchemaException(path, "it must be a list with at least one schema.");
        }

        return Choice(options.EnumerateArray().Select((option, index) => Value(option, $"{path}/{index}", next)));
    }

    private GrammarNode? Reference(JsonElement reference, string path, GrammarNode next)
    {
        string pointer = reference.GetString() ?? "";
        JsonElement target = SchemaKeywords.Resolve(root, pointer, path);
        return IsSatisfiable(pointer, target, pointer.TrimStart('#')) ? new GrammarNode.Call(Rule(pointer, target, pointer.TrimStart('#')), next) : null;
    }

    private GrammarRule Rule(string key, JsonElement schema, string path)
    {
        if (!_rules.TryGetValue(key, out GrammarRule? rule))
        {
            rule = new GrammarRule(() => Value(schema, path, new GrammarNode.Return()) ?? throw new SchemaException(path, "nothing can satisfy it."));
            _rules.Add(key, rule);
        }

        return rule;
    }

    /// <summary>Whether a rule has a finite document. A rule that is being looked at counts as having none, so that only recursion with a way out does.</summary>
    private bool IsSatisfiable(string key, JsonElement schema, string path)
    {
        if (_satisfiable.TryGetValue(key, out bool known))
        {
            return known;
        }

        _satisfiable[key] = false;
        bool satisfiable = Value(schema, path, new GrammarNode.Return()) is not null;
        if (satisfiable)
        {
            _satisfiable[key] = true;
        }
        else
        {
            // Perhaps only for lack of a rule further out: look again when asked again.
            _satisfiable.Remove(key);
        }

        return satisfiable;
    }

    /// <summary>Any JSON value, objects with any keys among them.</summary>
    private GrammarNode Anything(GrammarNode next)
    {
        const string key = "any value";
        if (!_rules.TryGetValue(key, out GrammarRule? any))
        {
            _rules.Add(key, any = new GrammarRule(BuildAnything));
        }

        return new GrammarNode.Call(any, next);
    }

    private GrammarNode BuildAnything()
    {
        GrammarNode.Return end = new();
        GrammarNode.Choice value = new();
        value.Options.Add(Words(["true", "false", "null"], end)!);
        value.Options.Add(new GrammarNode.Run(new NumberAutomaton(integer: false, default), end));
        value.Options.Add(Text(end));
        value.Options.Add(Literal("[", Sequence(after => Anything(after), Literal("]", end))));
        value.Options.Add(Literal("{", Sequence(after => Text(Literal(":", Anything(after))), Literal("}", end))));
        return value;

        GrammarNode Text(GrammarNode next) => Literal("\"", new GrammarNode.Run(new StringAutomaton(0, null), Literal("\"", next)));

        static GrammarNode Sequence(Func<GrammarNode, GrammarNode> item, GrammarNode close)
        {
            GrammarNode.Choice loop = new();
            GrammarNode one = item(loop);
            loop.Options.Add(close);
            loop.Options.Add(Literal(",", one));
            GrammarNode.Choice start = new();
            start.Options.Add(close);
            start.Options.Add(one);
            return start;
        }
    }

    private static GrammarNode? Words(IEnumerable<string> words, GrammarNode next)
    {
        byte[][] bytes = [.. words.Select(Encoding.UTF8.GetBytes)];
        return bytes.Length switch { 0 => null, 1 => new GrammarNode.Literal(bytes[0], next), _ => new GrammarNode.Run(new TrieAutomaton(bytes), next) };
    }

    private static GrammarNode Literal(string text, GrammarNode next) => new GrammarNode.Literal(Encoding.UTF8.GetBytes(text), next);

    private static GrammarNode? Choice(IEnumerable<GrammarNode?> options)
    {
        GrammarNode[] possible = [.. options.OfType<GrammarNode>()];
        if (possible.Length < 2)
        {
            return possible.Length == 0 ? null : possible[0];
        }

        GrammarNode.Choice choice = new();
        choice.Options.AddRange(possible);
        return choice;
    }
}
