using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// Stands in front of every tool call. Only tools the agent was given pass at all. Then the strictest decision of the guards
/// holds; where all abstain, a tool that declares <c>readOnlyHint</c> is allowed and any other needs an approval, as an
/// <see cref="ApprovalRequiredAIFunction"/> always does, and as a call that may have been made before a crash does where it would act twice. An approval is good for the very arguments that were shown, once. What
/// cannot be decided is refused: a guard or an approval handler that throws, an approval nobody can give. One approval is asked for
/// at a time, though steps run in parallel, unless the handler takes several. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never used holds nothing to dispose.")]
public sealed class ActionGate
{
    private readonly Dictionary<string, AIFunction> _tools;
    private readonly IReadOnlyList<IActionGuard> _guards;
    private readonly IApprovalHandler? _approval;
    private readonly SemaphoreSlim _asking = new(1);

    /// <summary>Creates the gate.</summary>
    /// <param name="tools">The tools that may be called. Names are unique.</param>
    /// <param name="guards">The guards, in the order in which they are asked.</param>
    /// <param name="approval">Asks a person. Without one, whatever needs an approval is refused.</param>
    public ActionGate(IEnumerable<AIFunction> tools, IEnumerable<IActionGuard>? guards = null, IApprovalHandler? approval = null)
    {
        _tools = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        _guards = [.. guards ?? []];
        _approval = approval;
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
        if (!_tools.TryGetValue(request.Tool, out AIFunction? allowed) || !ReferenceEquals(allowed, tool))
        {
            return (null, $"The agent was not given the tool '{request.Tool}'.");
        }

        // Made first: nobody who is asked below can change what the permit is for.
        ActionPermit permit = new(request);
        ActionDecision decision = await DecideAsync(tool, request, cancellationToken).ConfigureAwait(false);
        return decision.Permission switch
        {
            ActionPermission.Allow => (permit, null),
            ActionPermission.Ask => await ApproveAsync(request, decision.Reason ?? $"The tool '{request.Tool}' needs an approval.", cancellationToken).ConfigureAwait(false)
                is { } refusal ? (null, refusal) : (permit, null),
            _ => (null, decision.Reason ?? $"The tool '{request.Tool}' is not allowed."),
        };
    }

    private async ValueTask<ActionDecision> DecideAsync(AIFunction tool, ActionRequest request, CancellationToken cancellationToken)
    {
        ActionDecision strictest = tool.GetService<ApprovalRequiredAIFunction>() is null
            ? ActionDecision.Abstain
            : new ActionDecision(ActionPermission.Ask, $"The tool '{request.Tool}' requires an approval.");
        foreach (IActionGuard guard in _guards)
        {
            ActionDecision decision;
            try
            {
                ActionRequest copy = request with { Arguments = ActionPermit.Copy(request.Arguments) };
                decision = await guard.DecideAsync(copy, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                return new ActionDecision(ActionPermission.Deny, SingleLine.Of($"The guard {guard.GetType().Name} failed: {error.Message}"));
            }

            strictest = decision.Permission > strictest.Permission ? decision : strictest;
        }

        if (request.MayHaveRun && strictest.Permission != ActionPermission.Deny)
        {
            return new ActionDecision(
                ActionPermission.Ask, $"The tool '{request.Tool}' was running when the process ended: it may have acted already, and would act twice if it is called again.");
        }

        return strictest.Permission != ActionPermission.Abstain ? strictest
            : ToolTraits.IsReadOnly(tool) ? ActionDecision.Allow
            : new ActionDecision(ActionPermission.Ask, $"The tool '{request.Tool}' may change things and no guard decides about it.");
    }

    /// <summary>Why the call is refused; null when it is approved.</summary>
    private async ValueTask<string?> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken)
    {
        if (_approval is null)
        {
            return $"{SingleLine.Of(reason)} There is nobody to approve it.";
        }

        bool inTurn = !_approval.AsksConcurrently;
        if (inTurn)
        {
            await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            ActionRequest copy = request with { Arguments = ActionPermit.Copy(request.Arguments) };
            return await _approval.ApproveAsync(copy, SingleLine.Of(reason), cancellationToken).ConfigureAwait(false)
                ? null : $"The call was not approved. {SingleLine.Of(reason)}";
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
