namespace AutoGpt.Sdk;

/// <summary>
/// Asks several evaluators, in order; the strictest verdict holds, and of equals the first. From mild to strict: accept, replan,
/// ask, give up, refuse. A refusal ends the asking. Where all accept, the answer is the first that was given, and the confidence the
/// least. Thread-safe when the evaluators are.
/// </summary>
public sealed class CompositeEvaluator : IEvaluator
{
    private readonly IEvaluator[] _evaluators;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="evaluators">The evaluators, at least one; the cheapest first.</param>
    public CompositeEvaluator(params IEnumerable<IEvaluator> evaluators)
    {
        _evaluators = [.. evaluators];
        if (_evaluators.Length == 0)
        {
            throw new ArgumentException("At least one evaluator is needed.", nameof(evaluators));
        }
    }

    /// <summary>
    /// Ends the asking at the first verdict that is not to accept: a judge that costs tokens then is not asked about what code has found wrong, and cannot say worse of it. Default false.
    /// </summary>
    public bool StopsAtFirstObjection { get; init; }

    /// <inheritdoc/>
    public async ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        Evaluation? strictest = null;
        Spending spent = default;
        foreach (IEvaluator evaluator in _evaluators)
        {
            Evaluation evaluation;
            try
            {
                evaluation = await evaluator.EvaluateAsync(
                    context with { TokensLeft = Math.Max(0, context.TokensLeft - spent.Tokens), CostLeft = Math.Max(0, context.CostLeft - spent.Cost) }, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelOutputException error) when (spent.Tokens > 0)
            {
                throw error.After(spent); // Nobody else knows what those before it took.
            }

            spent += new Spending(evaluation.Tokens, evaluation.Cost);
            strictest = strictest is null || Strictness(evaluation.Verdict) > Strictness(strictest.Verdict) ? evaluation
                : evaluation.Verdict == Verdict.Accept && strictest.Verdict == Verdict.Accept ? Both(strictest, evaluation)
                : strictest;
            if (strictest.Verdict == Verdict.Refuse || (StopsAtFirstObjection && strictest.Verdict != Verdict.Accept))
            {
                break;
            }
        }

        return strictest! with { Tokens = spent.Tokens, Cost = spent.Cost };
    }

    private static Evaluation Both(Evaluation first, Evaluation second) => first with
    {
        Answer = first.Answer ?? second.Answer,
        Reason = first.Reason ?? second.Reason,
        Confidence = first.Confidence is { } one && second.Confidence is { } other ? Math.Min(one, other) : first.Confidence ?? second.Confidence,
    };

    private static int Strictness(Verdict verdict) => verdict switch
    {
        Verdict.Accept => 0,
        Verdict.Replan => 1,
        Verdict.Ask => 2,
        Verdict.GiveUp => 3,
        _ => 4,
    };
}
