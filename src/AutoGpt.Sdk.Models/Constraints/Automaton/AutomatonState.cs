namespace AutoGpt.Sdk.Models;

/// <summary>One way to read the text so far: a piece, how far it got, and what follows it.</summary>
internal readonly record struct Item(Leaf Leaf, long State, Rest Rest);

/// <summary>All ways to read the text so far. Its successors are found when they are first asked for, and kept.</summary>
internal sealed class AutomatonState(Item[] items, bool isComplete)
{
    private const int NotKnown = -2;

    private AutomatonState?[]? _next;
    private AutomatonState? _onlyNext;
    private int _onlyByte = NotKnown;

    public static AutomatonState Dead { get; } = new([], false);

    public Item[] Items => items;

    public bool IsComplete => isComplete;

    /// <summary>The byte that must come next; −1 where there is a choice or the text may end. Thread-safe.</summary>
    public int OnlyByte => _onlyByte == NotKnown ? _onlyByte = FindOnlyByte() : _onlyByte;

    /// <summary>The state after one more byte; <see cref="Dead"/> where that byte cannot come. Thread-safe.</summary>
    public AutomatonState Step(byte value, ByteAutomaton automaton)
    {
        if (items.Length <= 1)
        {
            if (items.Length == 0)
            {
                return Dead;
            }

            // Most states are inside a literal, where a table of 256 entries would hold one.
            if (items[0].Leaf is LiteralLeaf literal)
            {
                return literal[items[0].State] != value
                    ? Dead
                    : Volatile.Read(ref _onlyNext) ?? (_onlyNext = automaton.FindNext(this, value));
            }
        }

        AutomatonState?[] next = Volatile.Read(ref _next) ?? Interlocked.CompareExchange(ref _next, new AutomatonState?[256], null) ?? _next;
        AutomatonState? state = Volatile.Read(ref next[value]);
        if (state is null)
        {
            state = automaton.FindNext(this, value);
            Volatile.Write(ref next[value], state);
        }

        return state;
    }

    // No leaf runs into a dead end, so a byte that one can take can come.
    private int FindOnlyByte()
    {
        int only = -1;
        for (int value = 0; value < 256 && !isComplete; value++)
        {
            foreach (Item item in items)
            {
                if (item.Leaf.Step(item.State, (byte)value) >= 0)
                {
                    if (only >= 0)
                    {
                        return -1;
                    }

                    only = value;
                    break;
                }
            }
        }

        return only;
    }
}

/// <summary>Compares states by content, for interning.</summary>
internal sealed class AutomatonStateComparer : IEqualityComparer<AutomatonState>
{
    public bool Equals(AutomatonState? x, AutomatonState? y) => x!.IsComplete == y!.IsComplete && x.Items.AsSpan().SequenceEqual(y.Items);

    public int GetHashCode(AutomatonState obj)
    {
        HashCode hash = default;
        hash.Add(obj.IsComplete);
        foreach (Item item in obj.Items)
        {
            hash.Add(item.State);
            hash.Add(item.Rest.Id);
        }

        return hash.ToHashCode();
    }
}
