using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace AutoGpt.Sdk;

/// <summary>
/// The agent: goal → plan → steps → evaluation → feedback → the next plan, until the goal is reached, refused, out of a limit or in
/// need of an answer. Thread-safe: one agent works on many goals at once.
/// </summary>
public sealed class AutonomousAgent : IAgent
{
    private readonly IPlanner _planner;
    private readonly IEvaluator _evaluator;
    private readonly PlanScheduler _scheduler;
    private readonly AIFunction[] _tools;
    private readonly IRunJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AgentLimits _limits;
    private readonly string _name;
    private readonly bool _includeContent;

    /// <summary>Creates an agent.</summary>
    /// <param name="components">What it is put together from. Later changes to the object do not reach the agent.</param>
    /// <exception cref="ArgumentException">A planner or the tools are missing, or two tools have one name.</exception>
    public AutonomousAgent(AgentComponents components)
    {
        ArgumentNullException.ThrowIfNull(components);
        components.Options.Validate();
        _tools = [.. components.Tools];
        if (_tools.Length == 0)
        {
            throw new ArgumentException("An agent needs at least one tool.", nameof(components));
        }

        if (_tools.GroupBy(tool => tool.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Two tools are named '{twice.Key}'.", nameof(components));
        }

        if (Array.Exists(_tools, tool => tool.Name == PlanStep.SubGoal))
        {
            throw new ArgumentException($"No tool can be named '{PlanStep.SubGoal}': that is what a step is called that is a goal of its own.", nameof(components));
        }

        _planner = new TracedPlanner(components.Planner ?? throw new ArgumentException("An agent needs a planner.", nameof(components)));
        _evaluator = new TracedEvaluator(components.Evaluator);
        _journal = components.Journal;
        _time = components.TimeProvider;
        _logger = components.Logger;
        _limits = components.Options.ToLimits();
        _name = components.Options.Name;
        _includeContent = components.Options.IncludeContent;
        IStepExecutor executor = components.Executor ?? new ToolStepExecutor(
            new ActionGate(_tools, components.Guards, components.Approval, components.AuditLog),
            components.ToExecutorOptions());
        _scheduler = new PlanScheduler(executor, ExpandAsync, _tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal), _time);
    }

    /// <summary>Creates an agent that plans with a language model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tools">The tools it may use.</param>
    /// <param name="configure">Sets the rest: guards, approval, limits, journal … Default: the defaults of <see cref="AgentComponents"/>.</param>
    public static AutonomousAgent Create(ILanguageModel model, IEnumerable<AIFunction> tools, Action<AgentComponents>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(tools);
        AgentComponents components = new() { Planner = new LanguageModelPlanner(model) };
        foreach (AIFunction tool in tools)
        {
            components.Tools.Add(tool);
        }

        configure?.Invoke(components);
        return new AutonomousAgent(components);
    }

    /// <inheritdoc/>
    /// <remarks>A caller that stops enumerating before the last event cancels the run; the journal still gets its end.</remarks>
    public IAsyncEnumerable<AgentEvent> RunStreamingAsync(Goal goal, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(goal);
        ArgumentException.ThrowIfNullOrWhiteSpace(goal.Text, nameof(goal));
        options?.Limits?.Validate();
        if (options?.Plan is { } plan && PlanValidator.Validate(plan, _tools) is [var problem, ..])
        {
            throw new ArgumentException($"The plan does not fit the agent's tools. {problem}", nameof(options));
        }

        return StartAsync(goal, options ?? new AgentRunOptions(), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentEvent> ResumeStreamingAsync(string runId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(runId);
        return ResumeAsync(runId, cancellationToken);
    }

    private async IAsyncEnumerable<AgentEvent> StartAsync(Goal goal, AgentRunOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string id = options.RunId ?? Guid.CreateVersion7(_time.GetUtcNow()).ToString("n");
        RunStarted started = new(id, goal, options.Limits ?? _limits, options.Seed) { Properties = options.Properties.Count > 0 ? options.Properties : null, Plan = options.Plan };
        using IDisposable hold = Hold(id);
        await foreach (AgentEvent happened in StreamAsync(stream => new AgentRun(started, _tools, _journal, _time, stream), cancellationToken).ConfigureAwait(false))
        {
            yield return happened;
        }
    }

    private async IAsyncEnumerable<AgentEvent> ResumeAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Held before it is read: what is read must be all there is.
        using IDisposable hold = Hold(runId);
        List<AgentEvent> events = [];
        await foreach (AgentEvent happened in _journal.ReadAsync(runId, cancellationToken).ConfigureAwait(false))
        {
            events.Add(happened);
        }

        if (events is not [RunStarted started, ..])
        {
            throw new AutoGptException($"The journal holds no run '{runId}'.");
        }

        if (started.Goal?.Text is not { Length: > 0 } || started.Limits is null || started.RunId != runId || !AreInOrder(events))
        {
            throw new AutoGptException($"The journal's events of run '{runId}' are not those of a run: its beginning lacks the goal or the limits, or names another run.");
        }

        started.Limits.Validate();

        if (events[^1] is RunCompleted over)
        {
            yield return over;
            yield break;
        }

        IAsyncEnumerable<AgentEvent> rest = StreamAsync(
            stream =>
            {
                AgentRun run = new(started, _tools, _journal, _time, stream);
                run.Restore(events);

                // The caller's mistake, not the run's end.
                return run.OpenPlan is not { } plan || PlanValidator.Validate(plan, _tools) is not [var problem, ..] ? run
                    : throw new AutoGptException($"This agent cannot go on with run '{runId}': its plan does not fit the agent's tools. {problem}");
            },
            cancellationToken);
        await foreach (AgentEvent happened in rest.ConfigureAwait(false))
        {
            yield return happened;
        }
    }

    private IDisposable Hold(string runId) => _journal.TryHold(runId) ?? throw new AutoGptException($"Run '{runId}' is being worked on already, here or in another process.");

    private static bool AreInOrder(List<AgentEvent> events) => events.Index().All(pair => pair.Item.Sequence == pair.Index + 1);

    private async IAsyncEnumerable<AgentEvent> StreamAsync(Func<ChannelWriter<AgentEvent>, AgentRun> create, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<AgentEvent> stream = Channel.CreateUnbounded<AgentEvent>(new UnboundedChannelOptions { SingleReader = true });
        AgentRun run = create(stream.Writer);
        using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task working = Task.Run(() => RunAsync(run, stream.Writer, left.Token), CancellationToken.None);
        try
        {
            // Not cut off by the token: its end is an event.
            await foreach (AgentEvent happened in stream.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await working.ConfigureAwait(false);
        }
    }

    /// <summary>The boundary around the loop: whatever happens inside becomes a result.</summary>
    private async Task RunAsync(AgentRun run, ChannelWriter<AgentEvent> stream, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        try
        {
            await BoundedAsync(run, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            fault = error; // Of this class itself; whoever listens must not wait for ever.
        }

        stream.Complete(fault);
    }

    private async Task BoundedAsync(AgentRun run, CancellationToken cancellationToken)
    {
        using Activity? activity = AgentTelemetry.StartAgent(_name, run, _includeContent);
        long start = _time.GetTimestamp();
        using CancellationTokenSource deadline = Interruptible.After(run.TimeLeft, _time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        AgentResult result;
        try
        {
            result = await WorkAsync(run, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = run.End(AgentStatus.Cancelled, "The run was cancelled.");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            result = EndByLimit(run, run.TimeLimit);
        }
        catch (ModelOutputException error)
        {
            run.Spend(error);
            result = error.LimitReached ? EndByLimit(run, $"{(error.CostLimitReached ? run.CostLimit : run.TokenLimit)} {SingleLine.Of(error.Message)}") : run.End(AgentStatus.Failed, SingleLine.Of(error.Message));
        }
        catch (AutoGptException error)
        {
            result = run.End(AgentStatus.Failed, SingleLine.Of(error.Message));
        }
        catch (Exception error)
        {
            _logger.RunBroke(run.Id, error, _includeContent);
            result = run.End(AgentStatus.Failed, SingleLine.Of($"{error.GetType().Name}: {error.Message}"));
        }

        await CompleteAsync(run, result).ConfigureAwait(false);
        AgentTelemetry.EndAgent(activity, _name, result, _time.GetElapsedTime(start));
    }

    /// <summary>The whole agent.</summary>
    private async Task<AgentResult> WorkAsync(AgentRun run, CancellationToken stop)
    {
        await run.RecordAsync(run.Opening).ConfigureAwait(false);
        _logger.RunStarted(run.Id);
        if (run.WasStopped)
        {
            return run.TimeLeft > TimeSpan.Zero ? run.End(AgentStatus.Cancelled, "The run was cancelled.") : EndByLimit(run, run.TimeLimit);
        }

        while (true)
        {
            // What an earlier part of the run has done is not done again.
            if (run.OpenPlan is null)
            {
                string? lastReason = run.LastFeedback?.Reason;
                if (run.Circle() is { } circle)
                {
                    return run.End(AgentStatus.Failed, $"The run goes in circles. {circle} {lastReason}");
                }

                if (run.LimitBeforePlan() is { } limit)
                {
                    return EndByLimit(run, lastReason is null ? limit : $"{limit} {lastReason}");
                }

                Plan made = await PlanAsync(run, stop).ConfigureAwait(false);
                if (!made.IsQuestion && run.JustFailed(made))
                {
                    return run.End(AgentStatus.Failed, $"The planner made the same plan again. {lastReason}");
                }
            }

            if (await CarryOutAsync(run, stop).ConfigureAwait(false) is { } early)
            {
                return early;
            }

            Plan plan = run.OpenPlan!;
            Evaluation evaluation = run.OpenEvaluation ?? await EvaluateAsync(run, plan, stop).ConfigureAwait(false);
            if (evaluation.Verdict != Verdict.Replan)
            {
                return EndBy(run, evaluation);
            }

            Feedback feedback = run.FeedbackOf(evaluation);
            if (run.FailedBefore(plan, feedback))
            {
                return run.End(AgentStatus.Failed, $"The same plan failed again in the same way. {feedback.Reason}");
            }

            if (run.LimitBeforePlan() is { } end)
            {
                return EndByLimit(run, $"{end} {feedback.Reason}");
            }

            await run.RecordAsync(new ReplanRequested(feedback)).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the open plan's steps, and lets a plan that goes on go on, until nothing of it is left. Returns how the run ends if it cannot be judged.</summary>
    private async Task<AgentResult?> CarryOutAsync(AgentRun run, CancellationToken stop)
    {
        for (bool isKnown = false; ; isKnown = true)
        {
            Plan plan = run.OpenPlan!;
            if (plan.IsQuestion)
            {
                return run.End(AgentStatus.NeedsInput, "The planner asks.", question: plan.Question);
            }

            if (run.Circle() is { } circle)
            {
                return run.End(AgentStatus.Failed, $"The run goes in circles. {circle}");
            }

            // What a judgement took too much does not take it back, in whatever part of the run.
            if (run.OpenEvaluation is null && (run.TokensLeft < 0 || run.CostLeft < 0))
            {
                return EndByLimit(run, run.TokensLeft < 0 ? run.TokenLimit : run.CostLimit);
            }

            // What it is extended by is looked at before it is.
            if (!isKnown && PlanValidator.Validate(plan, _tools) is [var problem, ..])
            {
                return run.End(AgentStatus.Failed, $"The plan is not valid: {problem}");
            }

            IReadOnlyList<StepResult> results = await _scheduler.RunAsync(run, stop).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            plan = run.OpenPlan!;
            if (results.FirstOrDefault(result => result.Status == StepStatus.Unknown) is { } unknown)
            {
                // No evaluator can know it either, and another plan might do it a second time.
                return run.End(AgentStatus.NeedsInput, "A step may have taken effect or not.", question: $"Did step {unknown.Number} ({unknown.Tool}) take effect? {unknown.Error}");
            }

            if (plan.IsQuestion)
            {
                continue; // It came up at a sub-goal.
            }

            if (results.Count < plan.Steps.Count)
            {
                return EndByLimit(run, run.LimitOfSteps);
            }

            // A refusal is not planned around.
            if (!plan.Continues || run.OpenEvaluation is not null || results.Any(result => result.Status == StepStatus.Refused))
            {
                return null;
            }

            if (run.LimitBeforeModel() is { } limit)
            {
                return EndByLimit(run, limit);
            }

            await run.RecordAsync(new PlanExtended(await ExpandAsync(run, null, stop).ConfigureAwait(false))).ConfigureAwait(false);
        }
    }

    private async Task<Plan> PlanAsync(AgentRun run, CancellationToken stop)
    {
        Plan plan = run.GivenPlan ?? await Interruptible.RunAsync(token => _planner.PlanAsync(run.ForPlanner(), token), stop).ConfigureAwait(false);
        await run.RecordAsync(new PlanCreated(plan)).ConfigureAwait(false);
        _logger.PlanCreated(run.Id, run.Plans, plan.Steps.Count, plan.Tokens);
        return plan;
    }

    /// <summary>Asks the planner how the open plan goes on: at a sub-goal, or at its end.</summary>
    private async Task<Plan> ExpandAsync(AgentRun run, PlanStep? subGoal, CancellationToken stop)
    {
        Plan extension = await Interruptible.RunAsync(token => _planner.PlanAsync(run.ForPlanner(subGoal), token), stop).ConfigureAwait(false);
        string? problem = subGoal is not null && extension is { IsQuestion: false, Steps.Count: 0 }
            ? "There are no steps for the sub-goal."
            : PlanValidator.Validate(run.OpenPlan!.Extend(extension, subGoal?.Number), _tools, int.MaxValue, known: run.OpenPlan.Steps.Count) is [var first, ..] ? first : null;
        if (problem is not null)
        {
            throw new ModelOutputException($"The plan cannot be extended so: {problem}", extension.Tokens) { Cost = extension.Cost };
        }

        _logger.PlanExtended(run.Id, run.Plans, extension.Steps.Count, extension.Tokens);
        return extension with { Continues = extension.Continues && extension.Steps.Count > 0 }; // Nothing to see the results of.
    }

    private async Task<Evaluation> EvaluateAsync(AgentRun run, Plan plan, CancellationToken stop)
    {
        Evaluation evaluation = await Interruptible.RunAsync(token => _evaluator.EvaluateAsync(run.ForEvaluator(plan), token), stop).ConfigureAwait(false);
        await run.RecordAsync(new PlanEvaluated(evaluation)).ConfigureAwait(false);
        _logger.PlanEvaluated(run.Id, evaluation.Verdict);
        return evaluation;
    }

    private static AgentResult EndByLimit(AgentRun run, string limit)
    {
        AgentResult result = run.End(AgentStatus.LimitReached, limit);
        string left = string.Join(", ", result.Remaining.Take(5).Select(step => $"step {step.Number} ({step.Tool})"));
        return left.Length == 0 ? result : result with { Reason = $"{result.Reason}{(result.Reason is [.., '.' or '!' or '?' or '…'] ? "" : ".")} Left to do: {left}{(result.Remaining.Count > 5 ? " …" : "")}." };
    }

    private static AgentResult EndBy(AgentRun run, Evaluation evaluation) => evaluation.Verdict switch
    {
        Verdict.Accept => run.End(AgentStatus.Succeeded, answer: evaluation.Answer),
        Verdict.Ask => run.End(AgentStatus.NeedsInput, "The evaluation asks.", question: evaluation.Reason ?? "The evaluation needs an answer it does not name."),
        Verdict.Refuse => run.End(AgentStatus.Refused, evaluation.Reason ?? "An action the goal needs was refused."),
        _ => run.End(AgentStatus.Failed, evaluation.Reason ?? "The goal cannot be reached."),
    };

    private async Task CompleteAsync(AgentRun run, AgentResult result)
    {
        RunCompleted completed = new(result);
        try
        {
            if (run.IsCutOff)
            {
                // An event is missing: with an end the run could never be gone on with, and would say less than was done.
                run.StreamUnstored(completed);
            }
            else
            {
                await run.RecordAsync(completed).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            // The journal is what failed, so it cannot hold the end; whoever enumerates the run still learns of it.
            _logger.JournalFailed(run.Id, error, _includeContent);
            run.StreamUnstored(completed);
        }

        _logger.RunCompleted(run.Id, result.Status, result.Steps.Count, result.Tokens, result.Elapsed);
    }
}
