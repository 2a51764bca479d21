using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Turns what a tool returned into JSON, and a step's arguments into what a tool takes.</summary>
internal static class ToolValue
{
    // Leaves room for the events that hold the value.
    private const int MaxDepth = 32;

    public static AIFunctionArguments ToArguments(JsonObject arguments, string idempotencyKey, IServiceProvider? services)
    {
        using JsonDocument document = JsonDocument.Parse(arguments.ToJsonString());
        AIFunctionArguments result = new() { Services = services };
        if (idempotencyKey.Length > 0)
        {
            result.SetIdempotencyKey(idempotencyKey);
        }

        foreach (JsonProperty argument in document.RootElement.EnumerateObject())
        {
            result[argument.Name] = argument.Value.Clone();
        }

        return result;
    }

    /// <summary>A string stays a string, content becomes its text, anything else becomes JSON by the tool's own serializer options.</summary>
    /// <exception cref="NotSupportedException">The tool's options know no such type.</exception>
    /// <exception cref="JsonException">The value has no JSON, names a property twice, or is nested deeper than 32.</exception>
    /// <exception cref="AutoGptException">The value has more characters of JSON than it may.</exception>
    public static JsonElement? FromResult(object? result, AIFunction tool, int maxLength)
    {
        EnsureFits((result as string)?.Length ?? 0, tool, maxLength); // Before it is copied.
        if (Convert(result, tool) is not { } value)
        {
            return null;
        }

        ReadOnlySpan<byte> json = JsonMarshal.GetRawUtf8Value(value);
        EnsureFits(json.Length > maxLength ? Encoding.UTF8.GetCharCount(json) : 0, tool, maxLength);
        return Storable(value);
    }

    private static void EnsureFits(int length, AIFunction tool, int maxLength)
    {
        if (length > maxLength)
        {
            throw new AutoGptException(string.Create(
                CultureInfo.InvariantCulture, $"{tool.Name} returned {length} characters of JSON, more than the {maxLength} of a result: let it write them to a file and return the path."));
        }
    }

    private static JsonElement? Convert(object? result, AIFunction tool) => result switch
    {
        null or JsonElement { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        JsonElement element => element.Clone(),
        JsonNode node => JsonDocument.Parse(node.ToJsonString()).RootElement,
        string text => Text(text),
        TextContent content => Text(content.Text),
        IEnumerable<AIContent> contents => Text(string.Concat(contents.OfType<TextContent>().Select(content => content.Text))),
        _ => JsonSerializer.SerializeToElement(result, tool.JsonSerializerOptions.GetTypeInfo(result.GetType())),
    };

    // What a journal could not read again must not be stored: the step fails instead.
    private static JsonElement Storable(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            using JsonDocument document = JsonDocument.Parse(value.GetRawText(), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
        }

        return value;
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, AgentJsonContext.Default.String);
}
