namespace AutoGpt.Sdk.Models;

/// <summary>
/// What a JSON string may contain, over Unicode scalar values and free of dead ends; <see cref="StringLeaf"/> adds quotes,
/// escapes and UTF-8. States are not negative. Immutable and thread-safe.
/// </summary>
internal abstract class CodePointAutomaton
{
    public abstract int Start { get; }

    public abstract bool Accepts(int state);

    /// <summary>The state after one more scalar value, or −1.</summary>
    public abstract int Step(int state, int scalar);

    /// <summary>Whether some scalar value from <paramref name="first"/> to <paramref name="last"/> can follow.</summary>
    public abstract bool Overlaps(int state, int first, int last);

    public virtual int Representative(int state, int horizon) => state;

    public virtual LeafKey? SharedKey(int state, int horizon, long mode) => null;
}

/// <summary>Any string of <paramref name="minimum"/> to <paramref name="maximum"/> code points. A state is their number so far.</summary>
internal sealed class LengthAutomaton(int minimum, int maximum) : CodePointAutomaton
{
    public const int Unbounded = int.MaxValue;

    public override int Start => 0;

    public override bool Accepts(int state) => state >= minimum;

    public override int Step(int state, int scalar) =>
        state >= maximum ? -1 : maximum == Unbounded ? Math.Min(state + 1, minimum) : state + 1;

    public override bool Overlaps(int state, int first, int last) => state < maximum;

    public override int Representative(int state, int horizon)
    {
        // Far from both limits a text of `horizon` code points meets neither.
        bool farFromMaximum = maximum == Unbounded || maximum - state > horizon;
        if (farFromMaximum && state >= minimum)
        {
            return minimum;
        }

        return farFromMaximum && minimum - state > horizon ? 0 : state;
    }

    public override LeafKey? SharedKey(int state, int horizon, long mode) =>
        new(Math.Clamp(minimum - state, 0, horizon + 1), maximum == Unbounded ? horizon + 1 : Math.Min(maximum - state, horizon + 1), mode);
}
