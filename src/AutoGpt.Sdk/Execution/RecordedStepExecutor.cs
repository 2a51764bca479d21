using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// Runs no tool: a step's result is the one that a journal holds of the same step – number, tool and arguments as planned – of an earlier run, so that the run can be played again without its side
/// effects. Each result is given once, in the order of the record. Thread-safe.
/// </summary>
public sealed class RecordedStepExecutor : IStepExecutor
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Number, string Tool), List<(JsonObject Arguments, StepResult Result)>> _results = [];

    /// <summary>Creates an executor that gives the results of a run.</summary>
    /// <param name="events">The run's events.</param>
    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>.</exception>
    /// <exception cref="AutoGptException">The events are not those of a run: one is not whole, or does not follow from those before it.</exception>
    public RecordedStepExecutor(IEnumerable<AgentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);

        // Plans follow each other, so that the results of equal steps come in the order of their plans. Who was skipped was never asked for.
        foreach (StepHistory step in RunHistory.Of(events).Plans.SelectMany(plan => plan.Steps).Where(step => step.Spans.Count > 0 && step.Result is not null))
        {
            if (!_results.TryGetValue((step.Step.Number, step.Step.Tool), out List<(JsonObject, StepResult)>? results))
            {
                _results.Add((step.Step.Number, step.Step.Tool), results = []);
            }

            results.Add((step.Step.Arguments, step.Result!));
        }
    }

    /// <inheritdoc/>
    public ValueTask<StepResult> ExecuteAsync(StepContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(Take(context.Step) ?? new StepResult(context.Step.Number, context.Step.Tool, StepStatus.Failed) { Error = "The recorded run has no such step." });
    }

    private StepResult? Take(PlanStep step)
    {
        lock (_lock)
        {
            if (!_results.TryGetValue((step.Number, step.Tool), out List<(JsonObject Arguments, StepResult Result)>? results))
            {
                return null;
            }

            int index = results.FindIndex(recorded => JsonNode.DeepEquals(recorded.Arguments, step.Arguments));
            StepResult? result = index < 0 ? null : results[index].Result;
            if (result is not null)
            {
                results.RemoveAt(index);
            }

            return result;
        }
    }
}
