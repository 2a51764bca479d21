namespace AutoGpt.Sdk;

/// <summary>Calls code that may ignore cancellation, or block its thread, without being held up by it.</summary>
internal static class Interruptible
{
    /// <summary>How long work that changes things may take to notice that it was cancelled.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue); // What timers take: 24 days.

    /// <summary>A source that is cancelled after a time.</summary>
    public static CancellationTokenSource After(TimeSpan time, TimeProvider clock) => new(time < Longest ? time : Longest, clock);

    /// <summary>Runs the work on the pool and returns its result, or leaves it behind as soon as the token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken) =>
        RunAsync(work, cancellationToken, cancellationToken);

    /// <summary>
    /// Runs work that changes things: once the token is cancelled it has <see cref="Grace"/> to end before it is left behind, so that
    /// nobody is told it is over while it still moves a file. What it finishes within that time is its result: it was done.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first, and the work did not finish.</exception>
    public static async Task<T> RunWithGraceAsync<T>(Func<CancellationToken, ValueTask<T>> work, TimeProvider clock, CancellationToken cancellationToken)
    {
        using CancellationTokenSource leave = new(Timeout.InfiniteTimeSpan, clock);
        using CancellationTokenRegistration begin = cancellationToken.Register(() => leave.CancelAfter(Grace));
        try
        {
            return await RunAsync(work, cancellationToken, leave.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken); // However it ended, it was interrupted.
        }
    }

    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Tells the work to stop.</param>
    /// <param name="leave">Leaves it behind.</param>
    private static async Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken, CancellationToken leave)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<T> running = Task.Run(() => work(cancellationToken).AsTask(), CancellationToken.None);
        try
        {
            return await running.WaitAsync(leave).ConfigureAwait(false);
        }
        finally
        {
            // What is left behind may still fail; nobody waits for it, so its exception is looked at here.
            _ = running.ContinueWith(
                static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
