namespace AutoGpt.Sdk.Models;

/// <summary>
/// A piece of a document that may hold others. Whether any document fits it is found as the least fixed point of
/// <see cref="Evaluate"/> over all nodes; <see cref="Push"/> enters satisfiable parts only, so that texts meet no dead end.
/// </summary>
internal abstract class Node
{
    private static int s_lastId;

    /// <summary>Orders nodes, so that sets of them have one form.</summary>
    public int Id { get; } = Interlocked.Increment(ref s_lastId);

    /// <summary>Whether some document is known to fit.</summary>
    public bool IsSatisfiable { get; set; }

    /// <summary>Why nothing fits, where that is this node's own doing.</summary>
    public Unsatisfiable? Reason { get; init; }

    /// <summary>The nodes that this one needs or chooses among, for finding the cause when nothing fits.</summary>
    public virtual IEnumerable<Node> Parts => [];

    /// <summary>Whether some document fits, going by what is known of the parts.</summary>
    public abstract bool Evaluate();

    /// <summary>Adds the ways in which this node may begin. Called only where it is satisfiable, under the automaton's lock.</summary>
    public abstract void Push(Rest next, ItemSet items);
}

/// <summary>Why and where in the schema nothing fits.</summary>
internal sealed record Unsatisfiable(string Message, string Path, string? Keyword);

/// <summary>A piece without parts, or with none that fits (<paramref name="leaf"/> is null).</summary>
internal sealed class LeafNode(Leaf? leaf) : Node
{
    public override bool Evaluate() => leaf is not null;

    public override void Push(Rest next, ItemSet items) => items.Add(leaf!, next);
}

/// <summary>One of several nodes.</summary>
internal sealed class ChoiceNode(IReadOnlyList<Node> options) : Node
{
    public override IEnumerable<Node> Parts => options;

    public override bool Evaluate() => options.Any(o => o.IsSatisfiable);

    public override void Push(Rest next, ItemSet items)
    {
        foreach (Node option in options)
        {
            if (option.IsSatisfiable)
            {
                option.Push(next, items);
            }
        }
    }
}

/// <summary>A schema that is referred to, perhaps by itself.</summary>
internal sealed class ReferenceNode : Node
{
    public Node? Target { get; set; }

    public override IEnumerable<Node> Parts => Target is null ? [] : [Target];

    public override bool Evaluate() => Target!.IsSatisfiable;

    public override void Push(Rest next, ItemSet items)
    {
        if (items.Visit(this, next))
        {
            Target!.Push(next, items);
        }
    }
}
