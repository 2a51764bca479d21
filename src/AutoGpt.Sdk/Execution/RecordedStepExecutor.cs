namespace AutoGpt.Sdk;

/// <summary>
/// Runs no tool: a step's result is the one that a journal holds of an earlier run, so that the run can be played again without its side effects. Thread-safe.
/// </summary>
public sealed class RecordedStepExecutor : IStepExecutor
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Queue<StepResult>> _results = [];

    /// <summary>Creates an executor that gives the results of a run.</summary>
    /// <param name="events">The run's events.</param>
    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>.</exception>
    public RecordedStepExecutor(IEnumerable<AgentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);

        // Plans follow each other, so that the results of a step with one number come in the order of their plans. Who was skipped was never asked for.
        foreach (StepHistory step in RunHistory.Of(events).Plans.SelectMany(plan => plan.Steps).Where(step => step.Starts.Count > 0 && step.Result is not null))
        {
            if (!_results.TryGetValue(step.Step.Number, out Queue<StepResult>? queue))
            {
                _results.Add(step.Step.Number, queue = new Queue<StepResult>());
            }

            queue.Enqueue(step.Result!);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StepResult> ExecuteAsync(StepContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (_lock)
        {
            return ValueTask.FromResult(_results.TryGetValue(context.Step.Number, out Queue<StepResult>? queue) && queue.TryPeek(out StepResult? result) && result.Tool == context.Step.Tool
                ? queue.Dequeue()
                : new StepResult(context.Step.Number, context.Step.Tool, StepStatus.Failed) { Error = "The recorded run has no such step." });
        }
    }
}
