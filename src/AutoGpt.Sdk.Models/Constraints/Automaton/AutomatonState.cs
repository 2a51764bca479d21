namespace AutoGpt.Sdk.Models;

/// <summary>One way to read the text so far: a piece, how far it got, and what follows it.</summary>
internal readonly record struct Item(Leaf Leaf, long State, Rest Rest);

/// <summary>All ways to read the text so far. Its successors are found when they are first asked for, and kept.</summary>
internal sealed class AutomatonState(Item[] items, bool isComplete)
{
    private AutomatonState?[]? _next;
    private AutomatonState? _onlyNext;

    public static AutomatonState Dead { get; } = new([], false);

    public Item[] Items => items;

    public bool IsComplete => isComplete;

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
