namespace AutoGpt.Sdk;

/// <summary>A plan that was looked at.</summary>
/// <param name="Steps">What it would have done.</param>
/// <param name="Taken">Whether it was taken.</param>
public sealed record PlanCandidate(IReadOnlyList<PlanStep> Steps, bool Taken)
{
    /// <summary>How sure the model was of it, from 0 to 1: the least probable of its decisions. Null where it cannot tell.</summary>
    public double? Confidence { get; init; }

    /// <summary>How good it was judged to be, from 0 to 1. Null where nobody judged it.</summary>
    public double? Score { get; init; }

    /// <summary>What spoke for or against it, in one line for a person. Null when there is nothing to say.</summary>
    public string? Reason { get; init; }
}
