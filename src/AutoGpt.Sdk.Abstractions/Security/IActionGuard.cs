using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// Decides, before a tool is called, whether it may be. Several guards can stand in front of one agent; the strictest decision
/// holds. A guard abstains about tools it knows nothing of: a tool that no guard decides about and that does not declare itself
/// read-only needs an approval. Implementations are thread-safe.
/// </summary>
public interface IActionGuard
{
    /// <summary>Decides about one call.</summary>
    /// <param name="request">The tool and its exact arguments.</param>
    /// <param name="cancellationToken">Stops the decision.</param>
    ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default);
}

/// <summary>A call that is about to be made.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The number of the step in its plan.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="Arguments">The arguments the tool would receive.</param>
public sealed record ActionRequest(string RunId, int Step, string Tool, JsonObject Arguments)
{
    /// <summary>
    /// Whether the tool may have been called with this very step already, before a process ended, and would act twice if it is called again. A guard's yes is not enough then: a
    /// person must approve.
    /// </summary>
    public bool MayHaveRun { get; init; }
}

/// <summary>What a guard decided.</summary>
/// <param name="Permission">The decision.</param>
/// <param name="Reason">Why, in one line for a person. Null for a plain yes.</param>
public sealed record ActionDecision(ActionPermission Permission, string? Reason = null)
{
    /// <summary>A plain yes.</summary>
    public static ActionDecision Allow { get; } = new(ActionPermission.Allow);

    /// <summary>No opinion: the call is other guards' business.</summary>
    public static ActionDecision Abstain { get; } = new(ActionPermission.Abstain);
}

/// <summary>From the mildest to the strictest.</summary>
public enum ActionPermission
{
    /// <summary>No opinion.</summary>
    Abstain,

    /// <summary>The call may be made.</summary>
    Allow,

    /// <summary>A person must approve this very call first.</summary>
    Ask,

    /// <summary>The call must not be made.</summary>
    Deny,
}

/// <summary>Asks a person. Without one, whatever needs approval is refused.</summary>
public interface IApprovalHandler
{
    /// <summary>
    /// Whether several questions may be open at once: of steps side by side, and of all runs of an agent. Where they cannot, as at a console, the next one waits for the answer to the
    /// last. A handler that says so is thread-safe. Default false.
    /// </summary>
    bool AsksConcurrently => false;

    /// <summary>Asks whether this very call may be made.</summary>
    /// <param name="request">The tool and its exact arguments.</param>
    /// <param name="reason">Why the guard wants an approval.</param>
    /// <param name="cancellationToken">Withdraws the question, which refuses the call.</param>
    /// <returns>Whether the call is approved, this once.</returns>
    ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default);
}
