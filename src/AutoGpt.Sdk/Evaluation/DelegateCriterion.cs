namespace AutoGpt.Sdk;

/// <summary>A criterion that a function decides.</summary>
/// <param name="expected">What is expected.</param>
/// <param name="check">Decides, and says what it found.</param>
internal sealed class DelegateCriterion(string expected, Func<EvaluationContext, CancellationToken, ValueTask<(bool Holds, string Found)>> check) : Criterion
{
    public override string Expected => expected;

    protected override async ValueTask<CriterionResult> CheckCoreAsync(EvaluationContext context, CancellationToken cancellationToken)
    {
        (bool holds, string found) = await check(context, cancellationToken).ConfigureAwait(false);
        return new CriterionResult(holds, expected, found);
    }
}
