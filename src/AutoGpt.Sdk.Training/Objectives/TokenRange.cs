namespace AutoGpt.Sdk.Training;

/// <summary>libtorch reads beside a table rather than complain, or ends the process: ids are looked at before.</summary>
internal static class TokenRange
{
    /// <exception cref="ArgumentException">An id is not in the vocabulary.</exception>
    public static void Require(IEnumerable<int> ids, int vocabulary)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)vocabulary)
            {
                throw new ArgumentException($"The batch has the token {id}; the network's vocabulary has {vocabulary}.", nameof(ids));
            }
        }
    }

    /// <exception cref="ArgumentException">An id is not in the vocabulary.</exception>
    public static void Require(IEnumerable<ReadOnlyMemory<int>> rows, int vocabulary)
    {
        foreach (ReadOnlyMemory<int> row in rows)
        {
            if (row.Span.ContainsAnyExceptInRange(0, vocabulary - 1))
            {
                Require(row.ToArray(), vocabulary);
            }
        }
    }
}
