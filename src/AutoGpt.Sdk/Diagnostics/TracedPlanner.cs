using System.Diagnostics;

namespace AutoGpt.Sdk;

/// <summary>A planner whose planning is a span, <c>plan</c>, with the calls of its model below it.</summary>
internal sealed class TracedPlanner(IPlanner planner) : IPlanner
{
    public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) =>
        AgentTelemetry.Source.HasListeners() ? TraceAsync(context, cancellationToken) : planner.PlanAsync(context, cancellationToken);

    private async ValueTask<Plan> TraceAsync(PlanningContext context, CancellationToken cancellationToken)
    {
        using Activity? activity = AgentTelemetry.StartPlan(context);
        try
        {
            Plan plan = await planner.PlanAsync(context, cancellationToken).ConfigureAwait(false);
            AgentTelemetry.EndPlan(activity, plan);
            return plan;
        }
        catch (Exception error)
        {
            AgentTelemetry.Fail(activity, error.GetType().FullName, AgentTelemetry.WantsContent(activity) ? error.Message : null);
            throw;
        }
    }
}
