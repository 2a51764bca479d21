using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Benchmarks.Parity;

/// <summary>
/// Two sides' logits after the same ids. Errors are in units of the spread: the standard deviation of the peer's logits at a position, on average. Where the
/// peer's best token leads by no more than the tolerance the two may well disagree, and the position is left out.
/// </summary>
/// <param name="Positions">Positions compared.</param>
/// <param name="Spread">The spread, in the logits' own unit.</param>
/// <param name="Maximum">The largest error, of any logit at any position.</param>
/// <param name="RootMeanSquare">The root of the mean squared error.</param>
/// <param name="LeftOut">Positions left out.</param>
/// <param name="Disagreements">Of the others, those where the most probable token differs.</param>
/// <param name="WidestMargin">The widest lead of the peer's best token anywhere that the two disagree; 0 where they never do.</param>
internal sealed record LogitComparison(int Positions, double Spread, double Maximum, double RootMeanSquare, int LeftOut, int Disagreements, double WidestMargin)
{
    public double ShareLeftOut => (double)LeftOut / Positions;

    /// <summary>Compares.</summary>
    /// <param name="ours">Our logits, <c>[positions, vocabulary]</c>.</param>
    /// <param name="theirs">The peer's.</param>
    /// <param name="vocabulary">Logits a position.</param>
    /// <param name="tolerance">The lead, in units of the spread, above which the most probable token must be the same.</param>
    public static LogitComparison Of(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs, int vocabulary, double tolerance)
    {
        int positions = ours.Length / vocabulary;
        double spread = 0, squares = 0;
        float maximum = 0;
        List<(double Margin, bool Agrees)> leads = [];
        float[] difference = new float[vocabulary];
        for (int position = 0; position < positions; position++)
        {
            ReadOnlySpan<float> our = ours.Slice(position * vocabulary, vocabulary), their = theirs.Slice(position * vocabulary, vocabulary);
            spread += TensorPrimitives.StdDev(their) / positions;
            TensorPrimitives.Subtract(our, their, difference);
            maximum = Math.Max(maximum, Math.Abs(TensorPrimitives.MaxMagnitude<float>(difference)));
            squares += TensorPrimitives.SumOfSquares<float>(difference);
            int best = TensorPrimitives.IndexOfMax(their);
            leads.Add((their[best] - Second(their, best), TensorPrimitives.IndexOfMax(our) == best));
        }

        int leftOut = leads.Count(lead => lead.Margin <= tolerance * spread);
        return new LogitComparison(
            positions, spread, maximum / spread, Math.Sqrt(squares / ours.Length) / spread, leftOut,
            leads.Count(lead => lead.Margin > tolerance * spread && !lead.Agrees),
            leads.Where(lead => !lead.Agrees).Select(lead => lead.Margin / spread).DefaultIfEmpty().Max());
    }

    private static float Second(ReadOnlySpan<float> values, int best) =>
        Math.Max(TensorPrimitives.Max([float.NegativeInfinity, .. values[..best]]), TensorPrimitives.Max([float.NegativeInfinity, .. values[(best + 1)..]]));
}
