using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Typed reads of config.json's fields; each names the field when it is absent or of another kind. Null counts as absent.</summary>
internal sealed class ConfigFields(JsonElement root, string file, string path = "")
{
    public JsonElement Root => root;

    public bool Has(string name) => Find(name) is not null;

    public int Integer(string name, int? absent = null, int least = 1) => Find(name) is not { } value
        ? absent ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least
            ? number
            : throw Wrong(name, value, $"a whole number of at least {least}");

    public float Number(string name, float? absent = null) => Find(name) is not { } value
        ? absent ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && float.IsFinite(number)
            ? number
            : throw Wrong(name, value, "a finite number");

    /// <summary>A number that is not a weight's or an activation's: every digit is kept.</summary>
    public double Real(string name, double? absent = null) => Find(name) is not { } value
        ? absent ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, value, "a finite number");

    public bool Flag(string name, bool? absent = null) => Find(name) is not { } value
        ? absent ?? throw Missing(name)
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, value, "true or false");

    public string Text(string name) => Find(name) is not { } value
        ? throw Missing(name)
        : value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Wrong(name, value, "a string");

    /// <summary>A list of strings, or null where the field is absent.</summary>
    public string[]? Texts(string name) => Find(name) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Wrong(name, value, "a list of strings");

    /// <summary>A token id or a list of them; empty where the field is absent.</summary>
    public int[] Ids(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        bool isList = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0;
        return isList ? [.. value.EnumerateArray().Select(Id)] : [Id(value)];

        int Id(JsonElement id) => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number) && number >= 0
            ? number
            : throw Wrong(name, value, "a token id, a list of them, or null");
    }

    /// <summary>The fields of a nested object, or null where it is absent.</summary>
    public ConfigFields? Object(string name) => Find(name) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.Object
            ? new ConfigFields(value, file, $"{path}{name}.")
            : throw Wrong(name, value, "an object");

    /// <summary>Refuses a field unless it is absent or has the one value that asks for nothing special.</summary>
    public void Require(string name, string expected)
    {
        if (Find(name) is { } value && value.GetRawText() is var found && found != expected && !SameNumber(found, expected))
        {
            throw Unsupported($"{path}{name} = {Shorten(found)}; only {expected} is supported");
        }
    }

    /// <summary>Refuses a file whose <c>architectures</c> name another class of the same family, such as one with another head.</summary>
    public void RequireArchitecture(string expected)
    {
        if (Texts("architectures")?.FirstOrDefault(name => name != expected) is string other)
        {
            throw Unsupported($"the architecture \"{other}\"; only {expected} is supported");
        }
    }

    public CheckpointException Unsupported(string problem) => new(file, $"unsupported: {problem}.");

    private static bool SameNumber(string found, string expected) =>
        double.TryParse(found, System.Globalization.CultureInfo.InvariantCulture, out double left)
        && double.TryParse(expected, System.Globalization.CultureInfo.InvariantCulture, out double right) && left == right;

    private static string Shorten(string json) => json.Length <= 80 ? json : json[..77] + "...";

    private JsonElement? Find(string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public CheckpointException Missing(string name) => new(file, $"the field '{path}{name}' is missing.");

    private CheckpointException Wrong(string name, JsonElement value, string wanted) =>
        new(file, $"the field '{path}{name}' is {Shorten(value.GetRawText())}; it must be {wanted}.");
}
