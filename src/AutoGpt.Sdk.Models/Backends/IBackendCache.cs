namespace AutoGpt.Sdk.Models;

/// <summary>
/// What a backend says whose sequences share one bounded cache of pages: found by asking an <see cref="ILogitsBackend"/> for this interface. A sequence of such a
/// backend takes pages as it grows, whatever its capacity; a fork shares the whole pages it has in common with its origin and takes no memory for them. A
/// backend without this interface is taken to have room for every sequence, and forks that copy.
/// </summary>
public interface IBackendCache
{
    /// <summary>Tokens that all sequences together can hold, at least 1.</summary>
    long CapacityTokens { get; }

    /// <summary>Tokens of a page, at least 1: a sequence holds whole pages.</summary>
    int PageTokens { get; }
}
