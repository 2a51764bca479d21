using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// Runs a plan's steps: those that do not depend on each other at the same time, those whose dependencies failed not at all. A sub-goal whose turn comes is put to the planner, and
/// ends when the steps that it is made of have. One loop decides and records, so that the events of a plan have one order though its steps overlap.
/// </summary>
/// <param name="executor">Runs one step.</param>
/// <param name="expand">Makes steps of a sub-goal.</param>
/// <param name="tools">The tools by name.</param>
/// <param name="clock">Measures time.</param>
internal sealed class PlanScheduler(
    IStepExecutor executor, Func<AgentRun, PlanStep, CancellationToken, Task<Plan>> expand, IReadOnlyDictionary<string, AIFunction> tools, TimeProvider clock)
{
    /// <summary>Runs what is left of the run's open plan, as far as failures, limits, questions and cancellation let it.</summary>
    /// <param name="run">Holds the plan, says what is left of the limits, and takes the events.</param>
    /// <param name="cancellationToken">Cancels the steps that run and starts no others.</param>
    /// <returns>The results in the order of completion; fewer than steps when a limit, a question or cancellation ended it.</returns>
    public async Task<IReadOnlyList<StepResult>> RunAsync(AgentRun run, CancellationToken cancellationToken)
    {
        Dictionary<int, StepResult> done = run.Done.ToDictionary(result => result.Number);
        Dictionary<int, long> begun = [];
        List<Task<Ended>> running = [];

        // These were put to the planner in an earlier part of the run.
        foreach (PlanStep step in run.OpenPlan!.Steps.Where(step => step.IsSubGoal && HasParts(step) && !done.ContainsKey(step.Number)))
        {
            begun.Add(step.Number, clock.GetTimestamp());
        }

        StepQueue waiting = Queue();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                int ended = done.Count;
                await EndSubGoalsAsync().ConfigureAwait(false);
                foreach (int number in waiting.Ready)
                {
                    await StartAsync(run.OpenPlan!.Steps[number - 1]).ConfigureAwait(false);
                }

                if (done.Count > ended)
                {
                    continue; // What ended without running may let others begin.
                }

                if (running.Count == 0)
                {
                    return run.Done;
                }

                Task<Ended> finished = await Task.WhenAny(running).ConfigureAwait(false);
                running.Remove(finished);
                await EndAsync(await finished.ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        finally
        {
            // Only a journal or a planner that fails comes here with steps still running: they must not outlive the run.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task StartAsync(PlanStep step)
        {
            if (waiting.Failed(step.Number, done) is { } failed)
            {
                await FinishAsync(new StepResult(step.Number, step.Tool, StepStatus.Skipped) { Error = $"Step {failed} did not succeed." }).ConfigureAwait(false);
            }
            else if ((step.IsSubGoal || running.Count < run.Limits.MaxParallelSteps) && run.MayStart(step) && !run.OpenPlan!.IsQuestion && !cancellationToken.IsCancellationRequested)
            {
                if (run.FailedTwice(step) is { } error)
                {
                    await FinishAsync(new StepResult(step.Number, step.Tool, StepStatus.Failed) { Error = SingleLine.Of($"The same call has failed twice and is not tried a third time: {error}") }).ConfigureAwait(false);
                    return;
                }

                // Why it is taken, the plan says.
                await run.RecordAsync(new StepStarted(step with { Why = null, Candidates = null })).ConfigureAwait(false);
                begun.Add(step.Number, clock.GetTimestamp());
                waiting.Remove(step.Number);
                running.Add(step.IsSubGoal ? ExpandAsync(run, step, stop.Token) : ExecuteAsync(run, step, new Dictionary<int, StepResult>(done), stop.Token));
            }
        }

        // A sub-goal depends on every step before it, and every step after it on it: no two are put to the planner at once, and added steps are numbered on from the last.
        StepQueue Queue() => new(PlanDependencies.Find(run.OpenPlan!, tools.Values), done, begun.Keys);

        bool HasParts(PlanStep step) => run.OpenPlan!.Steps.Any(part => part.Parent == step.Number);

        async Task EndAsync(Ended ended)
        {
            if (ended.Extension is { } extension)
            {
                await run.RecordAsync(new PlanExtended(extension, ended.Step.Number)).ConfigureAwait(false);
                waiting = Queue();
            }
            else
            {
                await FinishAsync(ended.Result!, ended.Failure).ConfigureAwait(false);
            }
        }

        // From the inside out: what ends may be the last part of another.
        async Task EndSubGoalsAsync()
        {
            foreach (PlanStep step in run.OpenPlan!.Steps.Where(step => step.IsSubGoal && begun.ContainsKey(step.Number) && !done.ContainsKey(step.Number)).Reverse().ToArray())
            {
                PlanStep[] parts = [.. run.OpenPlan.Steps.Where(part => part.Parent == step.Number)];
                if (parts.Length > 0 && parts.All(part => done.ContainsKey(part.Number)))
                {
                    StepResult result = SubGoals.ResultOf(step, [.. parts.Select(part => done[part.Number])]);
                    await FinishAsync(result with { Elapsed = clock.GetElapsedTime(begun[step.Number]) }).ConfigureAwait(false);
                }
            }
        }

        async Task FinishAsync(StepResult result, ModelOutputException? failure = null)
        {
            done[result.Number] = result;
            waiting.End(result);
            await run.RecordAsync(new StepCompleted(result) { Tokens = failure?.Tokens ?? 0, Cost = failure?.Cost ?? 0 }).ConfigureAwait(false);
        }
    }

    /// <summary>Runs one step; an executor that throws or ignores cancellation cannot bring the run down.</summary>
    private async Task<Ended> ExecuteAsync(AgentRun run, PlanStep step, Dictionary<int, StepResult> done, CancellationToken cancellationToken)
    {
        try
        {
            AIFunction tool = tools[step.Tool];
            JsonObject arguments = PlanReferences.Resolve(step.Arguments, tool.JsonSchema, done);
            if (PlanReferences.Collect(step.Arguments).Count > 0 && PlanValidator.ResolvedProblem(arguments, tool) is { } problem)
            {
                // Nobody is asked about a call that cannot be made.
                return new Ended(step, new StepResult(step.Number, step.Tool, StepStatus.Failed) { Error = SingleLine.Of($"What it refers to does not fit: {problem}.") });
            }

            StepContext context = new(run.Id, step, tool, arguments, run.Limits.StepTimeout) { IdempotencyKey = run.KeyOf(step.Number), MayHaveRun = run.MayHaveRun(step.Number), MayRetry = run.TryRetry };
            return new Ended(step, await Interruptible.RunWithGraceAsync(token => executor.ExecuteAsync(context, token), clock, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new Ended(step, Stopped(step));
        }
        catch (Exception error)
        {
            return new Ended(step, new StepResult(step.Number, step.Tool, StepStatus.Failed) { Error = SingleLine.Of(error is AutoGptException ? error.Message : $"{error.GetType().Name}: {error.Message}") });
        }
    }

    /// <summary>Puts a sub-goal to the planner. That no plan can be had for it is the step's failure; that no tokens are left is the run's end.</summary>
    private async Task<Ended> ExpandAsync(AgentRun run, PlanStep step, CancellationToken cancellationToken)
    {
        try
        {
            return new Ended(step, Extension: await expand(run, step, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new Ended(step, Stopped(step));
        }
        catch (AutoGptException error) when (error is not ModelOutputException { LimitReached: true })
        {
            return new Ended(step, new StepResult(step.Number, step.Tool, StepStatus.Failed) { Error = SingleLine.Of(error.Message) }) { Failure = error as ModelOutputException };
        }
    }

    private static StepResult Stopped(PlanStep step) => new(step.Number, step.Tool, StepStatus.Cancelled) { Error = "The run was stopped." };

    /// <summary>What came of a step that was begun: a result, or the steps that a sub-goal is made of.</summary>
    private sealed record Ended(PlanStep Step, StepResult? Result = null, Plan? Extension = null)
    {
        /// <summary>What the planner spent in vain.</summary>
        public ModelOutputException? Failure { get; init; }
    }
}
