namespace AutoGpt.Sdk.Models;

/// <summary>
/// Asks drafters one after another, and each for as many tokens as lately came true: twice as many after all were taken, one more than were taken otherwise. One
/// that is wrong from the first token several times on end is not asked for a while, twice as long each time.
/// </summary>
internal sealed class AdaptiveDrafter(IReadOnlyList<IDrafter> drafters) : IDrafter
{
    private const int Patience = 2;
    private const int ShortestPause = 8;
    private const int LongestPause = 512;

    private readonly Record[] _records = [.. drafters.Select(drafter => new Record { Length = Math.Min(4, drafter.Longest) })];
    private int _asked;

    public int Longest { get; } = drafters.Max(drafter => drafter.Longest);

    public async ValueTask<int> ProposeAsync(Generation generation, Memory<int> draft, CancellationToken cancellationToken)
    {
        int written = generation.Context.Count;
        for (_asked = 0; _asked < drafters.Count; _asked++)
        {
            Record record = _records[_asked];
            if (record.SilentUntil > written)
            {
                continue;
            }

            record.At = written;
            int count = await drafters[_asked].ProposeAsync(generation, draft[..Math.Min(record.Length, draft.Length)], cancellationToken).ConfigureAwait(false);
            if (count > 0)
            {
                return count;
            }
        }

        return 0;
    }

    public void Observe(int proposed, int accepted)
    {
        Record record = _records[_asked];
        int longest = drafters[_asked].Longest;
        record.Length = accepted == proposed ? Math.Min(2 * record.Length, longest) : Math.Min(accepted + 1, longest);
        if (accepted > 0)
        {
            (record.Misses, record.Pause) = (0, ShortestPause);
        }
        else if (++record.Misses >= Patience)
        {
            record.SilentUntil = record.At + record.Pause;
            record.Pause = Math.Min(2 * record.Pause, LongestPause);
        }
    }

    public void Dispose()
    {
        foreach (IDrafter drafter in drafters)
        {
            drafter.Dispose();
        }
    }

    private sealed class Record
    {
        public int Length { get; set; }

        public int Misses { get; set; }

        public int Pause { get; set; } = ShortestPause;

        public int SilentUntil { get; set; }

        public int At { get; set; }
    }
}
