namespace AutoGpt.Sdk.Models;

/// <summary>
/// The subset construction over the ranges between a pattern's boundaries, carried as far as strings reach. Subset 0 is the start.
/// Subsets hold live states only, so none is a dead end. Thread-safe.
/// </summary>
internal sealed class PatternSubsets
{
    private const int Limit = 100_000;

    private readonly string _pattern;
    private readonly Lock _gate = new();
    private readonly PatternNfa _nfa;
    private readonly bool[] _live;
    private readonly Dictionary<string, int> _index = [];
    private Subset[] _subsets = new Subset[16];
    private int _count;

    /// <exception cref="FormatException">The pattern is too large or not supported.</exception>
    public PatternSubsets(string pattern)
    {
        _pattern = pattern;
        _nfa = new PatternNfa(PatternParser.Parse(pattern));
        _live = _nfa.FindLive();
        Firsts = [.. _nfa.Boundaries().SkipLast(1)];
        Add([_nfa.Start], atStart: true);
    }

    private sealed class Subset(int[] states, bool accepts)
    {
        public int[] States => states;

        public bool Accepts => accepts;

        public int[]? Moves { get; set; }
    }

    /// <summary>The first scalar value of each range.</summary>
    public int[] Firsts { get; }

    /// <summary>Whether no string matches.</summary>
    public bool IsEmpty => !_subsets[0].Accepts && _subsets[0].States.Length == 0;

    public static int RangeOf(int[] firsts, int scalar)
    {
        int at = Array.BinarySearch(firsts, scalar);
        return at >= 0 ? at : ~at - 1;
    }

    public bool Accepts(int subset) => Volatile.Read(ref _subsets)[subset].Accepts;

    /// <summary>The subset that each range leads to; −1 where there is none and for surrogates, which are no characters.</summary>
    /// <exception cref="AutoGptException">The pattern turns out to be too large.</exception>
    public int[] Moves(int subset)
    {
        Subset found = Volatile.Read(ref _subsets)[subset];
        if (found.Moves is { } known)
        {
            return known;
        }

        lock (_gate)
        {
            return found.Moves ??= FindMoves(found);
        }
    }

    private int[] FindMoves(Subset subset)
    {
        List<int>?[] targets = new List<int>?[Firsts.Length];
        foreach (int state in subset.States)
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

        return [.. targets.Select((t, i) => t is null || Firsts[i] is >= 0xD800 and <= 0xDFFF ? -1 : Add(t, atStart: false))];
    }

    private int Add(List<int> core, bool atStart)
    {
        int[] states = [.. _nfa.Closure(core, atStart, atEnd: false).Where(s => _live[s])];
        bool accepts = _nfa.Closure(core, atStart, atEnd: true).Contains(_nfa.Final);
        if (states.Length == 0 && !accepts && !atStart)
        {
            return -1;
        }

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

        if (_count >= Limit)
        {
            throw new AutoGptException($"The pattern '{_pattern}' needs more than {Limit} states; simplify its repetitions, or anchor it with '^'.");
        }

        if (_count == _subsets.Length)
        {
            Subset[] longer = new Subset[_count * 2];
            _subsets.CopyTo(longer, 0);
            Volatile.Write(ref _subsets, longer);
        }

        _subsets[_count] = new Subset(states, accepts);
        _index.Add(key, _count);
        return _count++;
    }
}
