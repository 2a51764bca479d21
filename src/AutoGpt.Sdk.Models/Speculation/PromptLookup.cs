namespace AutoGpt.Sdk.Models;

/// <summary>
/// Proposes what followed the last tokens where they stood earlier: copied names, numbers and phrases. Of the places that end alike, the one that is like for
/// longest is taken, the latest of equals. Places are chained by a hash of their last tokens, so that a token costs a dictionary entry and a proposal a few comparisons.
/// </summary>
internal sealed class PromptLookup(int minMatch, int maxDraft) : IDrafter
{
    // Places compared, and how far back: enough to tell a good one.
    private const int Places = 16;
    private const int LongestMatch = 32;

    private readonly Dictionary<int, int> _latest = [];
    private readonly List<int> _earlier = [];

    public int Longest => maxDraft;

    public ValueTask<int> ProposeAsync(Generation generation, Memory<int> draft, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Propose(generation.ContextSpan, draft.Span));

    public void Observe(int proposed, int accepted)
    {
    }

    public void Dispose()
    {
    }

    internal int Propose(ReadOnlySpan<int> text, Span<int> draft)
    {
        int place = Index(text);
        int best = -1;
        int longest = minMatch - 1;
        for (int looked = 0; place >= 0 && looked < Places; looked++, place = _earlier[place])
        {
            int match = Match(text, place);
            if (match > longest)
            {
                (best, longest) = (place, match);
            }
        }

        if (best < 0)
        {
            return 0;
        }

        // Where the two overlap the text repeats itself, and is taken to go on so.
        int count = Math.Min(maxDraft, draft.Length);
        for (int index = 0; index < count; index++)
        {
            int from = best + 1 + index;
            draft[index] = from < text.Length ? text[from] : draft[from - text.Length];
        }

        return count;
    }

    /// <returns>The last place before the end whose tokens have the end's hash, or −1.</returns>
    private int Index(ReadOnlySpan<int> text)
    {
        while (_earlier.Count < text.Length)
        {
            int at = _earlier.Count;
            int before = -1;
            if (at + 1 >= minMatch)
            {
                HashCode hash = default;
                foreach (int id in text.Slice(at + 1 - minMatch, minMatch))
                {
                    hash.Add(id);
                }

                int key = hash.ToHashCode();
                before = _latest.GetValueOrDefault(key, -1);
                _latest[key] = at;
            }

            _earlier.Add(before);
        }

        return _earlier[text.Length - 1];
    }

    private static int Match(ReadOnlySpan<int> text, int place)
    {
        int match = 0;
        while (match < LongestMatch && match <= place && text[place - match] == text[^(match + 1)])
        {
            match++;
        }

        return match;
    }
}
