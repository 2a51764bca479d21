using System.ComponentModel.DataAnnotations;
using AutoGpt.Sdk;

namespace EmbeddedAgent;

/// <summary>What is to be done.</summary>
public sealed record RunRequest([property: Required, StringLength(2000)] string Goal);

/// <summary>A run as it is told.</summary>
/// <param name="Status">How it ended, in the words of <see cref="AgentStatus"/>; <c>running</c>, or <c>interrupted</c> where nobody works on it.</param>
internal sealed record RunView(string Id, string? Goal, DateTimeOffset Started, string Status, AgentResult? Result = null)
{
    public static RunView Of(RunSummary run, bool active) => new(run.RunId, run.Goal, run.Started, StatusOf(run.Status, active));

    public static RunView Of(string id, IReadOnlyList<AgentEvent> events, bool active)
    {
        RunSummary summary = RunSummary.Of(id, events[0], events[^1]);
        return Of(summary, active) with { Result = (events[^1] as RunCompleted)?.Result };
    }

    private static string StatusOf(AgentStatus? status, bool active) =>
        status is { } ended ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(ended.ToString()) : active ? "running" : "interrupted";
}
