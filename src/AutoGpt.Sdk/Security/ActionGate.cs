using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// Stands in front of every tool call. Only tools the agent was given pass at all. Then the strictest decision of the guards
/// holds; where all abstain, a tool that declares <c>readOnlyHint</c> is allowed and any other needs an approval, as an
/// <see cref="ApprovalRequiredAIFunction"/> always does, and as a call that may have been made before a crash does where it would act twice. An approval is good for the very arguments that were shown, once. What
/// cannot be decided is refused: arguments that name something twice, a guard or an approval handler that throws, an approval nobody can give, an audit log that cannot be written.
/// One approval is asked for at a time, though steps run in parallel, unless the handler takes several. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never used holds nothing to dispose.")]
public sealed class ActionGate
{
    private readonly Dictionary<string, AIFunction> _tools;
    private readonly IReadOnlyList<IActionGuard> _guards;
    private readonly IApprovalHandler? _approval;
    private readonly IAuditLog? _audit;
    private readonly SemaphoreSlim _asking = new(1);

    /// <summary>Creates the gate.</summary>
    /// <param name="tools">The tools that may be called. Names are unique.</param>
    /// <param name="guards">The guards, in the order in which they are asked.</param>
    /// <param name="approval">Asks a person. Without one, whatever needs an approval is refused.</param>
    /// <param name="audit">Keeps every decision, stored before the call is made, and how each call ended. Default: nothing is kept.</param>
    public ActionGate(IEnumerable<AIFunction> tools, IEnumerable<IActionGuard>? guards = null, IApprovalHandler? approval = null, IAuditLog? audit = null)
    {
        _tools = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        _guards = [.. guards ?? []];
        _approval = approval;
        _audit = audit;
    }

    /// <summary>
    /// The tool for callers other than an agent – a function-calling chat client, Semantic Kernel –: each call passes this gate first, and is kept in its audit log. A call that is
    /// refused throws an <see cref="ActionRefusedException"/> whose message is the reason. Arguments reach the tool as JSON, whatever they were.
    /// </summary>
    /// <param name="tool">One of the gate's tools: the very object.</param>
    /// <param name="caller">Names the caller to guards, approval handler and audit log, where an agent names its run. Default: <c>external</c>.</param>
    /// <exception cref="ArgumentException">It is not one of the gate's tools.</exception>
    public AIFunction Protect(AIFunction tool, string caller = "external")
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentException.ThrowIfNullOrWhiteSpace(caller);
        return Owns(tool.Name, tool) ? new ProtectedFunction(this, tool, caller)
            : throw new ArgumentException($"The gate was not given the tool '{SingleLine.Of(tool.Name, 60)}'.", nameof(tool));
    }

    /// <summary>Decides about a call.</summary>
    /// <param name="tool">The tool that is about to be called: the very object the agent was given.</param>
    /// <param name="request">The call.</param>
    /// <param name="cancellationToken">Stops the decision.</param>
    /// <returns>A permit, or null and the reason for the refusal in one line.</returns>
    public async ValueTask<(ActionPermit? Permit, string? Reason)> RequestAsync(
        AIFunction tool, ActionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(request);
        ActionPermit permit;
        try
        {
            // Made first: nobody who is asked below can change what the permit is for.
            permit = new ActionPermit(request);
        }
        catch (Exception error)
        {
            return (null, await RefuseAsync(request, $"The arguments of '{request.Tool}' cannot be read: {error.Message}").ConfigureAwait(false));
        }

        ActionDecided decided = new(request.RunId, request.Step, request.Tool, false) { Reason = "The question was withdrawn." };
        try
        {
            decided = await JudgeAsync(tool, permit, decided, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await KeepAsync(decided, permit).ConfigureAwait(false);
            throw;
        }

        string? unkept = await KeepAsync(decided, permit).ConfigureAwait(false);
        return unkept is null && decided.IsPermitted ? (permit, null) : (null, unkept ?? decided.Reason);
    }

    /// <summary>
    /// Tells the audit log how a permitted call ended. An executor of your own calls it after every call, once; <see cref="ToolStepExecutor"/> and protected tools do.
    /// </summary>
    /// <param name="permit">The permit of the call.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="attempts">How often the tool was called. Default 1.</param>
    /// <exception cref="AutoGptException">The log could not be written. The call was made all the same.</exception>
    /// <exception cref="InvalidOperationException">The end of this call was told before.</exception>
    public async ValueTask EndAsync(ActionPermit permit, StepStatus status, int attempts = 1)
    {
        ArgumentNullException.ThrowIfNull(permit);
        if (!permit.TryEnd())
        {
            throw new InvalidOperationException($"The end of this call of '{permit.Tool}' was told before.");
        }

        if (_audit is not null)
        {
            // Not cancelled: what happened is kept whatever becomes of the run.
            await _audit.AppendAsync(new ActionEnded(permit.Decision, status) { Attempts = attempts }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps that a call was refused before anything could be decided about it, and returns the reason in one line.</summary>
    internal async ValueTask<string> RefuseAsync(ActionRequest request, string reason)
    {
        reason = SingleLine.Of(reason);
        return await KeepAsync(new ActionDecided(request.RunId, request.Step, request.Tool, false) { Reason = reason }, permit: null).ConfigureAwait(false) ?? reason;
    }

    private bool Owns(string name, AIFunction tool) => _tools.TryGetValue(name, out AIFunction? given) && ReferenceEquals(given, tool);

    /// <summary>Stores the decision; says why the call cannot be made where that fails.</summary>
    private async ValueTask<string?> KeepAsync(ActionDecided decided, ActionPermit? permit)
    {
        if (_audit is null)
        {
            return null;
        }

        try
        {
            long number = await _audit.AppendAsync(decided with { Arguments = permit?.Copy() }, CancellationToken.None).ConfigureAwait(false);
            if (permit is not null)
            {
                permit.Decision = number;
            }

            return null;
        }
        catch (Exception error)
        {
            return SingleLine.Of($"The audit log could not be written, so that no tool is called: {error.Message}");
        }
    }

    private async ValueTask<ActionDecided> JudgeAsync(AIFunction tool, ActionPermit permit, ActionDecided undecided, CancellationToken cancellationToken)
    {
        string name = SingleLine.Of(permit.Tool, 60);
        if (!Owns(permit.Tool, tool))
        {
            return undecided with { Reason = $"The agent was not given the tool '{name}'." };
        }

        ActionDecision decision = await DecideAsync(tool, permit, name, cancellationToken).ConfigureAwait(false);
        string? reason = decision.Reason is { Length: > 0 } text ? SingleLine.Of(text) : null;
        switch (decision.Permission)
        {
            case ActionPermission.Allow:
                return undecided with { IsPermitted = true, Reason = null };
            case ActionPermission.Ask:
                reason ??= $"The tool '{name}' needs an approval.";
                string? refusal = await ApproveAsync(permit, reason, cancellationToken).ConfigureAwait(false);
                return undecided with { IsPermitted = refusal is null, WasApproved = refusal is null, Reason = refusal ?? reason };
            default:
                return undecided with { Reason = reason ?? $"The tool '{name}' is not allowed." };
        }
    }

    private async ValueTask<ActionDecision> DecideAsync(AIFunction tool, ActionPermit permit, string name, CancellationToken cancellationToken)
    {
        ActionDecision strictest = tool.GetService<ApprovalRequiredAIFunction>() is null
            ? ActionDecision.Abstain
            : new ActionDecision(ActionPermission.Ask, $"The tool '{name}' requires an approval.");
        foreach (IActionGuard guard in _guards)
        {
            ActionDecision decision;
            try
            {
                decision = await guard.DecideAsync(permit.CopyRequest(), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                return new ActionDecision(ActionPermission.Deny, $"The guard {guard.GetType().Name} failed: {error.Message}");
            }

            strictest = decision is null || !Enum.IsDefined(decision.Permission) ? new ActionDecision(ActionPermission.Deny, $"The guard {guard.GetType().Name} gave no decision.")
                : decision.Permission > strictest.Permission ? decision : strictest;
        }

        if (permit.Request.MayHaveRun && strictest.Permission != ActionPermission.Deny)
        {
            return new ActionDecision(
                ActionPermission.Ask, $"The tool '{name}' was running when the process ended: it may have acted already, and would act twice if it is called again.");
        }

        return strictest.Permission != ActionPermission.Abstain ? strictest
            : ToolTraits.IsReadOnly(tool) ? ActionDecision.Allow
            : new ActionDecision(ActionPermission.Ask, $"The tool '{name}' may change things and no guard decides about it.");
    }

    /// <summary>Why the call is refused; null when it is approved.</summary>
    private async ValueTask<string?> ApproveAsync(ActionPermit permit, string reason, CancellationToken cancellationToken)
    {
        if (_approval is null)
        {
            return $"{reason} There is nobody to approve it.";
        }

        bool inTurn = !_approval.AsksConcurrently;
        if (inTurn)
        {
            await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await _approval.ApproveAsync(permit.CopyRequest(), reason, cancellationToken).ConfigureAwait(false)
                ? null : $"The call was not approved. {reason}";
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return SingleLine.Of($"The approval failed: {error.Message}");
        }
        finally
        {
            if (inTurn)
            {
                _asking.Release();
            }
        }
    }
}
