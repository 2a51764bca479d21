using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools;

/// <summary>The built-in tools.</summary>
public static class WorkspaceTools
{
    /// <summary>The names of the built-in tools.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "list_files", "read_file", "write_file", "append_file", "copy_file", "search_files", "count", "extract", "filter_lines", "take_lines", "summarize",
        "sort_lines", "unique_lines", "replace", "change_case", "concat", "query_csv", "query_json", "calculate", "combine_numbers", "compare", "convert_units",
        "shift_date", "days_between", "finish",
    };

    /// <summary>Creates the tools over a workspace, in a fixed order. They are thread-safe.</summary>
    /// <param name="workspace">All that the tools can see.</param>
    public static IReadOnlyList<AIFunction> Create(Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return [.. Define(workspace).Select(definition => new DefinedTool(definition, workspace))];
    }

    internal static IEnumerable<ToolDefinition> Define(Workspace workspace) => new FileTools(workspace).Create()
        .Concat(new TextTools(workspace).Create())
        .Append(CsvQuery.Create(workspace))
        .Append(JsonQuery.Create(workspace))
        .Concat(NumberTools.Create())
        .Concat(DateTools.Create())
        .Append(Finish());

    private static ToolDefinition Finish() => new("finish", "Ends the plan with an answer: the result of a step, a text, or several of them, one a line.")
    {
        Parameters = [new Parameter("answer", "A result of a step or a text, or a list of up to four.") { QuotedAs = "text", Reference = true, Items = (1, 4), AlsoSingle = true }],
        Forms = ["answer"],
        Body = (arguments, _) => ValueTask.FromResult<JsonNode>(Lines.Join(arguments.Texts("answer"))),
    };
}
