namespace AutoGpt.Sdk;

/// <summary>Calls code that may ignore cancellation, or block its thread, without being held up by it.</summary>
internal static class Interruptible
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue); // What timers take: 24 days.

    /// <summary>A source that is cancelled after a time.</summary>
    public static CancellationTokenSource After(TimeSpan time, TimeProvider clock) => new(time < Longest ? time : Longest, clock);

    /// <summary>Runs the work on the pool and returns its result, or leaves it behind as soon as the token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<T> running = Task.Run(() => work(cancellationToken).AsTask(), CancellationToken.None);
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // What is left behind may still fail; nobody waits for it, so its exception is looked at here.
            _ = running.ContinueWith(
                static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
