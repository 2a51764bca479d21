using System.Collections.Concurrent;
using AutoGpt.Sdk;
using Microsoft.Extensions.Options;

namespace EmbeddedAgent;

/// <summary>
/// Where calls wait for a person. A question is answered once; one that nobody answers in time is refused, as is one whose run ends. The questions live in memory: after a restart the run asks again,
/// and an answer to the old question finds none.
/// </summary>
internal sealed class ApprovalDesk(IOptions<ApprovalOptions> options, TimeProvider time) : IApprovalHandler
{
    private readonly ConcurrentDictionary<string, Question> _open = new();

    public bool AsksConcurrently => true;

    public IReadOnlyList<PendingApproval> Open => [.. _open.Values.Select(question => question.Shown).OrderBy(shown => shown.Expires)];

    public async ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
    {
        TimeSpan timeout = options.Value.Timeout;
        Question question = new(PendingApproval.Of(request, reason, time.GetUtcNow() + timeout));
        _open[question.Shown.Id] = question;
        try
        {
            return await question.Answer.Task.WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Whoever takes the question away decides: an answer of the last moment was told that it counts.
            return !_open.TryRemove(question.Shown.Id, out _) && await question.Answer.Task;
        }
        finally
        {
            _open.TryRemove(question.Shown.Id, out _);
        }
    }

    public ApprovalOutcome Answer(string id, string hash, bool approve)
    {
        if (!_open.TryGetValue(id, out Question? question))
        {
            return ApprovalOutcome.NotOpen;
        }

        if (question.Shown.Hash != hash)
        {
            return ApprovalOutcome.NotWhatWasAsked;
        }

        if (!_open.TryRemove(id, out _))
        {
            return ApprovalOutcome.NotOpen;
        }

        question.Answer.SetResult(approve);
        return ApprovalOutcome.Taken;
    }

    private sealed record Question(PendingApproval Shown)
    {
        public TaskCompletionSource<bool> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

internal enum ApprovalOutcome
{
    Taken,
    NotOpen,
    NotWhatWasAsked,
}
