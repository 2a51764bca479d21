using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Decides about the built-in tools: reading, creating and appending is free, replacing a file's content needs an approval, and a path
/// that leaves the workspace is refused. It abstains about other tools. Thread-safe.
/// </summary>
/// <param name="workspace">The workspace of the tools.</param>
public sealed class WorkspaceGuard(Workspace workspace) : IActionGuard
{
    /// <inheritdoc/>
    public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(Decide(request));
    }

    private ActionDecision Decide(ActionRequest request)
    {
        string? target = request.Tool switch
        {
            "write_file" or "append_file" => "path",
            "copy_file" => "to",
            _ => null,
        };
        if (target is null)
        {
            return WorkspaceTools.Names.Contains(request.Tool) ? ActionDecision.Allow : ActionDecision.Abstain;
        }

        if (request.Arguments[target] is not JsonValue value || !value.TryGetValue(out string? path))
        {
            // The tool itself says what is wrong with its arguments.
            return ActionDecision.Allow;
        }

        try
        {
            return request.Tool != "append_file" && workspace.Exists(path)
                ? new ActionDecision(ActionPermission.Ask, $"{request.Tool} would replace the content of '{path}'.")
                : ActionDecision.Allow;
        }
        catch (ToolException exception)
        {
            return new ActionDecision(ActionPermission.Deny, exception.Message);
        }
    }
}
