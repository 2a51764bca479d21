using Microsoft.Extensions.Time.Testing;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class InterruptibleTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Work_has_a_grace_to_end_after_cancellation(CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancel = new();
        TaskCompletionSource<int> work = new();
        Task<int> running = Interruptible.RunWithGraceAsync(_ => new ValueTask<int>(work.Task), _time, cancel.Token);
        await cancel.CancelAsync();
        _time.Advance(Interruptible.Grace - TimeSpan.FromMilliseconds(1));
        await Task.Delay(20, cancellationToken);
        Assert.That(running.IsCompleted, Is.False);
        work.SetResult(7);
        Assert.That(await running.WaitAsync(cancellationToken), Is.EqualTo(7));
    }

    [Test]
    public async Task Work_that_ignores_cancellation_is_left_behind_after_the_grace(CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancel = new();
        Task<int> running = Interruptible.RunWithGraceAsync(_ => new ValueTask<int>(new TaskCompletionSource<int>().Task), _time, cancel.Token);
        await cancel.CancelAsync();
        _time.Advance(Interruptible.Grace);
        Assert.That(() => running.WaitAsync(cancellationToken), Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(cancel.Token));
    }

    [Test]
    public async Task Work_that_breaks_off_was_interrupted_however_it_says_so(CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancel = new();
        TaskCompletionSource<int> work = new();
        Task<int> running = Interruptible.RunWithGraceAsync(_ => new ValueTask<int>(work.Task), _time, cancel.Token);
        await cancel.CancelAsync();
        work.SetException(new IOException("aborted"));
        Assert.That(() => running.WaitAsync(cancellationToken), Throws.InstanceOf<OperationCanceledException>().With.InnerException.InstanceOf<IOException>());
    }

    [Test]
    public async Task Work_that_changes_nothing_has_no_grace(CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancel = new();
        Task<int> running = Interruptible.RunAsync(_ => new ValueTask<int>(new TaskCompletionSource<int>().Task), cancel.Token);
        await cancel.CancelAsync();
        Assert.That(() => running.WaitAsync(cancellationToken), Throws.InstanceOf<OperationCanceledException>());
    }
}
