using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Decides about the built-in tools: reading, creating and appending is free, replacing a file's content by another needs an approval, and a path
/// that leaves the workspace is refused, whichever tool it is for. It abstains about other tools. Thread-safe.
/// </summary>
/// <param name="workspace">The workspace of the tools.</param>
public sealed class WorkspaceGuard(Workspace workspace) : IActionGuard
{
    private readonly Dictionary<string, string[]> _paths = WorkspaceTools.Define(workspace).ToDictionary(
        tool => tool.Name, tool => tool.Parameters.Where(parameter => parameter.QuotedAs == "path").Select(parameter => parameter.Name).ToArray(), StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(_paths.TryGetValue(request.Tool, out string[]? paths) ? Decide(request, paths) : ActionDecision.Abstain);
    }

    private ActionDecision Decide(ActionRequest request, string[] paths)
    {
        string? replaced = request.Tool switch
        {
            "write_file" => "path",
            "copy_file" => "to",
            _ => null,
        };
        try
        {
            foreach (string path in paths.SelectMany(name => Texts(request.Arguments[name])))
            {
                workspace.Resolve(path);
            }

            return replaced is not null && Texts(request.Arguments[replaced]).FirstOrDefault(workspace.Exists) is { } existing && !IsThere(request, existing)
                ? new ActionDecision(ActionPermission.Ask, $"{request.Tool} would replace the content of '{existing}'.")
                : ActionDecision.Allow;
        }
        catch (ToolException exception)
        {
            return new ActionDecision(ActionPermission.Deny, exception.Message);
        }
    }

    // What holds the content already is not changed: so a step that was done when the process ended can be done again.
    private bool IsThere(ActionRequest request, string existing) => request.Tool == "write_file"
        ? Texts(request.Arguments["text"]).ToArray() is [var text] && workspace.Holds(existing, FileTools.Ended(text))
        : Texts(request.Arguments["path"]).ToArray() is [var source] && workspace.HoldSame(existing, source);

    // As the tools read them: one or several, and a number as it is written. They say themselves what is wrong with anything else.
    private static IEnumerable<string> Texts(JsonNode? argument) => argument switch
    {
        JsonArray several => several.SelectMany(Texts),
        JsonValue value => [value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()],
        _ => [],
    };
}
