using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbeddedAgent;

/// <summary>An answer.</summary>
/// <param name="Decision"><c>approve</c> or <c>refuse</c>.</param>
/// <param name="Hash">The hash of the question that was shown.</param>
public sealed record ApprovalAnswer([property: Required, AllowedValues("approve", "refuse")] string Decision, [property: Required, StringLength(64)] string Hash);

internal static class ApprovalEndpoints
{
    public static void MapApprovals(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder approvals = app.MapGroup("/approvals");
        approvals.MapGet("/", (ApprovalDesk desk) => desk.Open);
        approvals.MapPost("/{id}", Answer);
    }

    private static Results<NoContent, ProblemHttpResult> Answer(string id, ApprovalAnswer answer, ApprovalDesk desk) => desk.Answer(id, answer.Hash, answer.Decision == "approve") switch
    {
        ApprovalOutcome.Taken => TypedResults.NoContent(),
        ApprovalOutcome.NotWhatWasAsked => TypedResults.Problem("The answer is not for what was asked: look at the question again.", statusCode: StatusCodes.Status409Conflict),
        _ => TypedResults.Problem("The question is not open: it was answered, it expired, its run ended, or it was never asked.", statusCode: StatusCodes.Status404NotFound),
    };
}
