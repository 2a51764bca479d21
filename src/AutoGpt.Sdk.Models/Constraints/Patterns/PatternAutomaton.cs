namespace AutoGpt.Sdk.Models;

/// <summary>Strings that match a pattern, whatever their length. A state is a subset of the pattern's own states.</summary>
internal sealed class PatternAutomaton(PatternSubsets subsets) : CodePointAutomaton
{
    public override int Start => 0;

    /// <summary>Builds the automaton, or gives null where no string fits.</summary>
    /// <exception cref="FormatException">The pattern is not in the supported subset, or too large.</exception>
    public static CodePointAutomaton? TryCreate(string pattern, int minimum, int maximum)
    {
        PatternSubsets subsets = new(pattern);
        return subsets.IsEmpty ? null
            : minimum == 0 && maximum == LengthAutomaton.Unbounded ? new PatternAutomaton(subsets)
            : BoundedPatternAutomaton.TryCreate(subsets, minimum, maximum);
    }

    public override bool Accepts(int state) => subsets.Accepts(state);

    public override int Step(int state, int scalar) => subsets.Moves(state)[PatternSubsets.RangeOf(subsets.Firsts, scalar)];

    public override bool Overlaps(int state, int first, int last)
    {
        int[] moves = subsets.Moves(state);
        for (int i = PatternSubsets.RangeOf(subsets.Firsts, first); i < moves.Length && subsets.Firsts[i] <= last; i++)
        {
            if (moves[i] >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
