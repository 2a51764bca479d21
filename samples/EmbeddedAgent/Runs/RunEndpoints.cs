using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AutoGpt.Sdk;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbeddedAgent;

internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder runs = app.MapGroup("/runs");
        runs.MapPost("/", StartAsync);
        runs.MapGet("/", ListAsync);
        runs.MapGet("/{id}", GetAsync);
        runs.MapDelete("/{id}", CancelAsync);
        runs.MapGet("/{id}/events", EventsAsync);
        runs.MapGet("/{id}/report", ReportAsync);
    }

    private static async Task<Results<Accepted<RunView>, ProblemHttpResult>> StartAsync(RunRequest request, RunService runs, IRunJournal journal, CancellationToken cancellationToken)
    {
        if (await runs.StartAsync(request.Goal, new AgentRunOptions()) is not { } id)
        {
            return TypedResults.Problem("Too many runs are under way. Try again when one has ended.", statusCode: StatusCodes.Status429TooManyRequests);
        }

        List<AgentEvent> events = await journal.ReadAsync(id, cancellationToken).ToListAsync(cancellationToken);
        return events.Count > 0
            ? TypedResults.Accepted($"/runs/{id}", RunView.Of(id, events, runs.IsActive(id)))
            : TypedResults.Problem("The run could not be stored.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static IAsyncEnumerable<RunView> ListAsync(RunService runs, IRunJournal journal, CancellationToken cancellationToken) =>
        journal.ListAsync(cancellationToken).Take(100).Select(run => RunView.Of(run, runs.IsActive(run.RunId)));

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> GetAsync(string id, RunService runs, IRunJournal journal, CancellationToken cancellationToken)
    {
        bool active = runs.IsActive(id); // Asked for first: what has ended since says so itself.
        List<AgentEvent> events = await journal.ReadAsync(id, cancellationToken).ToListAsync(cancellationToken);
        return events.Count > 0 ? TypedResults.Ok(RunView.Of(id, events, active)) : Unknown(id);
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> CancelAsync(string id, RunService runs, IRunJournal journal, CancellationToken cancellationToken)
    {
        if (runs.Cancel(id))
        {
            return TypedResults.Accepted($"/runs/{id}");
        }

        return await journal.ReadAsync(id, cancellationToken).AnyAsync(cancellationToken)
            ? TypedResults.Problem("Nobody works on the run.", statusCode: StatusCodes.Status409Conflict)
            : Unknown(id);
    }

    /// <summary>Events with their numbers as identifiers. A browser that lost the connection sends the last one back, and is told to give up where there is nothing more to come.</summary>
    private static async Task<Results<ServerSentEventsResult<string>, NoContent, ProblemHttpResult>> EventsAsync(
        string id, [FromHeader(Name = "Last-Event-ID")] long? lastEventId, RunService runs, IRunJournal journal, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        AgentEvent? last = await journal.ReadAsync(id, cancellationToken).LastOrDefaultAsync(cancellationToken);
        if (last is null)
        {
            return Unknown(id);
        }

        if (last is RunCompleted && lastEventId >= last.Sequence)
        {
            return TypedResults.NoContent();
        }

        return TypedResults.ServerSentEvents(Items(runs.FollowAsync(journal, id, lastEventId ?? 0, cancellationToken), lifetime.ApplicationStopping));
    }

    // An open stream must not hold up the host that stops.
    private static async IAsyncEnumerable<SseItem<string>> Items(
        IAsyncEnumerable<AgentEvent> events, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        await using IAsyncEnumerator<AgentEvent> each = events.GetAsyncEnumerator(either.Token);
        while (await NextAsync(each, stopping))
        {
            yield return new SseItem<string>(JsonSerializer.Serialize(each.Current, AgentJsonContext.Default.AgentEvent))
            {
                EventId = each.Current.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<AgentEvent> events, CancellationToken stopping)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ReportAsync(string id, IRunJournal journal, CancellationToken cancellationToken)
    {
        List<AgentEvent> events = await journal.ReadAsync(id, cancellationToken).ToListAsync(cancellationToken);
        return events.Count > 0 ? TypedResults.Content(RunReport.ToHtml(events), "text/html; charset=utf-8") : Unknown(id);
    }

    private static ProblemHttpResult Unknown(string id) => TypedResults.Problem($"There is no run '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
