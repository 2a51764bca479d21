using System.Collections.Concurrent;

namespace AutoGpt.Sdk.Models;

/// <summary>A nondeterministic automaton over bytes, made deterministic state by state as states are reached.</summary>
internal abstract class SubsetAutomaton : ByteAutomaton
{
    private readonly ConcurrentDictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(int State, byte Value), int> _steps = new();
    private readonly List<int[]> _sets = [];
    private readonly Lock _gate = new();

    public override long Start => field == 0 ? field = Id([.. StartSet()]) + 1 : field;

    public override long Step(long state, byte value)
    {
        int from = (int)state - 1;
        int next = _steps.GetOrAdd((from, value), key => StepSet(Set(key.State), key.Value) is { Length: > 0 } set ? Id(set) : -1);
        return next < 0 ? Dead : next + 1;
    }

    public override bool IsAccepting(long state) => Array.Exists(Set((int)state - 1), IsFinal);

    /// <summary>The places one can start in, closed under moves without a byte.</summary>
    protected abstract IEnumerable<int> StartSet();

    /// <summary>The places one byte leads to, sorted, each once; every one can still reach a final place.</summary>
    protected abstract int[] StepSet(int[] places, byte value);

    protected abstract bool IsFinal(int place);

    private int[] Set(int id)
    {
        lock (_gate)
        {
            return _sets[id];
        }
    }

    private int Id(int[] places)
    {
        lock (_gate)
        {
            return _ids.GetOrAdd(string.Join(',', places), _ =>
            {
                _sets.Add(places);
                return _sets.Count - 1;
            });
        }
    }
}
