namespace AutoGpt.Sdk.Models;

/// <summary>The subset construction over the ranges between a pattern's boundaries. Subset 0 is the start. Not thread-safe.</summary>
internal sealed class PatternSubsets
{
    private const int Limit = 20_000;

    private readonly PatternNfa _nfa;
    private readonly List<(SortedSet<int> States, bool Accepts)> _subsets = [];
    private readonly Dictionary<string, int> _index = [];
    private readonly Dictionary<int, int[]> _moves = [];

    public PatternSubsets(PatternNfa nfa)
    {
        _nfa = nfa;
        int[] boundaries = [.. nfa.Boundaries()];
        Firsts = boundaries[..^1];
        Add([nfa.Start], atStart: true);
    }

    /// <summary>The first scalar value of each range.</summary>
    public int[] Firsts { get; }

    public bool Accepts(int subset) => _subsets[subset].Accepts;

    /// <summary>The subset that each range leads to; −1 where there is none and for surrogates, which are no characters.</summary>
    public int[] Moves(int subset)
    {
        if (_moves.TryGetValue(subset, out int[]? known))
        {
            return known;
        }

        List<int>?[] targets = new List<int>?[Firsts.Length];
        foreach (int state in _subsets[subset].States)
        {
            if (_nfa.MoveOf(state) is not { } move)
            {
                continue;
            }

            foreach (ScalarRange range in move.Ranges)
            {
                for (int i = Array.BinarySearch(Firsts, range.First); i < Firsts.Length && Firsts[i] <= range.Last; i++)
                {
                    (targets[i] ??= []).Add(move.Target);
                }
            }
        }

        int[] moves = [.. targets.Select((t, i) => t is null || Firsts[i] is >= 0xD800 and <= 0xDFFF ? -1 : Add(t, atStart: false))];
        _moves.Add(subset, moves);
        return moves;
    }

    private int Add(List<int> core, bool atStart)
    {
        SortedSet<int> states = _nfa.Closure(core, atStart, atEnd: false);
        bool accepts = _nfa.Closure(core, atStart, atEnd: true).Contains(_nfa.Final);

        // Once matched, nothing can undo it.
        if (states.Contains(_nfa.Final))
        {
            states = [_nfa.Final];
        }

        string key = (atStart ? "^" : accepts ? "+" : "-") + string.Join(',', states);
        if (_index.TryGetValue(key, out int known))
        {
            return known;
        }

        if (_subsets.Count >= Limit)
        {
            throw new FormatException("repetitions or alternatives that make it too large");
        }

        _index.Add(key, _subsets.Count);
        _subsets.Add((states, accepts));
        return _subsets.Count - 1;
    }
}
