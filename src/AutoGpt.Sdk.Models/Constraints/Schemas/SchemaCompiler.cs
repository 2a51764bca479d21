using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Turns a JSON Schema into nodes and finds out which of them any document fits. Used once, by one thread.</summary>
internal sealed class SchemaCompiler
{
    private const int MaximumDepth = 256;
    private const int SharedLength = 2048;

    private readonly JsonElement _root;
    private readonly QuotedSources _sources;
    private readonly SchemaDisjointness _disjointness;
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, ReferenceNode> _references = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiteralLeaf> _literals = new(StringComparer.Ordinal);
    private readonly Dictionary<(int, int), StringLeaf> _strings = [];
    private readonly Dictionary<(string, int, int), StringLeaf?> _patterns = [];
    private readonly Dictionary<(bool, DecimalBound?, DecimalBound?), NumberLeaf?> _numbers = [];
    private readonly Dictionary<string, Node> _known = new(StringComparer.Ordinal);
    private Node? _any;
    private int _depth;

    private SchemaCompiler(JsonElement root, IReadOnlyList<PromptSection> sources)
    {
        _root = root;
        _sources = new QuotedSources(sources);
        _disjointness = new SchemaDisjointness(root);
    }

    /// <exception cref="SchemaException">The schema is not supported, or no document fits it.</exception>
    public static ByteAutomaton Compile(JsonElement schema, IReadOnlyList<PromptSection> sources)
    {
        SchemaCompiler compiler = new(schema, sources);
        Node root = compiler.CompileSchema(schema, SchemaPath.Root);
        compiler.FindSatisfiable();
        if (!root.IsSatisfiable)
        {
            Unsatisfiable? reason = FindReason(root, []);
            throw new SchemaException(
                "no document fits: " + (reason?.Message ?? "it contains itself without an end."),
                reason?.Path ?? SchemaPath.Root.ToString(), reason?.Keyword);
        }

        return new ByteAutomaton(root);
    }

    private Node CompileSchema(JsonElement schema, SchemaPath path)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            return Any();
        }

        if (schema.ValueKind == JsonValueKind.False)
        {
            return Nothing("the schema is false.", path, null);
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new SchemaException("a schema is an object, true or false.", path.ToString());
        }

        // Plans repeat the same few schemas thousands of times; references are absolute, so equal texts mean equal things.
        string text = schema.GetRawText();
        if (text.Length <= SharedLength && _known.TryGetValue(text, out Node? known))
        {
            return known;
        }

        if (++_depth > MaximumDepth)
        {
            throw new SchemaException($"schemas nested more than {MaximumDepth} deep are not supported.", path.ToString());
        }

        SchemaKeywords.RequireKnown(schema, path);
        Node node = SchemaKeywords.Find(schema, "$ref") is { } reference ? CompileReference(schema, reference, path)
            : SchemaKeywords.Find(schema, "anyOf") is { } any ? CompileAlternatives(schema, any, "anyOf", path)
            : SchemaKeywords.Find(schema, "oneOf") is { } one ? CompileAlternatives(schema, one, "oneOf", path)
            : SchemaKeywords.Find(schema, "allOf") is { } all ? CompileAllOf(schema, all, path)
            : schema.TryGetProperty("const", out _) || schema.TryGetProperty("enum", out _) ? CompileValues(schema, path)
            : CompileTypes(schema, path);
        _depth--;
        if (text.Length <= SharedLength)
        {
            _known.TryAdd(text, node);
        }

        return node;
    }

    private ReferenceNode CompileReference(JsonElement schema, JsonElement reference, SchemaPath path)
    {
        SchemaKeywords.RequireAlone(schema, path, "$ref");
        string pointer = SchemaKeywords.Text(reference, "$ref", path);
        if (!_references.TryGetValue(pointer, out ReferenceNode? node))
        {
            node = Register(new ReferenceNode());
            _references.Add(pointer, node);
            node.Target = CompileSchema(SchemaPointer.Resolve(_root, pointer, path), SchemaPath.Of(pointer));
        }

        return node;
    }

    private Node CompileAlternatives(JsonElement schema, JsonElement alternatives, string keyword, SchemaPath path)
    {
        SchemaKeywords.RequireAlone(schema, path, keyword);
        SchemaPath inside = path.Property(keyword);
        JsonElement[] options = [.. SchemaKeywords.Array(alternatives, keyword, path).EnumerateArray()];
        Node[] nodes = [.. options.Select((o, i) => CompileSchema(o, inside.Item(i)))];
        if (nodes.Length == 0)
        {
            return Nothing($"'{keyword}' is empty.", inside, keyword);
        }

        if (keyword == "oneOf")
        {
            RequireDisjoint(options, inside);
        }

        return Choice(nodes);
    }

    private void RequireDisjoint(JsonElement[] options, SchemaPath path)
    {
        for (int i = 0; i < options.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (!_disjointness.AreDisjoint(options[j], options[i], path))
                {
                    throw new SchemaException(
                        $"alternatives {j} and {i} cannot be shown to exclude each other by type, const, enum or a required property with one; "
                        + "use 'anyOf', or give them such a discriminator.", path.ToString(), "oneOf");
                }
            }
        }
    }

    private Node CompileAllOf(JsonElement schema, JsonElement all, SchemaPath path)
    {
        SchemaKeywords.RequireAlone(schema, path, "allOf");
        return SchemaKeywords.Array(all, "allOf", path).GetArrayLength() == 1
            ? CompileSchema(all[0], path.Property("allOf").Item(0))
            : throw new SchemaException("'allOf' with other than one schema is not supported; merge them.", path.Property("allOf").ToString(), "allOf");
    }

    private Node CompileValues(JsonElement schema, SchemaPath path)
    {
        SchemaKeywords.RequireAlone(schema, path, "enum", "const", "type");
        string keyword = schema.TryGetProperty("const", out JsonElement constant) ? "const" : "enum";
        JsonElement[]? listed = SchemaKeywords.Find(schema, "enum") is { } values ? [.. SchemaKeywords.Array(values, "enum", path).EnumerateArray()] : null;
        IEnumerable<JsonElement> chosen = keyword == "enum" ? listed!
            : listed is null || listed.Any(v => JsonElement.DeepEquals(v, constant)) ? [constant]
            : [];
        JsonTypes types = JsonTypeReader.Declared(schema, path);
        try
        {
            Node[] nodes = [.. chosen.Where(v => (JsonTypeReader.OfValue(v) & types) != 0)
                .Select(v => Leaf(Literal(CanonicalJson.Write(v))))];
            return nodes.Length > 0 ? Choice(nodes) : Nothing($"'{keyword}' leaves no value of the type.", path.Property(keyword), keyword);
        }
        catch (InvalidOperationException e)
        {
            throw new SchemaException("a string is not valid Unicode.", path.Property(keyword).ToString(), keyword, e);
        }
    }

    private Node CompileTypes(JsonElement schema, SchemaPath path)
    {
        JsonTypes types = JsonTypeReader.Declared(schema, path);
        if (schema.TryGetProperty("x-quotedFrom", out _) && !types.HasFlag(JsonTypes.String))
        {
            throw new SchemaException("'x-quotedFrom' needs the type 'string'.", path.Property("x-quotedFrom").ToString(), "x-quotedFrom");
        }

        if (schema.TryGetProperty("x-quotedAs", out _) && !schema.TryGetProperty("x-quotedFrom", out _))
        {
            throw new SchemaException("'x-quotedAs' needs 'x-quotedFrom'.", path.Property("x-quotedAs").ToString(), "x-quotedAs");
        }

        List<Node> nodes = [];
        AddIf(JsonTypes.Null, () => Leaf(Literal("null")));
        AddIf(JsonTypes.Boolean, () => Choice([Leaf(Literal("true")), Leaf(Literal("false"))]));
        AddIf(JsonTypes.Integer, () => CompileNumber(schema, path, isInteger: !types.HasFlag(JsonTypes.Number)));
        AddIf(JsonTypes.String, () => CompileString(schema, path));
        AddIf(JsonTypes.Array, () => CompileArray(schema, path));
        AddIf(JsonTypes.Object, () => CompileObject(schema, path));
        return nodes.Count switch
        {
            0 => Nothing("'type' names no type.", path.Property("type"), "type"),
            1 => nodes[0],
            _ => Choice(nodes),
        };

        void AddIf(JsonTypes type, Func<Node> compile)
        {
            if (types.HasFlag(type))
            {
                nodes.Add(compile());
            }
        }
    }

    private LeafNode CompileNumber(JsonElement schema, SchemaPath path, bool isInteger)
    {
        DecimalBound? lower = DecimalBound.Tighter(
            SchemaKeywords.Bound(schema, "minimum", path, isInclusive: true),
            SchemaKeywords.Bound(schema, "exclusiveMinimum", path, isInclusive: false), isLower: true);
        DecimalBound? upper = DecimalBound.Tighter(
            SchemaKeywords.Bound(schema, "maximum", path, isInclusive: true),
            SchemaKeywords.Bound(schema, "exclusiveMaximum", path, isInclusive: false), isLower: false);
        if (!_numbers.TryGetValue((isInteger, lower, upper), out NumberLeaf? leaf))
        {
            leaf = NumberLeaf.TryCreate(isInteger, lower, upper);
            _numbers.Add((isInteger, lower, upper), leaf);
        }

        return leaf is null ? Nothing($"no {(isInteger ? "integer" : "number")} lies between the bounds.", path, "minimum") : Leaf(leaf);
    }

    private LeafNode CompileString(JsonElement schema, SchemaPath path)
    {
        int minimum = SchemaKeywords.Count(schema, "minLength", path) ?? 0;
        int maximum = SchemaKeywords.Count(schema, "maxLength", path) ?? LengthAutomaton.Unbounded;
        if (minimum > maximum)
        {
            return Nothing("'minLength' is greater than 'maxLength'.", path, "minLength");
        }

        if (SchemaKeywords.Find(schema, "x-quotedFrom") is { } quoted)
        {
            return CompileQuotation(schema, quoted, path, minimum, maximum);
        }

        if (SchemaKeywords.Find(schema, "pattern") is { } pattern)
        {
            return CompilePattern(SchemaKeywords.Text(pattern, "pattern", path), path, minimum, maximum);
        }

        if (!_strings.TryGetValue((minimum, maximum), out StringLeaf? leaf))
        {
            leaf = new StringLeaf(new LengthAutomaton(minimum, maximum));
            _strings.Add((minimum, maximum), leaf);
        }

        return Leaf(leaf);
    }

    private LeafNode CompilePattern(string pattern, SchemaPath path, int minimum, int maximum)
    {
        if (!_patterns.TryGetValue((pattern, minimum, maximum), out StringLeaf? leaf))
        {
            try
            {
                leaf = PatternAutomaton.TryCreate(pattern, minimum, maximum) is { } automaton ? new StringLeaf(automaton) : null;
            }
            catch (FormatException e)
            {
                throw new SchemaException($"the pattern has {e.Message}, which is not supported.", path.Property("pattern").ToString(), "pattern", e);
            }

            _patterns.Add((pattern, minimum, maximum), leaf);
        }

        return leaf is null ? Nothing($"no string matches '{pattern}' within the length limits.", path, "pattern") : Leaf(leaf);
    }

    private LeafNode CompileQuotation(JsonElement schema, JsonElement quoted, SchemaPath path, int minimum, int maximum)
    {
        if (schema.TryGetProperty("pattern", out _))
        {
            throw new SchemaException("'pattern' beside 'x-quotedFrom' is not supported.", path.Property("pattern").ToString(), "pattern");
        }

        List<string> sections = SchemaKeywords.Texts(quoted, "x-quotedFrom", path);
        string name = SchemaKeywords.Find(schema, "x-quotedAs") is { } value ? SchemaKeywords.Text(value, "x-quotedAs", path) : "any";
        if (!QuotedSpans.TryParseKind(name, out SpanKind kind))
        {
            throw SchemaKeywords.Wrong("x-quotedAs", path, "one of " + string.Join(", ", QuotedSpans.KindNames));
        }

        return _sources.Find(sections, kind, minimum, maximum) is { } leaf
            ? Leaf(leaf)
            : Nothing(
                $"nothing in the {string.Join(" or the ", sections)} {(kind == SpanKind.Any ? "can be quoted" : $"looks like a {name}")}"
                + (minimum > 0 || maximum != LengthAutomaton.Unbounded ? " of the wanted length." : "."), path, "x-quotedFrom");
    }

    private Node CompileArray(JsonElement schema, SchemaPath path)
    {
        int minimum = SchemaKeywords.Count(schema, "minItems", path) ?? 0;
        int maximum = SchemaKeywords.Count(schema, "maxItems", path) ?? int.MaxValue;
        List<Node> prefix = [];
        if (SchemaKeywords.Find(schema, "prefixItems") is { } items)
        {
            SchemaPath inside = path.Property("prefixItems");
            prefix.AddRange(SchemaKeywords.Array(items, "prefixItems", path).EnumerateArray().Select((s, i) => CompileSchema(s, inside.Item(i))));
        }

        Node others = SchemaKeywords.Find(schema, "items") is { } rest ? CompileSchema(rest, path.Property("items")) : Any();
        return minimum > maximum
            ? Nothing("'minItems' is greater than 'maxItems'.", path, "minItems")
            : Register(new ArrayNode(prefix, others, minimum, maximum));
    }

    private ObjectNode CompileObject(JsonElement schema, SchemaPath path)
    {
        bool allowsOthers = SchemaKeywords.Find(schema, "additionalProperties") is not { } additional || additional.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new SchemaException(
                "'additionalProperties' with a schema is not supported: additional properties are never generated. Use true or false.",
                path.Property("additionalProperties").ToString(), "additionalProperties"),
        };
        List<string> required = SchemaKeywords.Find(schema, "required") is { } names ? SchemaKeywords.Texts(names, "required", path) : [];
        List<ObjectProperty> properties = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        if (SchemaKeywords.Find(schema, "properties") is { } described)
        {
            if (described.ValueKind != JsonValueKind.Object)
            {
                throw SchemaKeywords.Wrong("properties", path, "an object");
            }

            SchemaPath inside = path.Property("properties");
            foreach (JsonProperty property in described.EnumerateObject())
            {
                if (known.Add(property.Name))
                {
                    Add(property.Name, CompileSchema(property.Value, inside.Property(property.Name)), required.Contains(property.Name));
                }
            }
        }

        // A property that is required but not described may have any value, where it may be there at all.
        foreach (string name in required.Where(known.Add))
        {
            Add(name, allowsOthers ? Any() : Nothing($"'{name}' is required but not defined.", path.Property("required"), "required"), true);
        }

        return Register(new ObjectNode(properties));

        void Add(string name, Node value, bool isRequired)
        {
            string key = CanonicalJson.Quote(name) + ":";
            properties.Add(new ObjectProperty(Literal("{" + key), Literal("," + key), value, isRequired));
        }
    }

    /// <summary>Any JSON value; objects without properties, because additional ones are not generated.</summary>
    private Node Any()
    {
        if (_any is null)
        {
            ReferenceNode any = Register(new ReferenceNode());
            _any = any;
            any.Target = Choice(
            [
                Leaf(Literal("null")), Leaf(Literal("true")), Leaf(Literal("false")),
                Leaf(NumberLeaf.TryCreate(isInteger: false, null, null)!),
                Leaf(new StringLeaf(new LengthAutomaton(0, LengthAutomaton.Unbounded))),
                Register(new ArrayNode([], any, 0, int.MaxValue)),
                Register(new ObjectNode([])),
            ]);
        }

        return _any;
    }

    private LeafNode Leaf(Leaf leaf) => Register(new LeafNode(leaf));

    private LeafNode Nothing(string reason, SchemaPath path, string? keyword) =>
        Register(new LeafNode(null) { Reason = new Unsatisfiable(reason, path.ToString(), keyword) });

    private Node Choice(IReadOnlyList<Node> nodes) => nodes.Count == 1 ? nodes[0] : Register(new ChoiceNode(nodes));

    private LiteralLeaf Literal(string text)
    {
        if (!_literals.TryGetValue(text, out LiteralLeaf? leaf))
        {
            leaf = new LiteralLeaf(text);
            _literals.Add(text, leaf);
        }

        return leaf;
    }

    private T Register<T>(T node)
        where T : Node
    {
        _nodes.Add(node);
        return node;
    }

    /// <summary>The least fixed point: a schema that can only contain itself has no finite document.</summary>
    private void FindSatisfiable()
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (Node node in _nodes)
            {
                if (!node.IsSatisfiable && node.Evaluate())
                {
                    node.IsSatisfiable = changed = true;
                }
            }
        }
    }

    private static Unsatisfiable? FindReason(Node node, HashSet<Node> visited)
    {
        if (node.IsSatisfiable || !visited.Add(node))
        {
            return null;
        }

        return node.Reason ?? node.Parts.Select(p => FindReason(p, visited)).FirstOrDefault(r => r is not null);
    }
}
