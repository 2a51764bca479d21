namespace AutoGpt.Sdk.Models;

/// <summary>
/// What a backend offers whose sequences can have adapters over the same weights: found by asking an <see cref="ILogitsBackend"/> for this interface. Sequences with different adapters, or
/// none, are read in one pass; what each gets is what it would get alone.
/// </summary>
public interface IAdapterBackend
{
    /// <summary>Makes an adapter ready: copies its numbers in the form the backend multiplies. From any thread.</summary>
    /// <param name="adapter">What was read.</param>
    /// <returns>The adapter, held once: <see cref="BackendAdapter.Release"/> it.</returns>
    /// <exception cref="CheckpointException">It was made for another network.</exception>
    BackendAdapter Prepare(ModelAdapter adapter);

    /// <summary>Opens an empty sequence. It holds the adapter until it is disposed, and so do its forks.</summary>
    /// <param name="capacity">Tokens it must hold, besides the adapter's virtual ones: from 1 to the model's context length less those.</param>
    /// <param name="adapter">What was prepared here, and is held by the caller meanwhile; null for none.</param>
    /// <exception cref="ArgumentException">The capacity is out of its range, or the adapter another backend's.</exception>
    IBackendSequence CreateSequence(int capacity, BackendAdapter? adapter);
}

/// <summary>An adapter as a backend keeps it. Its memory goes when nobody holds it any more. Thread-safe.</summary>
/// <param name="virtualTokens">Positions it takes at the beginning of a sequence.</param>
public abstract class BackendAdapter(int virtualTokens)
{
    private int _holders = 1;

    /// <summary>Positions it takes at the beginning of a sequence, which are not among the sequence's tokens.</summary>
    public int VirtualTokens => virtualTokens;

    /// <summary>Holds it once more. For those who know that somebody holds it.</summary>
    /// <exception cref="ObjectDisposedException">Nobody did.</exception>
    public void Hold()
    {
        for (int holders = Volatile.Read(ref _holders); ;)
        {
            ObjectDisposedException.ThrowIf(holders == 0, this);
            int seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return;
            }

            holders = seen;
        }
    }

    /// <summary>Holds it once less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Free();
        }
    }

    /// <summary>Frees what it has: nobody uses it.</summary>
    protected abstract void Free();
}
