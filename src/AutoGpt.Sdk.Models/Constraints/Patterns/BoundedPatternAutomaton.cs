namespace AutoGpt.Sdk.Models;

/// <summary>
/// Strings that match a pattern and keep length limits: the subset construction times a counter. Whether the limits can still be
/// kept is seen only on the whole automaton, so it is built at once.
/// </summary>
internal sealed class BoundedPatternAutomaton : CodePointAutomaton
{
    private const int Limit = 50_000;

    private readonly int[][] _firsts;
    private readonly int[][] _targets;
    private readonly bool[] _accepts;

    /// <summary>Each state's moves: sorted range beginnings, and where each range leads (−1: nowhere).</summary>
    private BoundedPatternAutomaton(int[][] firsts, int[][] targets, bool[] accepts) => (_firsts, _targets, _accepts) = (firsts, targets, accepts);

    public override int Start => 0;

    /// <summary>Builds the automaton, or gives null where no string matches.</summary>
    /// <exception cref="FormatException">The automaton would be too large.</exception>
    public static BoundedPatternAutomaton? TryCreate(PatternSubsets subsets, int minimum, int maximum)
    {
        int cap = maximum == LengthAutomaton.Unbounded ? minimum : maximum;
        List<(int Subset, int Length)> found = [(0, 0)];
        Dictionary<(int, int), int> index = new() { [(0, 0)] = 0 };
        List<int[]> targets = [];
        for (int i = 0; i < found.Count; i++)
        {
            (int subset, int length) = found[i];
            int[] row = (int[])subsets.Moves(subset).Clone();
            for (int j = 0; j < row.Length; j++)
            {
                if (row[j] < 0 || (length >= maximum))
                {
                    row[j] = -1;
                    continue;
                }

                (int, int) next = (row[j], Math.Min(length + 1, cap));
                if (!index.TryGetValue(next, out int target))
                {
                    target = found.Count;
                    index.Add(next, target);
                    found.Add(next);
                }

                row[j] = target;
            }

            targets.Add(row);
            if (found.Count > Limit)
            {
                throw new FormatException("repetitions or length limits that make it too large");
            }
        }

        bool[] accepts = [.. found.Select(s => subsets.Accepts(s.Subset) && s.Length >= minimum)];
        return RemoveDeadEnds(targets, accepts) ? new BoundedPatternAutomaton([.. targets.Select(r => subsets.Firsts)], [.. targets], accepts).Compacted() : null;
    }

    public override bool Accepts(int state) => _accepts[state];

    public override int Step(int state, int scalar) => _targets[state][PatternSubsets.RangeOf(_firsts[state], scalar)];

    public override bool Overlaps(int state, int first, int last)
    {
        int[] firsts = _firsts[state];
        for (int i = PatternSubsets.RangeOf(firsts, first); i < firsts.Length && firsts[i] <= last; i++)
        {
            if (_targets[state][i] >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool RemoveDeadEnds(List<int[]> targets, bool[] accepts)
    {
        List<int>[] sources = [.. targets.Select(_ => new List<int>())];
        for (int i = 0; i < targets.Count; i++)
        {
            foreach (int target in targets[i].Where(t => t >= 0).Distinct())
            {
                sources[target].Add(i);
            }
        }

        bool[] live = [.. accepts];
        Stack<int> open = new(Enumerable.Range(0, accepts.Length).Where(i => accepts[i]));
        while (open.TryPop(out int state))
        {
            foreach (int source in sources[state].Where(s => !live[s]))
            {
                live[source] = true;
                open.Push(source);
            }
        }

        foreach (int[] row in targets)
        {
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = row[j] >= 0 && live[row[j]] ? row[j] : -1;
            }
        }

        return live[0];
    }

    /// <summary>Joins neighbouring ranges that lead to the same state.</summary>
    private BoundedPatternAutomaton Compacted()
    {
        for (int i = 0; i < _targets.Length; i++)
        {
            int[] firsts = _firsts[i];
            int[] row = _targets[i];
            int[] kept = [.. Enumerable.Range(0, row.Length).Where(j => j == 0 || row[j] != row[j - 1])];
            _firsts[i] = [.. kept.Select(j => firsts[j])];
            _targets[i] = [.. kept.Select(j => row[j])];
        }

        return this;
    }
}
