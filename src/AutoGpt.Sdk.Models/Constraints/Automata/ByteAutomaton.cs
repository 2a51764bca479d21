namespace AutoGpt.Sdk.Models;

/// <summary>
/// A deterministic automaton over bytes: the inside of a string, a number, a set of words. Every state it steps into can still reach an
/// accepting one, so that generation never runs into a dead end. Thread-safe.
/// </summary>
internal abstract class ByteAutomaton
{
    /// <summary>What <see cref="Step"/> returns for a byte that cannot follow.</summary>
    public const long Dead = -1;

    public abstract long Start { get; }

    /// <summary>The state after a byte, or <see cref="Dead"/>.</summary>
    public abstract long Step(long state, byte value);

    public abstract bool IsAccepting(long state);

    /// <summary>Whether any byte can follow.</summary>
    public bool CanContinue(long state)
    {
        for (int value = 0; value < 256; value++)
        {
            if (Step(state, (byte)value) != Dead)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A name for all states that behave the same for the next so many bytes. Masks are kept by it: a string far from its length limit is
    /// masked as one without a limit.
    /// </summary>
    public virtual long Canonical(long state, int bytes) => state;
}
