using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AutoGpt.Sdk;

/// <summary>
/// Traces and metrics under the name <c>AutoGpt.Sdk</c>, with the names of the OpenTelemetry semantic conventions for generative
/// AI: spans <c>invoke_agent</c> and <c>execute_tool</c>, and the duration of both as a histogram. Contents only where the
/// options say so.
/// </summary>
internal static class AgentTelemetry
{
    public const string SourceName = "AutoGpt.Sdk";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "gen_ai.client.operation.duration", "s", "Time of an agent's run or of a tool's call.");

    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>(
        "autogpt.agent.tokens", "{token}", "Model tokens of an agent's runs, prompt and completion together.");

    public static Activity? StartAgent(string name, AgentRun run, bool includeContent)
    {
        Activity? activity = Source.StartActivity($"invoke_agent {name}", ActivityKind.Internal);
        activity?.SetTag("gen_ai.operation.name", "invoke_agent").SetTag("gen_ai.agent.name", name).SetTag("gen_ai.conversation.id", run.Id);
        return includeContent ? activity?.SetTag("gen_ai.input.messages", run.Goal.Text) : activity;
    }

    public static void EndAgent(Activity? activity, string name, AgentResult result)
    {
        activity?.SetTag("autogpt.agent.status", result.Status.ToString());
        TagList tags = new() { { "gen_ai.operation.name", "invoke_agent" }, { "gen_ai.agent.name", name } };
        if (result.Status != AgentStatus.Succeeded)
        {
            tags.Add("error.type", result.Status.ToString());
            activity?.SetTag("error.type", result.Status.ToString()).SetStatus(ActivityStatusCode.Error);
        }

        Duration.Record(result.Elapsed.TotalSeconds, tags);
        Tokens.Add(result.Tokens, new KeyValuePair<string, object?>("gen_ai.agent.name", name));
    }

    public static Activity? StartTool(StepContext context, bool includeContent)
    {
        Activity? activity = Source.StartActivity($"execute_tool {context.Step.Tool}", ActivityKind.Internal);
        activity?.SetTag("gen_ai.operation.name", "execute_tool").SetTag("gen_ai.tool.name", context.Step.Tool)
            .SetTag("gen_ai.tool.type", "function").SetTag("gen_ai.tool.call.id", $"{context.RunId}/{context.Step.Number}");
        return includeContent ? activity?.SetTag("gen_ai.tool.call.arguments", context.Arguments.ToJsonString()) : activity;
    }

    public static void EndTool(Activity? activity, StepResult result, bool includeContent)
    {
        TagList tags = new() { { "gen_ai.operation.name", "execute_tool" }, { "gen_ai.tool.name", result.Tool } };
        if (!result.Succeeded)
        {
            tags.Add("error.type", result.Status.ToString());
            activity?.SetTag("error.type", result.Status.ToString()).SetStatus(ActivityStatusCode.Error);
        }

        activity?.SetTag("autogpt.tool.attempts", result.Attempts);
        if (includeContent)
        {
            activity?.SetTag("gen_ai.tool.call.result", result.Text);
        }

        Duration.Record(result.Elapsed.TotalSeconds, tags);
    }
}
