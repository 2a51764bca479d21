using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Benchmarks.Constraints;

/// <summary>A plan of up to eight steps, each one of sixty forms over twenty tools: 480 alternatives whose texts begin alike.</summary>
internal static class SyntheticPlan
{
    private static readonly string[] s_tools =
    [
        "list_files", "read_file", "write_file", "append_file", "copy_file", "search_files", "count", "extract", "filter_lines", "take_lines",
        "summarize", "sort_lines", "unique_lines", "replace", "change_case", "query_csv", "query_json", "calculate", "convert_units", "shift_date",
    ];

    public static JsonElement Schema { get; } = Build();

    public static PromptSection[] Goal(int number) =>
    [
        new("goal", $"Count the lines of data/sales-{number}.csv that contain \"overdue since March\", add {number + 12} to the number, "
            + $"write the result as 'Open items: total' to reports/summary{number}.txt, and copy notes.md into archive/2026/ before 3 March 2026."),
    ];

    public static string Document(int number) =>
        $$"""{"steps":[{"tool":"filter_lines","path":"data/sales-{{number}}.csv","containing":"overdue since March"},{"tool":"count","text":"$1","unit":"lines"},{"tool":"calculate","expression":"$2","limit":{{number + 12}}},{"tool":"write_file","path":"reports/summary{{number}}.txt","text":"Open items: total"},{"tool":"copy_file","path":"notes.md","to":"archive/2026/"}]}""";

    private static JsonElement Build()
    {
        JsonArray steps = [.. Enumerable.Range(0, 8).Select(Step)];
        JsonObject schema = new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("steps"),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["steps"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = 8, ["prefixItems"] = steps, ["items"] = false },
            },
        };
        return JsonDocument.Parse(schema.ToJsonString()).RootElement;
    }

    private static JsonObject Step(int index) => new()
    {
        ["anyOf"] = new JsonArray([.. s_tools.SelectMany(tool => new[]
        {
            Form(tool, ("path", Quoted("path")), ("containing", Quoted("text")), ("limit", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 1000 })),
            Form(tool, ("text", Reference(index)), ("unit", new JsonObject { ["enum"] = new JsonArray("lines", "words", "characters") }), ("expression", Reference(index))),
            Form(tool, ("path", Quoted("path")), ("to", Quoted("span")), ("text", new JsonObject { ["anyOf"] = new JsonArray(Quoted("text"), Reference(index)) }), ("expression", Reference(index)), ("limit", new JsonObject { ["type"] = "integer" })),
        })]),
    };

    private static JsonObject Form(string tool, params (string Name, JsonObject Schema)[] arguments)
    {
        JsonObject properties = new() { ["tool"] = new JsonObject { ["const"] = tool } };
        foreach ((string name, JsonObject schema) in arguments)
        {
            properties.Add(name, schema);
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("tool"),
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private static JsonObject Quoted(string kind) => new() { ["type"] = "string", ["x-quotedFrom"] = new JsonArray("goal"), ["x-quotedAs"] = kind };

    // The text results of the steps before; the first step has none, so its alternative falls away.
    private static JsonObject Reference(int index) => new() { ["x-reference"] = "step", ["enum"] = new JsonArray([.. Enumerable.Range(1, index).Select(i => (JsonNode)$"${i}")]) };
}
