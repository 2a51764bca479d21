using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>The inside of a JSON string that matches a regular expression (Thompson's construction over the bytes of the escaped form).</summary>
internal sealed class PatternAutomaton : SubsetAutomaton
{
    private readonly List<Place> _places = [];
    private readonly int _start;
    private readonly int _final;
    private readonly bool[] _live;

    public PatternAutomaton(RegexNode pattern)
    {
        _start = Add();
        _final = Build(pattern, _start);
        _live = FindLive();
    }

    /// <summary>Whether any string matches.</summary>
    public bool IsSatisfiable => _live[_start];

    protected override IEnumerable<int> StartSet() => Close([_start]);

    protected override int[] StepSet(int[] places, byte value) =>
        Close(places.SelectMany(place => _places[place].Edges).Where(edge => value >= edge.Low && value <= edge.High && _live[edge.To]).Select(edge => edge.To));

    protected override bool IsFinal(int place) => place == _final;

    private int Add()
    {
        _places.Add(new Place());
        return _places.Count - 1;
    }

    /// <summary>Adds the places of a node and returns the one behind it.</summary>
    private int Build(RegexNode node, int from)
    {
        switch (node)
        {
            case RegexNode.Characters set:
                int behind = Add();
                foreach ((int low, int high) in set.Ranges)
                {
                    AddRange(from, behind, low, high);
                }

                return behind;
            case RegexNode.Sequence sequence:
                return sequence.Parts.Aggregate(from, (at, part) => Build(part, at));
            case RegexNode.Choice choice:
                int join = Add();
                foreach (RegexNode option in choice.Options)
                {
                    int start = Add();
                    _places[from].Free.Add(start);
                    _places[Build(option, start)].Free.Add(join);
                }

                return join;
            case RegexNode.Repeat repeat:
                return BuildRepeat(repeat, from);
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    private int BuildRepeat(RegexNode.Repeat repeat, int from)
    {
        for (int times = 0; times < repeat.Least; times++)
        {
            from = Build(repeat.Part, from);
        }

        if (repeat.Most is not { } most)
        {
            int loop = Add();
            _places[from].Free.Add(loop);
            _places[Build(repeat.Part, loop)].Free.Add(loop);
            return loop;
        }

        int end = Add();
        for (int times = repeat.Least; times < most; times++)
        {
            _places[from].Free.Add(end);
            from = Build(repeat.Part, from);
        }

        _places[from].Free.Add(end);
        return end;
    }

    // What may not stand in a JSON string as it is goes in escaped.
    private void AddRange(int from, int to, int low, int high)
    {
        for (int character = low; character <= Math.Min(high, 0x1f); character++)
        {
            AddBytes(from, to, Encoding.ASCII.GetBytes(JsonText.EscapeOf(character)!));
        }

        int start = Math.Max(low, 0x20);
        foreach (int special in (int[])['"', '\\', 0xD800])
        {
            if (start > high)
            {
                return;
            }

            if (special < start || special > high)
            {
                continue;
            }

            AddUtf8(from, to, start, special - 1);
            if (special < 0xD800)
            {
                AddBytes(from, to, Encoding.ASCII.GetBytes(JsonText.EscapeOf(special)!));
            }

            start = special < 0xD800 ? special + 1 : 0xE000;
        }

        AddUtf8(from, to, start is >= 0xD800 and < 0xE000 ? 0xE000 : start, high);
    }

    private void AddBytes(int from, int to, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length; at++)
        {
            int next = at == bytes.Length - 1 ? to : Add();
            _places[from].Edges.Add((bytes[at], bytes[at], next));
            from = next;
        }
    }

    /// <summary>Adds a range of code points, cut so that each part is a product of byte ranges.</summary>
    private void AddUtf8(int from, int to, int low, int high)
    {
        if (low > high)
        {
            return;
        }

        foreach (int limit in (int[])[0x7f, 0x7ff, 0xffff])
        {
            if (low <= limit && high > limit)
            {
                AddUtf8(from, to, low, limit);
                AddUtf8(from, to, limit + 1, high);
                return;
            }
        }

        // All but the last so many continuation bytes must agree, or the last ones run over their whole range.
        for (int tails = 1; low > 0x7f && tails < 4; tails++)
        {
            int mask = (1 << (6 * tails)) - 1;
            if ((low & ~mask) != (high & ~mask))
            {
                if ((low & mask) != 0)
                {
                    AddUtf8(from, to, low, low | mask);
                    AddUtf8(from, to, (low | mask) + 1, high);
                    return;
                }

                if ((high & mask) != mask)
                {
                    AddUtf8(from, to, low, (high & ~mask) - 1);
                    AddUtf8(from, to, high & ~mask, high);
                    return;
                }
            }
        }

        byte[] first = Encoding.UTF8.GetBytes(char.ConvertFromUtf32(low));
        byte[] last = Encoding.UTF8.GetBytes(char.ConvertFromUtf32(high));
        for (int at = 0; at < first.Length; at++)
        {
            int next = at == first.Length - 1 ? to : Add();
            _places[from].Edges.Add((first[at], last[at], next));
            from = next;
        }
    }

    private int[] Close(IEnumerable<int> places)
    {
        SortedSet<int> closed = [];
        Stack<int> open = new(places);
        while (open.TryPop(out int place))
        {
            if (_live[place] && closed.Add(place))
            {
                foreach (int next in _places[place].Free)
                {
                    open.Push(next);
                }
            }
        }

        return [.. closed];
    }

    // Backwards from the final place until nothing is added.
    private bool[] FindLive()
    {
        bool[] live = new bool[_places.Count];
        live[_final] = true;
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int place = 0; place < live.Length; place++)
            {
                if (!live[place] && (_places[place].Free.Exists(next => live[next]) || _places[place].Edges.Exists(edge => live[edge.To])))
                {
                    live[place] = changed = true;
                }
            }
        }

        return live;
    }

    private sealed class Place
    {
        public List<int> Free { get; } = [];

        public List<(byte Low, byte High, int To)> Edges { get; } = [];
    }
}
