namespace AutoGpt.Sdk.Models;

/// <summary>What a document may go on with after the present piece: one of several nodes, each with what follows it, or the end.</summary>
/// <remarks>
/// A stack of a pushdown automaton, with the stacks of alternatives that share their top merged into a graph, so that ambiguity
/// does not multiply them. Interned by <see cref="ByteAutomaton"/>: equal ones are the same object.
/// </remarks>
internal sealed class Rest(int id, Frame[] frames, bool canEnd)
{
    public int Id => id;

    /// <summary>The nodes, in the order of their ids, each once.</summary>
    public Frame[] Frames => frames;

    public bool CanEnd => canEnd;

    /// <summary>The state in which this rest begins, once it was asked for.</summary>
    public AutomatonState? Begin { get; set; }
}

/// <summary>A node to come and what follows it.</summary>
internal readonly record struct Frame(Node Node, Rest Next);

/// <summary>Compares rests by content, for interning.</summary>
internal sealed class RestComparer : IEqualityComparer<Rest>
{
    public bool Equals(Rest? x, Rest? y) => x!.CanEnd == y!.CanEnd && x.Frames.AsSpan().SequenceEqual(y.Frames);

    public int GetHashCode(Rest obj)
    {
        HashCode hash = default;
        hash.Add(obj.CanEnd);
        foreach (Frame frame in obj.Frames)
        {
            hash.Add(frame.Node.Id);
            hash.Add(frame.Next.Id);
        }

        return hash.ToHashCode();
    }
}
