using System.Globalization;
using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>The filters by name. Those that go through lists are in <see cref="SequenceFilters"/>.</summary>
internal static class TemplateFilters
{
    internal delegate TemplateValue Filter(TemplateValue value, BoundArguments arguments, RenderState state);

    private static readonly string[] s_none = [];

    private static readonly Dictionary<string, (string[] Parameters, Filter Run)> s_filters = new(StringComparer.Ordinal)
    {
        ["abs"] = (s_none, (value, _, _) => ValueComparison.Number(value) switch
        {
            IntegerValue integer => new IntegerValue(BigInteger.Abs(integer.Value)),
            FloatValue number => new FloatValue(Math.Abs(number.Value)),
            _ => throw Wrong("abs", value),
        }),
        ["attr"] = (["name"], (value, arguments, state) => value is NamespaceValue or LoopValue or UndefinedValue ? TemplateAccess.Attribute(value, arguments.Text(0).Text, state.Text(arguments.Value(0)).Text)
            : new UndefinedValue("the attribute")),
        ["capitalize"] = (s_none, (value, _, state) => TextCase.Capitalize(Text(value, state))),
        ["default"] = (["default_value", "boolean"], Default), ["d"] = (["default_value", "boolean"], Default),
        ["escape"] = (s_none, Escape), ["e"] = (s_none, Escape),
        ["float"] = (["default"], (value, arguments, _) => value switch
        {
            IntegerValue or FloatValue or BooleanValue => new FloatValue(ValueComparison.ToDouble(ValueComparison.Number(value)!)),
            TextValue text when double.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => new FloatValue(number),
            UndefinedValue undefined => throw undefined.Fault(),
            _ => arguments[0] ?? new FloatValue(0),
        }),
        ["indent"] = (["width", "first", "blank"], (value, arguments, state) => TextOperations.Indent(
            Text(value, state), arguments[0] is TextValue text ? text : new MarkedTextBuilder(state.Budget).Repeat(' ', Math.Max(0, arguments.Integer(0, 4))).ToValue(), arguments.Flag(1), arguments.Flag(2), state)),
        ["int"] = (["default"], Integer),
        ["items"] = (s_none, (value, _, state) => value is UndefinedValue ? new ListValue([], ListKind.Iterator)
            : value is MappingValue ? new ListValue(state.Items(TemplateMethods.Call(value, "items", new CallArguments([], []), state)), ListKind.Iterator) : throw Wrong("items", value)),
        ["length"] = (s_none, (value, _, _) => new IntegerValue(ValueIteration.Length(value))), ["count"] = (s_none, (value, _, _) => new IntegerValue(ValueIteration.Length(value))),
        ["lower"] = (s_none, (value, _, state) => TextCase.Lower(Text(value, state))),
        ["replace"] = (["old", "new", "count"], (value, arguments, state) => TextOperations.Replace(
            Text(value, state), state.Text(arguments.Value(0)), state.Text(arguments.Value(1)), arguments[2] is NoneValue ? -1 : arguments.Integer(2, -1), state)),
        ["round"] = (["precision", "method"], Round),
        ["safe"] = (s_none, (value, _, state) => state.Text(value).ToMarkup()),
        ["string"] = (s_none, (value, _, state) => state.Text(value)),
        ["title"] = (s_none, (value, _, state) => TextCase.FilterTitle(Text(value, state))),
        ["tojson"] = (["ensure_ascii", "indent", "separators", "sort_keys"], (value, arguments, state) => ToJson(value, arguments, state)),
        ["trim"] = (["chars"], (value, arguments, state) => TextOperations.Strip(Text(value, state), arguments.TextOrNone(0))),
        ["upper"] = (s_none, (value, _, state) => TextCase.Upper(Text(value, state))),
        ["wordcount"] = (s_none, (value, _, state) => new IntegerValue(TextOperations.Split(Text(value, state), null, -1, fromEnd: false, state).Items.Count)),
    };

    public static bool Has(string name) => s_filters.ContainsKey(name) || SequenceFilters.Has(name);

    public static TemplateValue Run(string name, TemplateValue value, CallArguments arguments, RenderState state)
    {
        if (SequenceFilters.Has(name))
        {
            return SequenceFilters.Run(name, value, arguments, state);
        }

        return s_filters.TryGetValue(name, out (string[] Parameters, Filter Run) filter)
            ? filter.Run(value, new BoundArguments(name, arguments, filter.Parameters), state)
            : throw new TemplateFaultException($"the filter '{name}' is not supported.");
    }

    public static TemplateFaultException Wrong(string filter, TemplateValue value) =>
        value is UndefinedValue undefined ? undefined.Fault() : new TemplateFaultException($"'{filter}' does not take a {value.TypeName}.");

    private static TextValue Text(TemplateValue value, RenderState state) => state.Charge(state.Text(value));

    private static TemplateValue Default(TemplateValue value, BoundArguments arguments, RenderState state) =>
        value is UndefinedValue || (arguments.Flag(1) && !value.IsTrue) ? arguments[0] ?? TextValue.Empty : value;

    private static TextValue Escape(TemplateValue value, BoundArguments arguments, RenderState state)
    {
        TextValue text = state.Text(value);
        MarkedTextBuilder builder = new(state.Budget);
        if (!text.IsMarkup)
        {
            HtmlText.Escape(text, builder);
        }

        return text.IsMarkup ? text : builder.ToValue().ToMarkup();
    }

    private static TemplateValue Integer(TemplateValue value, BoundArguments arguments, RenderState state) => value switch
    {
        IntegerValue or BooleanValue => ValueComparison.Number(value)!,
        FloatValue number when double.IsFinite(number.Value) => new IntegerValue(new BigInteger(number.Value)),
        TextValue { Text.Length: < 300 } text when BigInteger.TryParse(text.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out BigInteger integer) => new IntegerValue(integer),
        TextValue { Text.Length: < 300 } text when double.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => new IntegerValue(new BigInteger(number)),
        UndefinedValue undefined => throw undefined.Fault(),
        _ => arguments[0] ?? new IntegerValue(0),
    };

    private static FloatValue Round(TemplateValue value, BoundArguments arguments, RenderState state)
    {
        double number = ValueComparison.ToDouble(ValueComparison.Number(value) ?? throw Wrong("round", value));
        int precision = arguments.Integer(0, 0);
        string method = arguments[1] is null ? "common" : arguments.Text(1).Text;
        if (precision is < 0 or > 15)
        {
            throw new TemplateFaultException("'round' wants a precision from 0 to 15.");
        }

        double scale = Math.Pow(10, precision);
        return new FloatValue(method switch
        {
            "common" => Math.Round(number, precision, MidpointRounding.ToEven),
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => throw new TemplateFaultException("'round' knows the methods common, ceil and floor."),
        });
    }

    // Hugging Face's own, over Jinja's: json.dumps(value, ensure_ascii=False), its first parameter being ensure_ascii.
    private static TextValue ToJson(TemplateValue value, BoundArguments arguments, RenderState state)
    {
        int? spaces = arguments[1] is null or NoneValue ? null : Math.Max(0, arguments.Integer(1, 0));
        if (spaces > 64)
        {
            throw new TemplateFaultException("'tojson' wants an indent up to 64.");
        }

        (string item, string key) = arguments[2] switch
        {
            null or NoneValue => (spaces is null ? ", " : ",", ": "),
            ListValue { Items: [TextValue { Foreign.IsEmpty: true } first, TextValue { Foreign.IsEmpty: true } second] } => (first.Text, second.Text),
            _ => throw arguments.Wrong(2, "two texts of the template's own"),
        };
        return JsonText.Of(value, new JsonStyle(spaces, item, key, arguments.Flag(0), arguments.Flag(3)), state.Budget);
    }
}
