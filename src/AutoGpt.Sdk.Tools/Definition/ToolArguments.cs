using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools;

/// <summary>A call's arguments, checked: known names, the right types, no more than one of a choice.</summary>
internal sealed class ToolArguments
{
    private readonly ToolDefinition _tool;
    private readonly Dictionary<string, JsonElement> _values = [];

    public ToolArguments(ToolDefinition tool, AIFunctionArguments arguments)
    {
        _tool = tool;
        IdempotencyKey = arguments.IdempotencyKey();
        foreach ((string name, object? value) in arguments)
        {
            if (!tool.Parameters.Any(parameter => parameter.Name == name))
            {
                throw Error($"there is no parameter '{name}'; it has {string.Join(", ", tool.Parameters.Select(parameter => parameter.Name))}.");
            }

            JsonElement element = ToElement(name, value);
            if (element.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            {
                _values.Add(name, element);
            }
        }
    }

    /// <summary>Names the step the tool is called for; null outside an agent.</summary>
    public string? IdempotencyKey { get; }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name) => OptionalText(name) ?? throw Error($"'{name}' is missing: {_tool.Find(name).Description}");

    public string? OptionalText(string name)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        string text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => throw Error($"'{name}' must be a text, not {Kind(value)}."),
        };
        return _tool.Find(name).Words is { } words && !words.Contains(text)
            ? throw Error($"'{name}' is '{text}'; it must be one of {string.Join(", ", words)}.")
            : text;
    }

    public decimal Number(string name)
    {
        string text = Text(name);
        return Numerals.TryParse(text, out decimal number) ? number : throw Error($"'{name}' is '{text}', which is no number.");
    }

    /// <summary>How many there are of something; an article is one.</summary>
    public decimal Amount(string name)
    {
        string text = Text(name);
        return Numerals.TryParseAmount(text, out decimal number) ? number : throw Error($"'{name}' is '{text}', which is no number.");
    }

    public int? OptionalInteger(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        Parameter parameter = _tool.Find(name);
        decimal number = Amount(name);
        return number == decimal.Truncate(number) && number >= (parameter.Minimum ?? int.MinValue) && number <= (parameter.Maximum ?? int.MaxValue)
            ? (int)number
            : throw Error($"'{name}' is {number}; it must be a whole number from {parameter.Minimum} to {parameter.Maximum}.");
    }

    public bool Flag(string name) => _values.TryGetValue(name, out JsonElement value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(value.GetString(), out bool flag) => flag,
        _ => throw Error($"'{name}' must be true or false."),
    };

    public string[] Texts(string name)
    {
        if (!_values.TryGetValue(name, out JsonElement value))
        {
            throw Error($"'{name}' is missing: {_tool.Find(name).Description}");
        }

        string[] texts = value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.ValueKind switch
            {
                JsonValueKind.String => item.GetString()!,
                JsonValueKind.Number => item.GetRawText(),
                _ => throw Error($"'{name}' must hold texts, not {Kind(item)}."),
            })]
            : [Text(name)];
        (int least, int most) = _tool.Find(name).Items ?? (1, 1);
        return texts.Length >= least && texts.Length <= most ? texts : throw Error($"'{name}' has {texts.Length} items; it takes {least} to {most}.");
    }

    public ToolArgumentException Error(string problem) => new(_tool.Name, problem);

    private JsonElement ToElement(string name, object? value) => value switch
    {
        null => default,
        JsonElement element => element,
        JsonNode node => Parse(node.ToJsonString()),
        string text => Parse(JsonValue.Create(text).ToJsonString()),
        bool flag => Parse(flag ? "true" : "false"),
        int or long or short or byte or float or double or decimal => Parse(((IFormattable)value).ToString(null, System.Globalization.CultureInfo.InvariantCulture)),
        IEnumerable<string> texts => Parse(new JsonArray([.. texts.Select(text => (JsonNode)text)]).ToJsonString()),
        _ => throw Error($"'{name}' is a {value.GetType().Name}; give texts, numbers, truth values or lists of texts."),
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => "a " + value.ValueKind.ToString(),
    };

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
