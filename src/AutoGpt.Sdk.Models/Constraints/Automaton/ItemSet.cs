namespace AutoGpt.Sdk.Models;

/// <summary>Collects the items of a state. Items at the same place of the same piece are merged, and so are their rests.</summary>
internal sealed class ItemSet(ByteAutomaton automaton)
{
    private readonly List<Item> _items = [];
    private Dictionary<(Leaf Leaf, long State), int>? _index;
    private HashSet<(Node Node, Rest Next)>? _visited;
    private bool _canEnd;

    public ByteAutomaton Automaton => automaton;

    public void Add(Leaf leaf, Rest rest) => Add(new Item(leaf, leaf.Start, rest));

    public void Add(Item item)
    {
        int at = Find(item.Leaf, item.State);
        if (at >= 0)
        {
            _items[at] = item with { Rest = automaton.Union(_items[at].Rest, item.Rest) };
            return;
        }

        _index?.Add((item.Leaf, item.State), _items.Count);
        _items.Add(item);
    }

    public void AddAll(AutomatonState state)
    {
        _canEnd |= state.IsComplete;
        foreach (Item item in state.Items)
        {
            Add(item);
        }
    }

    /// <summary>Adds the beginnings of a rest.</summary>
    public void Begin(Rest rest)
    {
        _canEnd |= rest.CanEnd;
        foreach (Frame frame in rest.Frames)
        {
            frame.Node.Push(frame.Next, this);
        }
    }

    /// <summary>Whether a node is met for the first time: a reference to itself must not loop.</summary>
    public bool Visit(Node node, Rest next) => (_visited ??= []).Add((node, next));

    public AutomatonState ToState() => automaton.Intern([.. _items], _canEnd);

    private int Find(Leaf leaf, long state)
    {
        if (_index is null && _items.Count > 16)
        {
            _index = new(_items.Count * 2);
            for (int i = 0; i < _items.Count; i++)
            {
                _index.Add((_items[i].Leaf, _items[i].State), i);
            }
        }

        if (_index is not null)
        {
            return _index.TryGetValue((leaf, state), out int found) ? found : -1;
        }

        for (int i = 0; i < _items.Count; i++)
        {
            if (ReferenceEquals(_items[i].Leaf, leaf) && _items[i].State == state)
            {
                return i;
            }
        }

        return -1;
    }
}
