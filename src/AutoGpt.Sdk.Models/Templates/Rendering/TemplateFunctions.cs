namespace AutoGpt.Sdk.Models;

/// <summary>The functions: those of Jinja that chat templates use, and Hugging Face's two.</summary>
internal static class TemplateFunctions
{
    // As in Jinja's sandbox.
    private const int LongestRange = 100_000;

    private static readonly Dictionary<string, FunctionValue> s_functions =
        new[] { "range", "dict", "namespace", "raise_exception", "strftime_now" }.ToDictionary(name => name, name => new FunctionValue(name), StringComparer.Ordinal);

    public static bool Has(string name) => s_functions.ContainsKey(name);

    public static FunctionValue? Find(string name) => s_functions.GetValueOrDefault(name);

    public static TemplateValue Call(string name, CallArguments arguments, RenderState state) => name switch
    {
        "range" => Range(new BoundArguments(name, arguments, "start", "stop", "step"), state),
        "dict" => Entries(arguments).Aggregate(new MappingValue(), (mapping, entry) => mapping.Add(entry.Key, entry.Value)),
        "namespace" => Namespace(arguments),
        "raise_exception" => throw new TemplateFaultException(state.Text(new BoundArguments(name, arguments, "message").Value(0)).Text, raisedByTemplate: true),
        _ => DateFormat.Format(new BoundArguments(name, arguments, "format").Text(0), state.Time.GetLocalNow(), state.Budget),
    };

    private static ListValue Range(BoundArguments arguments, RenderState state)
    {
        (int start, int stop) = arguments[1] is null ? (0, arguments.Integer(0, 0)) : (arguments.Integer(0, 0), arguments.Integer(1, 0));
        long step = arguments.Integer(2, 1);
        _ = arguments.Value(0);
        if (step == 0)
        {
            throw new TemplateFaultException("a range's step is 0.");
        }

        long count = Math.Max(0, (stop - start + step - Math.Sign(step)) / step);
        state.Budget.Step(count);
        return count <= LongestRange
            ? new ListValue([.. Enumerable.Range(0, (int)count).Select(i => new IntegerValue(start + (i * step)))])
            : throw new TemplateFaultException($"a range has {count} items, more than {LongestRange}.");
    }

    private static NamespaceValue Namespace(CallArguments arguments)
    {
        NamespaceValue result = new();
        foreach ((TemplateValue key, TemplateValue value) in Entries(arguments))
        {
            result.Members[(key as TextValue ?? throw new TemplateFaultException("a namespace's members have names.")).Text] = value;
        }

        return result;
    }

    private static IEnumerable<KeyValuePair<TemplateValue, TemplateValue>> Entries(CallArguments arguments)
    {
        IEnumerable<KeyValuePair<TemplateValue, TemplateValue>> first = arguments.Positional switch
        {
            [] => [],
            [MappingValue mapping] => mapping.Entries,
            _ => throw new TemplateFaultException("a mapping, or arguments with names, are expected."),
        };
        return first.Concat(arguments.Named.Select(argument => KeyValuePair.Create<TemplateValue, TemplateValue>(TextValue.Trusted(argument.Key), argument.Value)));
    }
}
