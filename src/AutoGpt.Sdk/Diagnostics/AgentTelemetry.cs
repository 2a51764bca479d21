using System.Diagnostics;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// The spans of a run: <c>invoke_agent</c>, below it <c>plan</c>, <c>execute_tool</c> and, by <see cref="ModelCall"/>, <c>chat</c>. Where nobody listens nothing is allocated.
/// </summary>
internal static class AgentTelemetry
{
    private const string Provider = "autogpt";
    private const string IncludeContent = "autogpt.include_content";

    public static ActivitySource Source { get; } = new(AgentDiagnostics.ActivitySourceName);

    /// <summary>Where a run began, as a W3C trace parent: stored with its first event, so that a part that goes on in another process can point to it. Null where nobody traces.</summary>
    public static string? TraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    public static Activity? StartAgent(string name, AgentRun run, bool includeContent)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // A part that goes on is another trace, or another branch of one: it points to where the run began.
        ActivityLink[]? links = ActivityContext.TryParse(run.TraceParent, traceState: null, out ActivityContext began) ? [new ActivityLink(began)] : null;
        Activity? activity = Start($"invoke_agent {name}", "invoke_agent", [new("gen_ai.agent.name", name), new("gen_ai.conversation.id", run.Id)], links);
        activity?.SetCustomProperty(IncludeContent, includeContent ? true : null);
        return includeContent ? activity?.SetTag("gen_ai.input.messages", MessageJson.Of(run.Goal)) : activity;
    }

    public static void EndAgent(Activity? activity, string name, AgentResult result, TimeSpan elapsed)
    {
        // A question is an answer of its own kind, not an error.
        string? error = result.Status is AgentStatus.Succeeded or AgentStatus.NeedsInput ? null : NameOf(result.Status);
        if (activity is not null)
        {
            activity.SetTag("autogpt.run.status", NameOf(result.Status)).SetTag("autogpt.run.plans", result.Plans)
                .SetTag("autogpt.run.steps", result.Steps.Count).SetTag("autogpt.run.tokens", result.Tokens);
            bool content = WantsContent(activity);
            if (content)
            {
                activity.SetTag("gen_ai.output.messages", MessageJson.Of("assistant", result.Answer ?? result.Question ?? result.Reason ?? "", "stop"));
            }

            Fail(activity, error, content ? result.Reason : null);
        }

        AgentMetrics.RecordAgent(name, error, elapsed);
    }

    public static Activity? StartPlan(PlanningContext context)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity? agent = AgentOf(Activity.Current);
        object? name = agent?.GetTagItem("gen_ai.agent.name");
        return Start(name is null ? "plan" : $"plan {name}", "plan", [new("autogpt.plan.number", context.Attempts.Count + 1), .. Identity(agent)]);
    }

    public static void EndPlan(Activity? activity, Plan plan) => activity?
        .SetTag("autogpt.plan.steps", plan.Steps.Count).SetTag("autogpt.plan.asks", plan.IsQuestion)
        .SetTag("autogpt.plan.confidence", plan.Confidence).SetTag("autogpt.plan.tokens", plan.Tokens);

    /// <summary>Tells the run's span how a plan was judged.</summary>
    public static void Evaluated(IEvaluator evaluator, Evaluation? evaluation, Exception? error)
    {
        if (AgentOf(Activity.Current) is not { } agent)
        {
            return;
        }

        ActivityTagsCollection tags = new() { ["gen_ai.evaluation.name"] = evaluator.GetType().Name };
        if (evaluation is not null)
        {
            tags["gen_ai.evaluation.score.label"] = NameOf(evaluation.Verdict);
            tags["gen_ai.evaluation.score.value"] = evaluation.Confidence;
            tags["gen_ai.evaluation.explanation"] = WantsContent(agent) ? evaluation.Reason : null;
        }

        tags["error.type"] = error?.GetType().FullName;
        agent.AddEvent(new ActivityEvent("gen_ai.evaluation.result", tags: tags));
    }

    public static Activity? StartTool(StepContext context, bool includeContent)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity? activity = Start(
            $"execute_tool {context.Step.Tool}",
            "execute_tool",
            [new("gen_ai.tool.name", context.Step.Tool), new("gen_ai.tool.type", "function"), new("gen_ai.tool.call.id", $"{context.RunId}/{context.Step.Number}"), .. Identity(AgentOf(Activity.Current))]);
        return includeContent ? activity?.SetTag("gen_ai.tool.call.arguments", context.Arguments.ToJsonString()) : activity;
    }

    /// <param name="activity">The tool's span.</param>
    /// <param name="result">What came of the call.</param>
    /// <param name="errorType">The type of the exception a tool ended with, or null.</param>
    /// <param name="includeContent">Whether the result may be told.</param>
    public static void EndTool(Activity? activity, StepResult result, string? errorType, bool includeContent)
    {
        string? error = result.Succeeded ? null : errorType ?? NameOf(result.Status);
        if (activity is not null)
        {
            activity.SetTag("autogpt.step.status", NameOf(result.Status)).SetTag("autogpt.tool.attempts", result.Attempts);
            if (includeContent && result.Succeeded)
            {
                activity.SetTag("gen_ai.tool.call.result", result.Text);
            }

            Fail(activity, error, includeContent ? result.Error : null);
        }

        AgentMetrics.RecordTool(result.Tool, error, result.Elapsed);
    }

    /// <summary>Marks a span as failed.</summary>
    /// <param name="activity">The span.</param>
    /// <param name="error">A low-cardinality name of the error; with null the span did not fail.</param>
    /// <param name="description">What may be told of it.</param>
    public static void Fail(Activity? activity, string? error, string? description = null)
    {
        if (error is not null)
        {
            activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error, description);
        }
    }

    public static Activity? Start(
        string name, string operation, KeyValuePair<string, object?>[] tags, ActivityLink[]? links = null, ActivityKind kind = ActivityKind.Internal, string provider = Provider) =>
        Source.StartActivity(name, kind, parentContext: default, [new("gen_ai.operation.name", operation), new("gen_ai.provider.name", provider), .. tags], links);

    /// <summary>The span of the run that a span belongs to: itself or one above it. Null outside a run, and where runs are not traced.</summary>
    public static Activity? AgentOf(Activity? activity)
    {
        while (activity is not null && !(ReferenceEquals(activity.Source, Source) && "invoke_agent".Equals(activity.GetTagItem("gen_ai.operation.name"))))
        {
            activity = activity.Parent;
        }

        return activity;
    }

    /// <summary>Whether the run of a span tells contents. Its agent was told so; planners and evaluators need not be.</summary>
    public static bool WantsContent(Activity? activity) => AgentOf(activity)?.GetCustomProperty(IncludeContent) is true;

    /// <summary>What the spans of a run have in common.</summary>
    public static KeyValuePair<string, object?>[] Identity(Activity? agent) => agent is null ? [] :
    [
        new("gen_ai.agent.name", agent.GetTagItem("gen_ai.agent.name")),
        new("gen_ai.conversation.id", agent.GetTagItem("gen_ai.conversation.id")),
    ];

    // As the events write it.
    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
