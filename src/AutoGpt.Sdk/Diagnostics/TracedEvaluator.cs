namespace AutoGpt.Sdk;

/// <summary>An evaluator whose judgement is an event of the run's span, <c>gen_ai.evaluation.result</c>.</summary>
internal sealed class TracedEvaluator(IEvaluator evaluator) : IEvaluator
{
    public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) =>
        AgentTelemetry.Source.HasListeners() ? TraceAsync(context, cancellationToken) : evaluator.EvaluateAsync(context, cancellationToken);

    private async ValueTask<Evaluation> TraceAsync(EvaluationContext context, CancellationToken cancellationToken)
    {
        try
        {
            Evaluation evaluation = await evaluator.EvaluateAsync(context, cancellationToken).ConfigureAwait(false);
            AgentTelemetry.Evaluated(evaluator, evaluation, error: null);
            return evaluation;
        }
        catch (Exception error)
        {
            AgentTelemetry.Evaluated(evaluator, evaluation: null, error);
            throw;
        }
    }
}
