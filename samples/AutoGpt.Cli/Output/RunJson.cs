using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Sdk;

namespace AutoGpt.Cli.Output;

/// <summary>Writes a run as JSON: a line an event, then the result.</summary>
internal static class RunJson
{
    public static async Task<AgentResult> WriteAsync(IAsyncEnumerable<AgentEvent> events)
    {
        AgentResult? result = null;
        await foreach (AgentEvent happened in events)
        {
            if (happened is RunCompleted completed)
            {
                result = completed.Result;
                JsonLines.Write(Describe(result));
            }
            else
            {
                JsonLines.Write(JsonSerializer.SerializeToNode(happened, AgentJsonContext.Default.AgentEvent)!);
            }
        }

        return result!;
    }

    private static JsonObject Describe(AgentResult result) => new()
    {
        ["type"] = "result",
        ["status"] = JsonNamingPolicy.CamelCase.ConvertName(result.Status.ToString()),
        ["answer"] = result.Answer,
        ["question"] = result.Question,
        ["reason"] = result.Reason,
        ["steps"] = result.Steps.Count,
        ["plans"] = result.Plans,
        ["tokens"] = result.Tokens,
        ["seconds"] = Math.Round(result.Elapsed.TotalSeconds, 3),
    };
}
