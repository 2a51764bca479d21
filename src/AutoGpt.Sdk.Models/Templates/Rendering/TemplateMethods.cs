namespace AutoGpt.Sdk.Models;

/// <summary>The methods of texts, mappings and lists: those of Python that read.</summary>
internal static class TemplateMethods
{
    private delegate TemplateValue TextMethod(TextValue text, BoundArguments arguments, RenderState state);

    private static readonly string[] s_none = [];
    private static readonly string[] s_characters = ["chars"];
    private static readonly string[] s_part = ["sub"];
    private static readonly string[] s_separator = ["sep", "maxsplit"];

    private static readonly Dictionary<string, (string[] Parameters, TextMethod Run)> s_text = new(StringComparer.Ordinal)
    {
        ["upper"] = (s_none, (text, _, state) => TextCase.Upper(state.Charge(text))),
        ["lower"] = (s_none, (text, _, state) => TextCase.Lower(state.Charge(text))),
        ["title"] = (s_none, (text, _, state) => TextCase.Title(state.Charge(text))),
        ["capitalize"] = (s_none, (text, _, state) => TextCase.Capitalize(state.Charge(text))),
        ["strip"] = (s_characters, (text, arguments, state) => TextOperations.Strip(state.Charge(text), arguments.TextOrNone(0))),
        ["lstrip"] = (s_characters, (text, arguments, state) => TextOperations.Strip(state.Charge(text), arguments.TextOrNone(0), end: false)),
        ["rstrip"] = (s_characters, (text, arguments, state) => TextOperations.Strip(state.Charge(text), arguments.TextOrNone(0), start: false)),
        ["split"] = (s_separator, (text, arguments, state) => TextOperations.Split(text, arguments.TextOrNone(0), arguments.Integer(1, -1), fromEnd: false, state)),
        ["rsplit"] = (s_separator, (text, arguments, state) => TextOperations.Split(text, arguments.TextOrNone(0), arguments.Integer(1, -1), fromEnd: true, state)),
        ["splitlines"] = (["keepends"], (text, arguments, state) => TextOperations.SplitLines(state.Charge(text), arguments.Flag(0))),
        ["startswith"] = (s_part, (text, arguments, state) => Edge(state.Charge(text), arguments, (whole, part) => whole.StartsWith(part, StringComparison.Ordinal))),
        ["endswith"] = (s_part, (text, arguments, state) => Edge(state.Charge(text), arguments, (whole, part) => whole.EndsWith(part, StringComparison.Ordinal))),
        ["replace"] = (["old", "new", "count"], (text, arguments, state) => TextOperations.Replace(text, arguments.Text(0), arguments.Text(1), arguments.Integer(2, -1), state)),
        ["removeprefix"] = (s_part, (text, arguments, state) => state.Charge(text).Text.StartsWith(arguments.Text(0).Text, StringComparison.Ordinal)
            ? text.Slice(arguments.Text(0).Text.Length, text.Text.Length - arguments.Text(0).Text.Length) : text),
        ["removesuffix"] = (s_part, (text, arguments, state) => state.Charge(text).Text.EndsWith(arguments.Text(0).Text, StringComparison.Ordinal)
            ? text.Slice(0, text.Text.Length - arguments.Text(0).Text.Length) : text),
        ["find"] = (s_part, (text, arguments, state) => Position(text, state.Charge(text).Text.IndexOf(arguments.Text(0).Text, StringComparison.Ordinal))),
        ["rfind"] = (s_part, (text, arguments, state) => Position(text, state.Charge(text).Text.LastIndexOf(arguments.Text(0).Text, StringComparison.Ordinal))),
        ["count"] = (s_part, (text, arguments, state) => Count(state.Charge(text).Text, arguments.Text(0).Text)),
        ["join"] = (["iterable"], (text, arguments, state) => TextOperations.Join(text, [.. state.Items(arguments.Value(0)).Select(item => item as TextValue
            ?? throw new TemplateFaultException($"'join' wants texts, not a {item.TypeName}."))], state)),
        ["isdigit"] = (s_none, (text, _, state) => All(state.Charge(text), char.IsDigit)),
        ["isalpha"] = (s_none, (text, _, state) => All(state.Charge(text), char.IsLetter)),
        ["isalnum"] = (s_none, (text, _, state) => All(state.Charge(text), char.IsLetterOrDigit)),
        ["isspace"] = (s_none, (text, _, state) => All(state.Charge(text), PythonSpace.Is)),
        ["isupper"] = (s_none, (text, _, state) => BooleanValue.Of(TextCase.IsUpper(state.Charge(text).Text))),
        ["islower"] = (s_none, (text, _, state) => BooleanValue.Of(TextCase.IsLower(state.Charge(text).Text))),
    };

    public static bool Has(string name) => s_text.ContainsKey(name) || name is "get" or "items" or "keys" or "values" or "index" or "format" or "cycle" or "changed";

    /// <summary>Whether Python has a method of the name that changes its value.</summary>
    public static bool Changes(string name) =>
        name is "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse" or "update" or "setdefault" or "popitem" or "add" or "discard";

    /// <summary>Whether a mapping's attribute is a method rather than a value: Python looks for those first.</summary>
    public static bool IsOfMapping(string name) => name is "get" or "items" or "keys" or "values" or "copy" or "fromkeys" or "pop" or "popitem" or "clear" or "update" or "setdefault";

    public static TemplateValue Call(TemplateValue target, string name, CallArguments arguments, RenderState state)
    {
        switch (target)
        {
            case TextValue text when name == "format":
                return TextFormat.Format(text, arguments, state);
            case TextValue text when s_text.TryGetValue(name, out (string[] Parameters, TextMethod Run) method):
                return method.Run(text, new BoundArguments(name, arguments, method.Parameters), state);
            case MappingValue mapping when name == "get":
                BoundArguments get = new(name, arguments, "key", "default");
                return mapping.Find(get.Value(0)) is { } found ? found : get[1] ?? NoneValue.Instance;
            case MappingValue mapping when name is "items" or "keys" or "values":
                _ = new BoundArguments(name, arguments);
                state.Budget.Step(mapping.Entries.Count);
                return new ListValue([.. mapping.Entries.Select(entry => name == "keys" ? entry.Key : name == "values" ? entry.Value
                    : new ListValue([entry.Key, entry.Value], ListKind.Tuple))], ListKind.View);
            case ListValue { HasPositions: true } list when name is "index" or "count":
                TemplateValue wanted = new BoundArguments(name, arguments, "value").Value(0);
                int[] places = [.. Enumerable.Range(0, list.Items.Count).Where(i => ValueComparison.AreEqual(list.Items[i], wanted, state.Budget))];
                return new IntegerValue(name == "count" ? places.Length : places is [int first, ..] ? first : throw new TemplateFaultException("the list does not hold what 'index' looks for."));
            case LoopValue loop when name == "cycle":
                return loop.Cycle(arguments.Positional);
            case LoopValue loop when name == "changed":
                return loop.Changed(new ListValue(arguments.Positional, ListKind.Tuple), state.Budget);
            case UndefinedValue undefined:
                throw undefined.Fault();
            default:
                throw new TemplateFaultException($"a {target.TypeName} has no method '{name}'.");
        }
    }

    private static BooleanValue Edge(TextValue text, BoundArguments arguments, Func<string, string, bool> isThere) =>
        BooleanValue.Of(arguments.Value(0) is ListValue { Kind: ListKind.Tuple } several
            ? several.Items.Any(item => item is TextValue part && isThere(text.Text, part.Text))
            : isThere(text.Text, arguments.Text(0).Text));

    private static BooleanValue All(TextValue text, Func<char, bool> isOne) => BooleanValue.Of(text.Text.Length > 0 && text.Text.All(isOne));

    private static IntegerValue Position(TextValue text, int unit) => new(unit <= 0 ? unit : ValueIteration.Length(text.Slice(0, unit)));

    private static IntegerValue Count(string text, string part) =>
        new(part.Length > 0 ? text.AsSpan().Count(part) : throw new TemplateFaultException("'count' of an empty text."));
}
