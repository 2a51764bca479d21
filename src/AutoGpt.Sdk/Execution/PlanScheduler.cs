using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// Runs a plan's steps: those that do not depend on each other at the same time, those whose dependencies failed not at all. One
/// loop decides and records, so that the events of a plan have one order though its steps overlap.
/// </summary>
/// <param name="executor">Runs one step.</param>
/// <param name="tools">The tools by name.</param>
/// <param name="clock">Measures the grace of a step that is stopped.</param>
internal sealed class PlanScheduler(IStepExecutor executor, IReadOnlyDictionary<string, AIFunction> tools, TimeProvider clock)
{
    /// <summary>Runs what is left of the plan, as far as failures, the step limit and cancellation let it.</summary>
    /// <param name="run">Says what is left of the limits, and takes the events.</param>
    /// <param name="plan">A valid plan.</param>
    /// <param name="cancellationToken">Cancels the steps that run and starts no others.</param>
    /// <returns>The results in the order of completion; fewer than steps when a limit or cancellation ended it.</returns>
    public async Task<IReadOnlyList<StepResult>> RunAsync(AgentRun run, Plan plan, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<int, IReadOnlySet<int>> dependencies = PlanDependencies.Find(plan, tools.Values);
        List<StepResult> results = [.. run.Done];
        Dictionary<int, StepResult> done = results.ToDictionary(result => result.Number);
        List<PlanStep> waiting = [.. plan.Steps.Where(step => !done.ContainsKey(step.Number))];
        List<Task<StepResult>> running = [];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                foreach (PlanStep step in waiting.ToArray())
                {
                    int[] before = [.. dependencies[step.Number].Where(done.ContainsKey).Order()];
                    if (Array.Find(before, number => !done[number].Succeeded) is not 0 and int failed)
                    {
                        waiting.Remove(step);
                        await FinishAsync(new StepResult(step.Number, step.Tool, StepStatus.Skipped) { Error = $"Step {failed} did not succeed." }).ConfigureAwait(false);
                    }
                    else if (before.Length == dependencies[step.Number].Count && running.Count < run.Limits.MaxParallelSteps
                        && run.MayStart(step.Number) && !cancellationToken.IsCancellationRequested)
                    {
                        waiting.Remove(step);
                        await run.RecordAsync(new StepStarted(step)).ConfigureAwait(false);
                        running.Add(ExecuteAsync(run, step, new Dictionary<int, StepResult>(done), stop.Token));
                    }
                }

                if (running.Count == 0)
                {
                    return results;
                }

                Task<StepResult> finished = await Task.WhenAny(running).ConfigureAwait(false);
                running.Remove(finished);
                await FinishAsync(await finished.ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        finally
        {
            // Only a journal that fails comes here with steps still running: they must not outlive the run.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(false);
        }

        async Task FinishAsync(StepResult result)
        {
            done[result.Number] = result;
            results.Add(result);
            await run.RecordAsync(new StepCompleted(result)).ConfigureAwait(false);
        }
    }

    /// <summary>Runs one step; an executor that throws or ignores cancellation cannot bring the run down.</summary>
    private async Task<StepResult> ExecuteAsync(AgentRun run, PlanStep step, Dictionary<int, StepResult> done, CancellationToken cancellationToken)
    {
        try
        {
            AIFunction tool = tools[step.Tool];
            JsonObject arguments = PlanReferences.Resolve(step.Arguments, tool.JsonSchema, done);
            StepContext context = new(run.Id, step, tool, arguments, run.Limits.StepTimeout) { IdempotencyKey = run.KeyOf(step.Number), MayHaveRun = run.MayHaveRun(step.Number) };
            return await Interruptible.RunWithGraceAsync(token => executor.ExecuteAsync(context, token), clock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StepResult(step.Number, step.Tool, StepStatus.Cancelled) { Error = "The run was stopped." };
        }
        catch (Exception error)
        {
            return new StepResult(step.Number, step.Tool, StepStatus.Failed) { Error = SingleLine.Of($"{error.GetType().Name}: {error.Message}") };
        }
    }
}
