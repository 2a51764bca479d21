using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Cli.Output;

/// <summary>One JSON object a line on standard output.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(JsonNode line)
    {
        Console.Out.WriteLine(line.ToJsonString(Options));
        Console.Out.Flush();
    }

    public static JsonArray Array<T>(IEnumerable<T> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);
}
