using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>Looks a value up in JSON by a dotted path: <c>user.name</c>, <c>items[0].price</c>, <c>items.length</c>.</summary>
internal static class JsonQuery
{
    public static ToolDefinition Create(Workspace workspace) => new("query_json", "Looks up a value in JSON by a dotted path.")
    {
        Parameters =
        [
            new Parameter("path", "A JSON file of the workspace. Give either path or text.") { QuotedAs = "path" },
            new Parameter("text", "JSON, or the result of a step.") { Reference = true },
            new Parameter("pointer", "Where the value is, such as user.name or items[0].price.") { QuotedAs = "span" },
        ],
        Forms = ["path pointer", "text pointer"],
        Body = async (arguments, cancellationToken) =>
            Find(await TextTools.InputAsync(workspace, arguments, cancellationToken).ConfigureAwait(false), arguments.Text("pointer")),
    };

    private static JsonNode Find(string json, string pointer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement value = document.RootElement;
            foreach (string part in pointer.TrimStart('$', '.').Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                value = Descend(value, part.Trim('"', '\''), pointer);
            }

            return value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonNode.Parse(value.GetRawText()) ?? "null";
        }
        catch (JsonException exception)
        {
            throw new ToolException($"That is no JSON: {exception.Message}", exception);
        }
    }

    private static JsonElement Descend(JsonElement value, string part, string pointer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.TryGetProperty(part, out JsonElement property):
                return property;
            case JsonValueKind.Object:
                throw new ToolException($"No '{part}' for '{pointer}'. Keys: {NearestNames.Join(part, value.EnumerateObject().Select(property => property.Name))}");
            case JsonValueKind.Array when part is "length" or "count":
                using (JsonDocument length = JsonDocument.Parse(value.GetArrayLength().ToString(CultureInfo.InvariantCulture)))
                {
                    return length.RootElement.Clone();
                }

            case JsonValueKind.Array when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index):
                return index < value.GetArrayLength() ? value[index] : throw new ToolException($"No item {index} for '{pointer}': there are {value.GetArrayLength()}, counted from 0.");
            default:
                throw new ToolException($"'{pointer}' does not lead anywhere: before '{part}' there is a {value.ValueKind}.");
        }
    }
}
