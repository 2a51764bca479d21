namespace AutoGpt.Sdk;

/// <summary>
/// Steps whose turn it is: all they depend on has ended, or some of it did not succeed. Those that the longest chain of steps waits for come first, so that where few may run at once the chain is not
/// begun last. Knows it in time in proportion to the dependencies, however often it is asked.
/// </summary>
internal sealed class StepQueue
{
    private readonly IReadOnlyDictionary<int, IReadOnlySet<int>> _dependencies;
    private readonly Dictionary<int, List<int>> _dependents = [];
    private readonly Dictionary<int, int> _open = [];
    private readonly SortedSet<int> _ready;

    /// <param name="dependencies">What each step depends on, in an order in which they can run.</param>
    /// <param name="done">What has ended.</param>
    /// <param name="begun">The steps that wait for no turn any more.</param>
    public StepQueue(IReadOnlyDictionary<int, IReadOnlySet<int>> dependencies, IReadOnlyDictionary<int, StepResult> done, IEnumerable<int> begun)
    {
        _dependencies = dependencies;
        Dictionary<int, int> chains = [];
        _ready = new SortedSet<int>(Comparer<int>.Create((one, other) => (chains[other], one).CompareTo((chains[one], other))));
        HashSet<int> left = [.. dependencies.Keys.Except(done.Keys).Except(begun)];
        foreach (int step in left)
        {
            int[] open = [.. dependencies[step].Where(number => !done.ContainsKey(number))];
            _open[step] = open.Length;
            foreach (int number in open)
            {
                (_dependents.TryGetValue(number, out List<int>? dependents) ? dependents : _dependents[number] = []).Add(step);
            }

        }

        foreach (int step in dependencies.Keys.Reverse())
        {
            chains[step] = 1 + (_dependents.GetValueOrDefault(step)?.Max(dependent => chains[dependent]) ?? 0);
        }

        _ready.UnionWith(left.Where(step => _open[step] == 0 || Failed(step, done) is not null));
    }

    /// <summary>The steps whose turn it is, those first that most others wait for one after another, and of equals by number.</summary>
    public int[] Ready => [.. _ready];

    /// <summary>The first step that did not succeed of those that this one depends on; null where there is none so far.</summary>
    public int? Failed(int step, IReadOnlyDictionary<int, StepResult> done) =>
        _dependencies[step].Where(number => done.TryGetValue(number, out StepResult? result) && !result.Succeeded).Select(number => (int?)number).Min();

    /// <summary>A step had its turn.</summary>
    public void Remove(int step)
    {
        _ready.Remove(step);
        _open.Remove(step);
    }

    /// <summary>A step ended.</summary>
    public void End(StepResult result)
    {
        Remove(result.Number);
        foreach (int step in _dependents.GetValueOrDefault(result.Number) ?? [])
        {
            if (_open.TryGetValue(step, out int open))
            {
                _open[step] = open - 1;
                if (open == 1 || !result.Succeeded)
                {
                    _ready.Add(step);
                }
            }
        }
    }
}
