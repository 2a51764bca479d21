namespace AutoGpt.Sdk.Models;

/// <summary>
/// Thompson's construction. An unanchored pattern may match anywhere, so that the first and the last state loop over every
/// scalar value. Anchors are edges that are open only at the start or the end of the string.
/// </summary>
internal sealed class PatternNfa
{
    private const int Limit = 20_000;

    private readonly List<List<(int Target, EdgeKind Kind)>> _free = [];
    private readonly List<(IReadOnlyList<ScalarRange> Ranges, int Target)?> _moves = [];

    private enum EdgeKind
    {
        Always, AtStart, AtEnd,
    }

    /// <exception cref="FormatException">The pattern is too large.</exception>
    public PatternNfa(PatternNode pattern)
    {
        IReadOnlyList<ScalarRange> any = [new ScalarRange(0, ScalarRange.Maximum)];
        Start = Add();
        _moves[Start] = (any, Start);
        Final = Add();
        _moves[Final] = (any, Final);
        Build(pattern, Start, Final);
    }

    public int Start { get; }

    public int Final { get; }

    public (IReadOnlyList<ScalarRange> Ranges, int Target)? MoveOf(int state) => _moves[state];

    /// <summary>All first and one-behind-last values of the ranges: between two of them all values are alike.</summary>
    public SortedSet<int> Boundaries()
    {
        SortedSet<int> boundaries = [0, 0xD800, 0xE000, ScalarRange.Maximum + 1];
        foreach ((IReadOnlyList<ScalarRange> ranges, int _) in _moves.OfType<(IReadOnlyList<ScalarRange>, int)>())
        {
            foreach (ScalarRange range in ranges)
            {
                boundaries.Add(range.First);
                boundaries.Add(range.Last + 1);
            }
        }

        return boundaries;
    }

    /// <summary>The states from which some string leads to the end of the pattern, once reading has begun.</summary>
    public bool[] FindLive()
    {
        bool[] live = new bool[_moves.Count];
        for (int state = 0; state < live.Length; state++)
        {
            live[state] = Closure([state], atStart: false, atEnd: true).Contains(Final);
        }

        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int state = live.Length - 1; state >= 0; state--)
            {
                if (!live[state] && (_free[state].Exists(e => e.Kind == EdgeKind.Always && live[e.Target])
                    || (_moves[state] is { } move && live[move.Target] && move.Ranges.Any(r => r.First < 0xD800 || r.Last > 0xDFFF))))
                {
                    live[state] = changed = true;
                }
            }
        }

        return live;
    }

    /// <summary>Adds what can be reached without reading anything.</summary>
    public SortedSet<int> Closure(IEnumerable<int> states, bool atStart, bool atEnd)
    {
        SortedSet<int> closed = [.. states];
        Stack<int> open = new(closed);
        while (open.TryPop(out int state))
        {
            foreach ((int target, EdgeKind kind) in _free[state])
            {
                if ((kind == EdgeKind.Always || (kind == EdgeKind.AtStart ? atStart : atEnd)) && closed.Add(target))
                {
                    open.Push(target);
                }
            }
        }

        return closed;
    }

    private int Add()
    {
        if (_moves.Count >= Limit)
        {
            throw new FormatException("repetitions that make it too large");
        }

        _free.Add([]);
        _moves.Add(null);
        return _moves.Count - 1;
    }

    private void Build(PatternNode node, int from, int to)
    {
        switch (node)
        {
            case PatternNode.Set set:
                int mover = Add();
                _free[from].Add((mover, EdgeKind.Always));
                _moves[mover] = (set.Ranges, to);
                break;
            case PatternNode.Anchor anchor:
                _free[from].Add((to, anchor.IsStart ? EdgeKind.AtStart : EdgeKind.AtEnd));
                break;
            case PatternNode.Alternatives alternatives:
                foreach (PatternNode option in alternatives.Options)
                {
                    Build(option, from, to);
                }

                break;
            case PatternNode.Sequence sequence:
                foreach (PatternNode part in sequence.Parts)
                {
                    int next = Add();
                    Build(part, from, next);
                    from = next;
                }

                _free[from].Add((to, EdgeKind.Always));
                break;
            case PatternNode.Repeat repeat:
                BuildRepeat(repeat, from, to);
                break;
            default:
                throw new InvalidOperationException($"Unknown pattern node {node.GetType().Name}.");
        }
    }

    private void BuildRepeat(PatternNode.Repeat repeat, int from, int to)
    {
        for (int i = 0; i < repeat.Minimum; i++)
        {
            int next = Add();
            Build(repeat.Part, from, next);
            from = next;
        }

        if (repeat.Maximum is not { } maximum)
        {
            int loop = Add();
            _free[from].Add((loop, EdgeKind.Always));
            int back = Add();
            Build(repeat.Part, loop, back);
            _free[back].Add((loop, EdgeKind.Always));
            from = loop;
        }
        else
        {
            for (int i = repeat.Minimum; i < maximum; i++)
            {
                _free[from].Add((to, EdgeKind.Always));
                int next = Add();
                Build(repeat.Part, from, next);
                from = next;
            }
        }

        _free[from].Add((to, EdgeKind.Always));
    }
}
