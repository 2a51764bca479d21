using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Decides about <c>run_command</c>: what the policy refuses is refused before anybody is asked, anything else asks. It abstains about other tools. Thread-safe.
/// </summary>
public sealed class CommandGuard : IActionGuard
{
    private readonly CommandRules _rules;

    /// <summary>Creates the guard.</summary>
    /// <param name="policy">The policy of the tool.</param>
    /// <param name="workspace">Its workspace.</param>
    /// <exception cref="ArgumentException">The policy does not make sense, or a program cannot be found; the message says which and why.</exception>
    public CommandGuard(CommandPolicy policy, Workspace workspace) => _rules = new CommandRules(policy, workspace);

    /// <inheritdoc/>
    public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(request.Tool == CommandTools.Run ? Decide(request) : ActionDecision.Abstain);
    }

    // Read as the tool reads them: it says itself what is wrong with arguments of another kind.
    private ActionDecision Decide(ActionRequest request)
    {
        string name = Text(request.Arguments["command"]);
        string[] arguments = request.Arguments["arguments"] switch
        {
            JsonArray several => [.. several.Select(Text)],
            null => [],
            JsonNode one => [Text(one)],
        };
        return _rules.TryFind(name, arguments, out _, out string? refusal)
            ? new ActionDecision(ActionPermission.Ask, $"run_command would run {name} with the arguments {new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]).ToJsonString()}.")
            : new ActionDecision(ActionPermission.Deny, refusal);
    }

    private static string Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value?.ToJsonString() ?? "";
}
