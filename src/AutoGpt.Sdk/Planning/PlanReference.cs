using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>
/// What an argument refers to: the result of a step (<c>$2</c>), or a part of it (<c>$2.total</c>, <c>$2.rows[0].name</c>).
/// </summary>
/// <param name="Step">The number of the step, from 1.</param>
/// <param name="Path">Members and elements on the way to the part, from the outside in: names, and indices from 0 as digits. Empty for the whole result.</param>
public sealed partial record PlanReference(int Step, IReadOnlyList<string> Path)
{
    private const string Members = @"(?:\.[A-Za-z_][A-Za-z0-9_\-]*|\[[0-9]{1,9}\])*";

    /// <summary>The pattern of a reference, as JSON Schema writes it.</summary>
    internal const string Pattern = @"^\$[1-9][0-9]*" + Members + "$";

    /// <summary>Reads a reference.</summary>
    /// <param name="text">The text of an argument.</param>
    /// <returns>The reference; null where the whole text is none.</returns>
    public static PlanReference? TryParse(string? text)
    {
        // Nearly every argument is none, and most references are short.
        if (text is not ['$', >= '1' and <= '9', ..] || Whole().Match(text) is not { Success: true } match
            || !int.TryParse(match.Groups["step"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int step))
        {
            return null;
        }

        return new PlanReference(step, [.. match.Groups["part"].Captures.Select(part => part.Value.Trim('.', '[', ']'))]);
    }

    /// <summary>The reference as it is written.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"${Step}") + string.Concat(Path.Select(part => IsIndex(part) ? $"[{part}]" : "." + part));

    /// <summary>The part of a result that the reference means.</summary>
    /// <param name="result">The result of the step.</param>
    /// <exception cref="AutoGptException">The result has no such part; the message says what it has.</exception>
    internal JsonElement? Find(StepResult result)
    {
        if (Path.Count == 0)
        {
            return result.Value;
        }

        JsonElement? found = AsJson(result);
        foreach ((int index, string part) in Path.Index())
        {
            JsonElement? outer = found;
            found = outer is not { } value ? null : IsIndex(part) ? Element(value, part) : Member(value, part);
            if (found is null)
            {
                string at = (this with { Path = [.. Path.Take(index)] }).ToString();
                throw new AutoGptException(SingleLine.Of($"'{this}' refers to what step {Step} ({result.Tool}) did not return: {Missing(outer, at, part)}"));
            }
        }

        return found;
    }

    internal static bool IsIndex(string part) => char.IsAsciiDigit(part[0]);

    // A tool whose result is a text may well have written JSON in it.
    private static JsonElement? AsJson(StepResult result)
    {
        if (result.Value is not { ValueKind: JsonValueKind.String })
        {
            return result.Value;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return result.Value;
        }
    }

    private static JsonElement? Element(JsonElement value, string index) =>
        value.ValueKind == JsonValueKind.Array && int.Parse(index, CultureInfo.InvariantCulture) is int place && place < value.GetArrayLength() ? value[place] : null;

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement member) ? member : null;

    private static string Missing(JsonElement? outer, string at, string part) => outer switch
    {
        null => $"{at} is empty.",
        { ValueKind: JsonValueKind.Object } value => $"{at} has no '{part}'; it has {Names(value)}.",
        { ValueKind: JsonValueKind.Array } value => IsIndex(part) ? $"{at} has {value.GetArrayLength()} elements, counted from 0." : $"{at} is a list; its elements are {at}[0], {at}[1] …",
        { } value => $"{at} is a {value.ValueKind.ToString().ToLowerInvariant()} without parts.",
    };

    private static string Names(JsonElement value) =>
        value.EnumerateObject().Select(member => $"'{member.Name}'").ToArray() is { Length: > 0 } names ? string.Join(", ", names.Take(20)) + (names.Length > 20 ? " …" : "") : "nothing";

    [GeneratedRegex(@"^\$(?<step>[1-9][0-9]*)(?<part>\.[A-Za-z_][A-Za-z0-9_\-]*|\[[0-9]{1,9}\])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
