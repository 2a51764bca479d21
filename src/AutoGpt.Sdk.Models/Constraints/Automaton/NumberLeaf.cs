namespace AutoGpt.Sdk.Models;

/// <summary>
/// A JSON number without exponent between two bounds, compared digit by digit and so exactly. An integer has no fraction and
/// is not written <c>-0</c>. A state is an index into a table that holds states from which some number can still be reached.
/// </summary>
internal sealed class NumberLeaf : Leaf
{
    private const int Minus = 10, Point = 11, Symbols = 12;

    private readonly int[] _next;
    private readonly bool[] _accepts;
    private readonly bool[] _continues;

    private NumberLeaf(int[] next, bool[] accepts, bool[] continues) => (_next, _accepts, _continues) = (next, accepts, continues);

    public override long Start => 0;

    /// <summary>Builds the automaton, or gives null where no number lies between the bounds.</summary>
    public static NumberLeaf? TryCreate(bool isInteger, DecimalBound? lower, DecimalBound? upper)
    {
        NumberStates states = new(isInteger, lower, upper);
        List<NumberState> found = [NumberStates.Start];
        Dictionary<NumberState, int> index = new() { [NumberStates.Start] = 0 };
        List<int> next = [];
        for (int i = 0; i < found.Count; i++)
        {
            for (int symbol = 0; symbol < Symbols; symbol++)
            {
                if (states.Step(found[i], symbol) is not { } state)
                {
                    next.Add(-1);
                    continue;
                }

                if (!index.TryGetValue(state, out int target))
                {
                    target = found.Count;
                    index.Add(state, target);
                    found.Add(state);
                }

                next.Add(target);
            }
        }

        bool[] accepts = [.. found.Select(states.Accepts)];
        int[] table = [.. next];
        bool[] live = RemoveDeadEnds(table, accepts);
        bool[] continues = [.. Enumerable.Range(0, found.Count).Select(i => table.AsSpan(i * Symbols, Symbols).ContainsAnyExcept(-1))];
        return live[0] ? new NumberLeaf(table, accepts, continues) : null;
    }

    public override long Step(long state, byte value)
    {
        int symbol = value switch
        {
            >= (byte)'0' and <= (byte)'9' => value - '0',
            (byte)'-' => Minus,
            (byte)'.' => Point,
            _ => -1,
        };
        return symbol < 0 ? -1 : _next[(state * Symbols) + symbol];
    }

    public override bool Accepts(long state) => _accepts[state];

    public override bool Continues(long state) => _continues[state];

    private static bool[] RemoveDeadEnds(int[] next, bool[] accepts)
    {
        List<int>[] sources = [.. accepts.Select(_ => new List<int>())];
        for (int i = 0; i < next.Length; i++)
        {
            if (next[i] >= 0)
            {
                sources[next[i]].Add(i / Symbols);
            }
        }

        bool[] live = [.. accepts];
        Stack<int> open = new(Enumerable.Range(0, accepts.Length).Where(i => accepts[i]));
        while (open.TryPop(out int state))
        {
            foreach (int source in sources[state])
            {
                if (!live[source])
                {
                    live[source] = true;
                    open.Push(source);
                }
            }
        }

        for (int i = 0; i < next.Length; i++)
        {
            next[i] = next[i] >= 0 && live[next[i]] ? next[i] : -1;
        }

        return live;
    }
}
