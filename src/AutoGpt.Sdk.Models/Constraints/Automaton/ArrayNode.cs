namespace AutoGpt.Sdk.Models;

/// <summary>An array of <paramref name="minimum"/> to <paramref name="maximum"/> items: <paramref name="prefix"/>, then <paramref name="others"/>.</summary>
internal sealed class ArrayNode(IReadOnlyList<Node> prefix, Node others, int minimum, int maximum) : Node
{
    private readonly Dictionary<int, Tail> _tails = [];

    public override IEnumerable<Node> Parts => prefix.Take(minimum).Concat(minimum > prefix.Count ? [others] : []);

    public override bool Evaluate() =>
        minimum <= maximum && prefix.Take(minimum).All(n => n.IsSatisfiable) && (minimum <= prefix.Count || others.IsSatisfiable);

    public override void Push(Rest next, ItemSet items)
    {
        if (minimum == 0)
        {
            items.Add(LiteralLeaf.EmptyArray, next);
        }

        PushItem(LiteralLeaf.BeginArray, 0, next, items);
    }

    private void PushItem(LiteralLeaf before, int index, Rest next, ItemSet items)
    {
        Node item = index < prefix.Count ? prefix[index] : others;
        if (index < maximum && item.IsSatisfiable)
        {
            items.Add(before, items.Automaton.RestOf(item, items.Automaton.RestOf(TailAfter(index + 1), next)));
        }
    }

    private Tail TailAfter(int count)
    {
        // Past the last place where counting matters all positions are alike.
        count = maximum == int.MaxValue ? Math.Min(count, Math.Max(Math.Max(minimum, prefix.Count), 1)) : count;
        if (!_tails.TryGetValue(count, out Tail? tail))
        {
            tail = new Tail(this, count) { IsSatisfiable = true };
            _tails.Add(count, tail);
        }

        return tail;
    }

    /// <summary>What follows the first <paramref name="count"/> items.</summary>
    private sealed class Tail(ArrayNode owner, int count) : Node
    {
        public override bool Evaluate() => true;

        public override void Push(Rest next, ItemSet items)
        {
            if (count >= owner.Minimum)
            {
                items.Add(LiteralLeaf.EndArray, next);
            }

            owner.PushItem(LiteralLeaf.Comma, count, next, items);
        }
    }

    private int Minimum => minimum;
}
