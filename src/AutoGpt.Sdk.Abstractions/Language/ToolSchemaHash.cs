using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// Fingerprints a set of tools by names, descriptions and parameter schemas, so that a model or an approval made for one set is
/// not silently used with another.
/// </summary>
public static class ToolSchemaHash
{
    /// <summary>The lower-case hexadecimal SHA-256 of the tools, whatever their order.</summary>
    /// <param name="tools">The tools. Names are unique.</param>
    public static string Compute(IEnumerable<AIFunctionDeclaration> tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (AIFunctionDeclaration tool in tools.OrderBy(tool => tool.Name, StringComparer.Ordinal))
        {
            Append(hash, tool.Name);
            Append(hash, tool.Description);
            Append(hash, Canonical(tool.JsonSchema));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }

    private static string Canonical(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', schema.EnumerateObject()
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => JsonEncodedText.Encode(property.Name) + ":" + Canonical(property.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', schema.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.Undefined => "",
        _ => schema.GetRawText(),
    };
}
