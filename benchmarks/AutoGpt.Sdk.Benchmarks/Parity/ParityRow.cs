namespace AutoGpt.Sdk.Benchmarks.Parity;

/// <summary>An architecture with weights of a type, beside llama.cpp.</summary>
/// <param name="Model">The shape's name.</param>
/// <param name="Architecture">What the file calls it.</param>
/// <param name="Type">The type of file.</param>
/// <param name="Tolerance">The lead above which the most probable token must be the same, in units of the logits' spread.</param>
/// <param name="Logits">The logits, teacher-forced on the peer's ids.</param>
/// <param name="Greedy">Ids from the beginning that are the same when both generate greedily.</param>
/// <param name="GreedyOf">Ids generated.</param>
internal sealed record ParityRow(string Model, string Architecture, string Type, double Tolerance, LogitComparison Logits, int Greedy, int GreedyOf)
{
    /// <summary>
    /// Whether the most probable token is the same wherever it must, at most a tenth is left out, the error is at most a third of the tolerance and, in single
    /// precision, the generated ids are the same.
    /// </summary>
    public bool Holds => Logits.Disagreements == 0 && Logits.ShareLeftOut <= 0.1 && Logits.RootMeanSquare <= Tolerance / 3 && (Type != "F32" || Greedy == GreedyOf);

    public object ToRow() => new
    {
        type = "row", model = Model, architecture = Architecture, weights = Type, tolerance = Tolerance, positions = Logits.Positions, spread = Logits.Spread,
        maximumError = Logits.Maximum, rootMeanSquareError = Logits.RootMeanSquare, leftOut = Logits.ShareLeftOut, disagreements = Logits.Disagreements,
        widestMarginOfADisagreement = Logits.WidestMargin, greedyEqual = Greedy, greedyOf = GreedyOf, holds = Holds,
    };
}
