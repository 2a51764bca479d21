namespace AutoGpt.Sdk.Models;

/// <summary>
/// A pushdown automaton over bytes that is made deterministic as far as texts reach: its states are sets of items, found when
/// first asked for and interned. Thread-safe; finding a new state takes a lock.
/// </summary>
internal sealed class ByteAutomaton
{
    // Interned objects are only a cache: whoever holds a state keeps it and its successors alive.
    private const int CacheLimit = 1 << 16;

    private readonly Lock _gate = new();
    private readonly HashSet<AutomatonState> _states = new(new AutomatonStateComparer());
    private readonly HashSet<Rest> _rests = new(new RestComparer());
    private readonly Dictionary<(Rest, Rest), Rest> _unions = [];
    private readonly Dictionary<(Leaf, long, Rest), AutomatonState> _single = [];
    private int _restCount;

    public ByteAutomaton(Node root)
    {
        End = new Rest(0, [], canEnd: true);
        lock (_gate)
        {
            Initial = BeginOf(RestOf(root, End));
        }
    }

    public Rest End { get; }

    public AutomatonState Initial { get; }

    /// <summary>The state in which a rest begins.</summary>
    public AutomatonState Begin(Rest rest)
    {
        lock (_gate)
        {
            return BeginOf(rest);
        }
    }

    /// <summary>The state of a choice of items.</summary>
    public AutomatonState StateOf(Item[] items, bool isComplete)
    {
        lock (_gate)
        {
            return Intern(items, isComplete);
        }
    }

    internal AutomatonState FindNext(AutomatonState state, byte value)
    {
        lock (_gate)
        {
            return Next(state, value);
        }
    }

    internal AutomatonState Intern(Item[] items, bool isComplete)
    {
        if (items.Length == 0 && !isComplete)
        {
            return AutomatonState.Dead;
        }

        AutomatonState candidate = new(items, isComplete);
        if (_states.TryGetValue(candidate, out AutomatonState? known))
        {
            return known;
        }

        if (_states.Count >= CacheLimit)
        {
            _states.Clear();
        }

        _states.Add(candidate);
        return candidate;
    }

    /// <summary>The rest that is one node and what follows it. Called under the lock.</summary>
    internal Rest RestOf(Node node, Rest next) => Intern([new Frame(node, next)], canEnd: false);

    /// <summary>The rest that goes on like either. Called under the lock.</summary>
    internal Rest Union(Rest left, Rest right)
    {
        if (ReferenceEquals(left, right))
        {
            return left;
        }

        if (_unions.TryGetValue((left, right), out Rest? known))
        {
            return known;
        }

        List<Frame> frames = new(left.Frames.Length + right.Frames.Length);
        int i = 0, j = 0;
        while (i < left.Frames.Length || j < right.Frames.Length)
        {
            int order = i == left.Frames.Length ? 1 : j == right.Frames.Length ? -1 : left.Frames[i].Node.Id.CompareTo(right.Frames[j].Node.Id);
            frames.Add(order switch
            {
                < 0 => left.Frames[i++],
                > 0 => right.Frames[j++],
                _ => new Frame(left.Frames[i].Node, Union(left.Frames[i++].Next, right.Frames[j++].Next)),
            });
        }

        Rest union = Intern([.. frames], left.CanEnd || right.CanEnd);
        _unions[(left, right)] = union;
        return union;
    }

    private AutomatonState Next(AutomatonState state, byte value)
    {
        ItemSet? set = null;
        AutomatonState? only = null;
        foreach (Item item in state.Items)
        {
            long next = item.Leaf.Step(item.State, value);
            if (next < 0)
            {
                continue;
            }

            if (item.Leaf.Accepts(next))
            {
                Merge(BeginOf(item.Rest), ref only, ref set);
            }

            if (item.Leaf.Continues(next))
            {
                Merge(Single(item.Leaf, next, item.Rest), ref only, ref set);
            }
        }

        return set?.ToState() ?? only ?? AutomatonState.Dead;
    }

    private void Merge(AutomatonState state, ref AutomatonState? only, ref ItemSet? set)
    {
        if (only is null)
        {
            only = state;
            return;
        }

        if (set is null)
        {
            set = new ItemSet(this);
            set.AddAll(only);
        }

        set.AddAll(state);
    }

    private AutomatonState Single(Leaf leaf, long state, Rest rest)
    {
        if (!_single.TryGetValue((leaf, state, rest), out AutomatonState? single))
        {
            if (_single.Count >= CacheLimit)
            {
                _single.Clear();
            }

            single = Intern([new Item(leaf, state, rest)], isComplete: false);
            _single.Add((leaf, state, rest), single);
        }

        return single;
    }

    private AutomatonState BeginOf(Rest rest)
    {
        if (rest.Begin is null)
        {
            ItemSet set = new(this);
            set.Begin(rest);
            rest.Begin = set.ToState();
        }

        return rest.Begin;
    }

    private Rest Intern(Frame[] frames, bool canEnd)
    {
        Rest candidate = new(++_restCount, frames, canEnd);
        if (_rests.TryGetValue(candidate, out Rest? known))
        {
            return known;
        }

        if (_rests.Count >= CacheLimit)
        {
            _rests.Clear();
            _unions.Clear();
        }

        _rests.Add(candidate);
        return candidate;
    }
}
