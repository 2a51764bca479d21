using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>What came of a step.</summary>
/// <param name="Number">The step's number in its plan.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="Status">How the step ended.</param>
public sealed record StepResult(int Number, string Tool, StepStatus Status)
{
    /// <summary>What the tool returned, when it did.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Why the step did not succeed, in one line; null when it did.</summary>
    public string? Error { get; init; }

    /// <summary>Wall time of the step.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How many times the tool was called, once and again after each transient failure. Default 1, at least 1.</summary>
    [JsonIgnore]
    public int Attempts { get; init; } = 1;

    /// <summary>Whether the step succeeded.</summary>
    [JsonIgnore]
    public bool Succeeded => Status == StepStatus.Succeeded;

    /// <summary>The result as text: a string as it is, anything else as JSON. Empty without a value.</summary>
    [JsonIgnore]
    public string Text => TextOf(Value);

    /// <summary>A value as text: a string as it is, anything else as JSON without blanks, the same whoever wrote it and wherever it was stored in between. Empty without a value.</summary>
    /// <param name="value">The value, or null.</param>
    public static string TextOf(JsonElement? value) => value switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Object or JsonValueKind.Array } nested => Compact(nested),
        { } other => other.GetRawText(),
    };

    private static string Compact(JsonElement value)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    // Written only where there were several: so every journal there is stays as it was.
    [JsonInclude]
    [JsonPropertyName("attempts")]
    internal int? SeveralAttempts
    {
        get => Attempts > 1 ? Attempts : null;
        init => Attempts = value > 1 ? value.Value : 1;
    }
}
