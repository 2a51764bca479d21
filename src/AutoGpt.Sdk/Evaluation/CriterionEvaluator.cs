namespace AutoGpt.Sdk;

/// <summary>Turns what came of a criterion into a verdict.</summary>
internal sealed class CriterionEvaluator : IEvaluator
{
    private readonly Criterion _criterion;
    private readonly Verdict _otherwise;

    public CriterionEvaluator(Criterion criterion, Verdict otherwise)
    {
        if (otherwise is not (Verdict.Replan or Verdict.Ask or Verdict.GiveUp))
        {
            throw new ArgumentOutOfRangeException(nameof(otherwise), otherwise, "A criterion that does not hold can replan, ask or give up.");
        }

        (_criterion, _otherwise) = (criterion, otherwise);
    }

    public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) =>
        EvaluateAsync(_criterion, _otherwise, context, cancellationToken);

    public static async ValueTask<Evaluation> EvaluateAsync(Criterion criterion, Verdict otherwise, EvaluationContext context, CancellationToken cancellationToken)
    {
        CriterionResult result = await criterion.CheckAsync(context, cancellationToken).ConfigureAwait(false);
        if (result.Holds == true)
        {
            return new Evaluation(Verdict.Accept) { Answer = OutcomeEvaluator.Answer(context) };
        }

        // A step that failed is the likely cause, and what the next plan must mind; after a refusal it would be refused again.
        Evaluation outcome = OutcomeEvaluator.Judge(context);
        string question = otherwise == Verdict.Ask && outcome.Verdict != Verdict.Refuse ? " What is to be done?" : "";
        return new Evaluation(outcome.Verdict == Verdict.Refuse ? Verdict.Refuse : otherwise)
        {
            Reason = SingleLine.Of($"{result.Reason} {outcome.Reason}", 1000).TrimEnd() + question,
        };
    }
}
