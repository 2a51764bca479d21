namespace AutoGpt.Sdk.Models;

/// <summary>
/// A regular piece of a document that needs no stack: a literal, a string, a number. Deterministic over bytes and free of dead
/// ends: from each state that <see cref="Step"/> returns some byte string leads to an accepting one. Immutable and thread-safe.
/// </summary>
internal abstract class Leaf
{
    /// <summary>The state before the first byte; never accepting.</summary>
    public abstract long Start { get; }

    /// <summary>The state after one more byte, or −1 where that byte cannot come.</summary>
    public abstract long Step(long state, byte value);

    /// <summary>Whether the bytes so far are a whole piece.</summary>
    public abstract bool Accepts(long state);

    /// <summary>Whether some byte can follow within the piece.</summary>
    public abstract bool Continues(long state);

    /// <summary>A state that no text of at most <paramref name="horizon"/> bytes can tell from this one.</summary>
    public virtual long Representative(long state, int horizon) => state;

    /// <summary>A key under which equal states of other schemas' leaves have the same tokens, or null.</summary>
    public virtual LeafKey? SharedKey(long state, int horizon) => null;
}

/// <summary>Names a state of a free string by what is left of its length limits, whatever schema it belongs to.</summary>
internal readonly record struct LeafKey(int MissingAtLeast, int LeftAtMost, long Mode);
