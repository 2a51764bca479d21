namespace AutoGpt.Sdk.Models;

/// <summary>The tests: what may stand behind <c>is</c>.</summary>
internal static class TemplateTests
{
    private delegate bool Test(TemplateValue value, BoundArguments arguments, RenderState state);

    private static readonly Dictionary<string, (int Arguments, Test Run)> s_tests = new(StringComparer.Ordinal)
    {
        ["defined"] = (0, (value, _, _) => value is not UndefinedValue),
        ["undefined"] = (0, (value, _, _) => value is UndefinedValue),
        ["none"] = (0, (value, _, _) => value is NoneValue),
        ["boolean"] = (0, (value, _, _) => value is BooleanValue),
        ["true"] = (0, (value, _, _) => value is BooleanValue { Value: true }),
        ["false"] = (0, (value, _, _) => value is BooleanValue { Value: false }),
        ["integer"] = (0, (value, _, _) => value is IntegerValue),
        ["float"] = (0, (value, _, _) => value is FloatValue),
        ["number"] = (0, (value, _, _) => value is IntegerValue or FloatValue or BooleanValue),
        ["string"] = (0, (value, _, _) => value is TextValue),
        ["mapping"] = (0, (value, _, _) => value is MappingValue),
        // What is undefined has Python's length and items, so Jinja takes it for a sequence.
        ["sequence"] = (0, (value, _, _) => value is TextValue or MappingValue or UndefinedValue or ListValue { HasPositions: true }),
        ["iterable"] = (0, (value, _, _) => value is TextValue or MappingValue or UndefinedValue or ListValue),
        ["callable"] = (0, (value, _, _) => value is FunctionValue or MacroValue or UndefinedValue),
        ["odd"] = (0, (value, _, state) => TemplateOperators.Binary("%", value, new IntegerValue(2), state.Budget) is IntegerValue { Value.IsOne: true }),
        ["even"] = (0, (value, _, state) => TemplateOperators.Binary("%", value, new IntegerValue(2), state.Budget) is IntegerValue { Value.IsZero: true }),
        ["divisibleby"] = (1, (value, arguments, state) => !TemplateOperators.Binary("%", value, arguments.Value(0), state.Budget).IsTrue),
        ["lower"] = (0, (value, _, state) => TextCase.IsLower(state.Text(value).Text)),
        ["upper"] = (0, (value, _, state) => TextCase.IsUpper(state.Text(value).Text)),
        ["in"] = (1, (value, arguments, state) => ValueComparison.Contains(arguments.Value(0), value, state.Budget)),
        ["sameas"] = (1, (value, arguments, _) => ReferenceEquals(value, arguments.Value(0))),
        ["eq"] = (1, Equal), ["equalto"] = (1, Equal),
        ["ne"] = (1, (value, arguments, state) => !Equal(value, arguments, state)),
        ["lt"] = (1, Less), ["lessthan"] = (1, Less),
        ["gt"] = (1, Greater), ["greaterthan"] = (1, Greater),
        ["le"] = (1, (value, arguments, state) => !Greater(value, arguments, state)),
        ["ge"] = (1, (value, arguments, state) => !Less(value, arguments, state)),
    };

    public static bool Has(string name) => s_tests.ContainsKey(name);

    public static bool Run(string name, TemplateValue value, CallArguments arguments, RenderState state)
    {
        if (!s_tests.TryGetValue(name, out (int Arguments, Test Run) test))
        {
            throw new TemplateFaultException($"the test '{name}' is not supported.");
        }

        return test.Run(value, test.Arguments == 0 ? new BoundArguments(name, arguments) : new BoundArguments(name, arguments, "other"), state);
    }

    private static bool Equal(TemplateValue value, BoundArguments arguments, RenderState state) => ValueComparison.AreEqual(value, arguments.Value(0), state.Budget);

    private static bool Less(TemplateValue value, BoundArguments arguments, RenderState state) => ValueComparison.Order(value, arguments.Value(0), state.Budget) < 0;

    private static bool Greater(TemplateValue value, BoundArguments arguments, RenderState state) => ValueComparison.Order(value, arguments.Value(0), state.Budget) > 0;
}
