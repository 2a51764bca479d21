using System.Globalization;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Follows local references (RFC 6901 pointers in a fragment) inside a schema.</summary>
internal static class SchemaPointer
{
    /// <exception cref="SchemaException">The reference leaves the document or leads nowhere.</exception>
    public static JsonElement Resolve(JsonElement root, string reference, SchemaPath path)
    {
        string at = path.Property("$ref").ToString();
        if (reference != "#" && !reference.StartsWith("#/", StringComparison.Ordinal))
        {
            throw new SchemaException(
                $"the reference '{reference}' is not supported; only pointers into this document, such as '#/$defs/name', are.", at, "$ref");
        }

        JsonElement element = root;
        foreach (string segment in Uri.UnescapeDataString(reference[1..]).Split('/').Skip(1))
        {
            string name = segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            bool found = element.ValueKind switch
            {
                JsonValueKind.Object => element.TryGetProperty(name, out element),
                JsonValueKind.Array => TryIndex(name, ref element),
                _ => false,
            };
            if (!found)
            {
                throw new SchemaException($"the reference '{reference}' leads nowhere: there is no '{name}'.", at, "$ref");
            }
        }

        return element;
    }

    private static bool TryIndex(string name, ref JsonElement element)
    {
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= element.GetArrayLength())
        {
            return false;
        }

        element = element[index];
        return true;
    }
}
