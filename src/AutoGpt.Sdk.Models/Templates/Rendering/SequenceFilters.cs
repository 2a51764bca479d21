namespace AutoGpt.Sdk.Models;

/// <summary>The filters that go through a list.</summary>
internal static class SequenceFilters
{
    private static readonly string[] s_none = [];

    private static readonly Dictionary<string, (string[] Parameters, TemplateFilters.Filter Run)> s_filters = new(StringComparer.Ordinal)
    {
        ["dictsort"] = (["case_sensitive", "by", "reverse"], DictSort),
        ["first"] = (s_none, (value, _, state) => state.Items(value) is [var first, ..] ? first : new UndefinedValue("there is no first item; it")),
        ["last"] = (s_none, (value, _, state) => value is ListValue { Kind: ListKind.Iterator } ? throw TemplateFilters.Wrong("last", value)
            : state.Items(value) is [.., var last] ? last : new UndefinedValue("there is no last item; it")),
        ["join"] = (["d", "attribute"], (value, arguments, state) => TextOperations.Join(arguments[0] is { } separator ? state.Text(separator) : TextValue.Empty,
            [.. state.Items(value).Select(Keys(arguments[1], state)).Select(state.Text)], state)),
        ["list"] = (s_none, (value, _, state) => new ListValue(state.Items(value))),
        ["max"] = (["case_sensitive", "attribute"], (value, arguments, state) => Extreme(value, arguments, 1, state)),
        ["min"] = (["case_sensitive", "attribute"], (value, arguments, state) => Extreme(value, arguments, -1, state)),
        ["reverse"] = (s_none, (value, _, state) => value is TextValue ? ValueIteration.Slice(value, null, null, -1, state.Budget)
            : new ListValue([.. state.Items(value).Reverse()], ListKind.Iterator)),
        ["sort"] = (["reverse", "case_sensitive", "attribute"], (value, arguments, state) => new ListValue(
            Sorted(state.Items(value), Key(arguments.Flag(1), arguments[2], state), arguments.Flag(0), state))),
        ["sum"] = (["attribute", "start"], (value, arguments, state) => state.Items(value).Select(Keys(arguments[0], state))
            .Aggregate(arguments[1] ?? new IntegerValue(0), (sum, item) => TemplateOperators.Binary("+", sum, item, state.Budget))),
        ["unique"] = (["case_sensitive", "attribute"], Unique),
    };

    public static bool Has(string name) => s_filters.ContainsKey(name) || name is "map" or "select" or "reject" or "selectattr" or "rejectattr";

    public static TemplateValue Run(string name, TemplateValue value, CallArguments arguments, RenderState state) =>
        s_filters.TryGetValue(name, out (string[] Parameters, TemplateFilters.Filter Run) filter)
            ? filter.Run(value, new BoundArguments(name, arguments, filter.Parameters), state)
            : new ListValue([.. name == "map" ? Map(value, arguments, state) : Select(name, value, arguments, state)], ListKind.Iterator);

    private static IEnumerable<TemplateValue> Map(TemplateValue value, CallArguments arguments, RenderState state)
    {
        if (arguments.Positional.Count == 0)
        {
            BoundArguments named = new("map", arguments, "attribute", "default");
            return Taken(value, state).Select(item => TemplateAccess.Path(item, named.Value(0), state) is var found && found is UndefinedValue && named[1] is { } absent ? absent : found);
        }

        string filter = Name(arguments, 0);
        CallArguments rest = new([.. arguments.Positional.Skip(1)], arguments.Named);
        return Taken(value, state).Select(item => TemplateFilters.Run(filter, item, rest, state));
    }

    private static IEnumerable<TemplateValue> Select(string name, TemplateValue value, CallArguments arguments, RenderState state)
    {
        bool byAttribute = name is "selectattr" or "rejectattr";
        bool wanted = name is "select" or "selectattr";
        TemplateValue? attribute = !byAttribute ? null : arguments.Positional is [var first, ..] ? first : throw new TemplateFaultException($"'{name}' lacks its argument 1.");
        int at = byAttribute ? 1 : 0;
        string? test = arguments.Positional.Count > at ? Name(arguments, at) : null;
        CallArguments rest = new([.. arguments.Positional.Skip(at + 1)], arguments.Named);
        return Taken(value, state).Where(item =>
        {
            TemplateValue tested = attribute is null ? item : TemplateAccess.Path(item, attribute, state);
            return (test is null ? tested.IsTrue : TemplateTests.Run(test, tested, rest, state)) == wanted;
        });
    }

    // Whatever counts as false has no items here: none, too.
    private static IReadOnlyList<TemplateValue> Taken(TemplateValue value, RenderState state) => value.IsTrue ? state.Items(value) : [];

    private static string Name(CallArguments arguments, int index) => (arguments.Positional[index] as TextValue)?.Text
        ?? throw new TemplateFaultException("the name of a filter or test is expected.");

    private static ListValue DictSort(TemplateValue value, BoundArguments arguments, RenderState state)
    {
        if (value is not MappingValue)
        {
            throw TemplateFilters.Wrong("dictsort", value);
        }

        int by = arguments[1] is null ? 0 : arguments.Text(1).Text switch { "key" => 0, "value" => 1, _ => throw arguments.Wrong(1, "'key' or 'value'") };
        IReadOnlyList<TemplateValue> items = state.Items(TemplateMethods.Call(value, "items", new CallArguments([], []), state));
        Func<TemplateValue, TemplateValue> key = Key(arguments.Flag(0), null, state);
        return new ListValue(Sorted(items, item => key(((ListValue)item).Items[by]), arguments.Flag(2), state));
    }

    private static TemplateValue Extreme(TemplateValue value, BoundArguments arguments, int sign, RenderState state)
    {
        Func<TemplateValue, TemplateValue> key = Key(arguments.Flag(0), arguments[1], state);
        TemplateValue? best = null;
        foreach (TemplateValue item in state.Items(value))
        {
            best = best is null || ValueComparison.Order(key(item), key(best), state.Budget) * sign > 0 ? item : best;
        }

        return best ?? new UndefinedValue("there is no item; it");
    }

    private static ListValue Unique(TemplateValue value, BoundArguments arguments, RenderState state)
    {
        Func<TemplateValue, TemplateValue> key = Key(arguments.Flag(0), arguments[1], state);
        List<TemplateValue> seen = [];
        return new ListValue([.. state.Items(value).Where(item =>
        {
            TemplateValue wanted = key(item);
            bool isNew = !seen.Exists(other => ValueComparison.AreEqual(other, wanted, state.Budget));
            seen.AddRange(isNew ? [wanted] : []);
            return isNew;
        })], ListKind.Iterator);
    }

    // Merging, as Python does: equal items stay as they were, also backwards, and an order that is none (NaN) does no harm.
    private static TemplateValue[] Sorted(IReadOnlyList<TemplateValue> items, Func<TemplateValue, TemplateValue> key, bool reverse, RenderState state)
    {
        (TemplateValue Key, TemplateValue Item)[] sorted = [.. items.Select(item => (key(item), item))];
        var merged = new (TemplateValue Key, TemplateValue Item)[sorted.Length];
        for (int width = 1; width < sorted.Length; width *= 2)
        {
            for (int start = 0; start < sorted.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, sorted.Length), end = Math.Min(start + (2 * width), sorted.Length);
                for (int at = start, left = start, right = middle; at < end; at++)
                {
                    bool takesRight = left >= middle
                        || (right < end && (reverse ? ValueComparison.Order(sorted[left].Key, sorted[right].Key, state.Budget) < 0 : ValueComparison.Order(sorted[right].Key, sorted[left].Key, state.Budget) < 0));
                    merged[at] = sorted[takesRight ? right++ : left++];
                }
            }

            (sorted, merged) = (merged, sorted);
        }

        return [.. sorted.Select(pair => pair.Item)];
    }

    private static Func<TemplateValue, TemplateValue> Keys(TemplateValue? attribute, RenderState state) =>
        attribute is null or NoneValue ? item => item : item => TemplateAccess.Path(item, attribute, state);

    // Texts sort without regard to case unless told otherwise.
    private static Func<TemplateValue, TemplateValue> Key(bool caseSensitive, TemplateValue? attribute, RenderState state)
    {
        Func<TemplateValue, TemplateValue> path = Keys(attribute, state);
        return caseSensitive ? path : item => path(item) is TextValue text ? TextCase.Lower(state.Charge(text)) : path(item);
    }
}
