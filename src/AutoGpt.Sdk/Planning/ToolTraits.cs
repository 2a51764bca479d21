using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>What a tool declares about itself besides its schema.</summary>
internal static class ToolTraits
{
    /// <summary>Whether the tool says that it changes nothing. Default: it may change things.</summary>
    public static bool IsReadOnly(AITool tool) => Declares(tool, ToolHints.ReadOnly);

    /// <summary>Whether a step whose tool may have been called already can be run again without doing anything twice.</summary>
    public static bool MayBeCalledTwice(AITool tool, bool hasKey) => IsReadOnly(tool) || Declares(tool, ToolHints.Idempotent) || (hasKey && Declares(tool, ToolHints.TakesIdempotencyKey));

    private static bool Declares(AITool tool, string name) =>
        tool.AdditionalProperties.TryGetValue(name, out object? hint) && hint switch
        {
            bool value => value,
            JsonElement element => element.ValueKind == JsonValueKind.True,
            JsonValue value => value.TryGetValue(out bool set) && set,
            _ => false,
        };

    /// <summary>
    /// The closed forms a tool's arguments can take (<c>x-forms</c>), where one schema cannot say which parameters go together;
    /// otherwise the tool's schema alone.
    /// </summary>
    public static IReadOnlyList<JsonElement> Forms(AIFunctionDeclaration tool)
    {
        tool.AdditionalProperties.TryGetValue("x-forms", out object? forms);
        JsonElement[] found = forms switch
        {
            JsonElement { ValueKind: JsonValueKind.Array } element => [.. element.EnumerateArray()],
            JsonArray array => [.. array.Select(form => JsonDocument.Parse(form?.ToJsonString() ?? "{}").RootElement)],
            _ => [],
        };
        return found.Length > 0 ? found : [tool.JsonSchema];
    }
}
