using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// The state of one run. It changes only by events: each is stored, then applied, then streamed. Used by one loop at a time.
/// </summary>
internal sealed class AgentRun(
    RunStarted started, IReadOnlyList<AIFunction> tools, IRunJournal journal, TimeProvider time, ChannelWriter<AgentEvent> stream)
{
    private readonly long _start = time.GetTimestamp();
    private readonly List<StepResult> _results = [];
    private readonly List<PlanAttempt> _attempts = [];

    // Steps of the current plan that began and of whose end nothing is known yet; and those of which that was so when an earlier part of the run ended.
    private readonly HashSet<int> _running = [];
    private readonly HashSet<int> _interrupted = [];
    private long _sequence;
    private int _stepsStarted;
    private int _firstResultOfPlan;
    private Plan? _plan;
    private TimeSpan _before;
    private DateTimeOffset _began;

    public string Id => started.RunId;

    public Goal Goal => started.Goal;

    public AgentLimits Limits => started.Limits;

    public int Plans { get; private set; }

    public long Tokens { get; private set; }

    public long TokensLeft => Limits.MaxTokens - Tokens;

    public int StepsLeft => Limits.MaxSteps - _stepsStarted;

    /// <summary>Wall time of the run so far: that of its parts, without the time between them.</summary>
    public TimeSpan Elapsed => _before + time.GetElapsedTime(_start);

    /// <summary>What is left of the limit, from now.</summary>
    public TimeSpan TimeLeft => Limits.MaxDuration > Elapsed ? Limits.MaxDuration - Elapsed : TimeSpan.Zero;

    /// <summary>The plan that is being carried out; null before it is made and after it was left for another.</summary>
    public Plan? OpenPlan { get; private set; }

    /// <summary>What the open plan's results were judged to be; null until they are.</summary>
    public Evaluation? OpenEvaluation { get; private set; }

    /// <summary>The feedback the next plan is made from, or null.</summary>
    public Feedback? LastFeedback => _attempts is [.., { } last] ? last.Feedback : null;

    /// <summary>The event the run begins with, or goes on with.</summary>
    public AgentEvent Opening => _sequence == 0 ? started : new RunResumed([.. _running.Order()]);

    /// <summary>Whether the journal lacks an event: the run is over here, and may go on elsewhere.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Whether an earlier part was being stopped when its process ended: steps that were cancelled may have acted, and no other plan must do it again.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>Takes over what an earlier part of the run did.</summary>
    public void Restore(IEnumerable<AgentEvent> events)
    {
        DateTimeOffset last = default;
        foreach (AgentEvent happened in events)
        {
            // Between the last event of a part and the first of the next nobody worked.
            _before += happened is RunStarted or RunResumed ? TimeSpan.Zero : happened.Timestamp - last;
            last = happened.Timestamp;
            Apply(happened);
        }

        _interrupted.UnionWith(_running);
        WasStopped = OpenPlan is not null && Done.Any(result => result.Status == StepStatus.Cancelled);
    }

    /// <summary>The results of the current plan's steps that have ended.</summary>
    public IReadOnlyList<StepResult> Done => ResultsOfPlan();

    /// <summary>Whether the step was running when an earlier part of the run ended.</summary>
    public bool MayHaveRun(int step) => _interrupted.Contains(step);

    /// <summary>Whether a step may begin; one that began before has been counted.</summary>
    public bool MayStart(int step) => StepsLeft > 0 || _running.Contains(step);

    /// <summary>Names a step of the current plan, in whatever part of the run – and of this run alone, whoever else takes its name in another journal –; empty where the run can have no other part.</summary>
    public string KeyOf(int step) => !journal.IsDurable ? "" : string.Create(CultureInfo.InvariantCulture, $"{Id}@{_began.UtcTicks:x}/{Plans}/{step}");

    public PlanningContext ForPlanner() =>
        new(Goal, tools) { Attempts = [.. _attempts], StepsLeft = StepsLeft, TokensLeft = TokensLeft, Seed = started.Seed };

    public EvaluationContext ForEvaluator(Plan plan) =>
        new(Goal, plan, ResultsOfPlan()) { Attempts = [.. _attempts], TokensLeft = Math.Max(0, TokensLeft), Seed = started.Seed };

    /// <summary>Stores the event, applies it, and streams it.</summary>
    /// <remarks>Not cancelled: what happened is kept whatever becomes of the run.</remarks>
    public async Task RecordAsync(AgentEvent happened)
    {
        AgentEvent stamped = happened with { Sequence = _sequence + 1, Timestamp = time.GetUtcNow() };
        try
        {
            await journal.AppendAsync(Id, stamped, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            IsCutOff = true;
            throw;
        }

        Apply(stamped);
        Stream(stamped);
    }

    /// <summary>Streams the last event although it could not be stored: whoever listens must learn how the run ended.</summary>
    public void StreamUnstored(RunCompleted happened) => Stream(happened with { Sequence = _sequence + 1, Timestamp = time.GetUtcNow() });

    /// <summary>Counts tokens that no event tells of, because the call they were spent on failed.</summary>
    public void Spend(long tokens) => Tokens += tokens;

    /// <summary>Which limit leaves no room for another plan, or null.</summary>
    public string? LimitBeforePlan() =>
        TokensLeft < 1 ? TokenLimit
        : StepsLeft < 1 ? StepLimit
        : Plans > Limits.MaxReplans ? string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxReplans} replans was reached.")
        : null;

    public string TokenLimit => string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxTokens} tokens was reached: {Tokens} were spent.");

    public string StepLimit => string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxSteps} steps was reached.");

    public string TimeLimit => string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxDuration.TotalSeconds:0.###} s was reached.");

    public Feedback FeedbackOf(Evaluation evaluation) => new(evaluation.Reason ?? "The plan did not reach the goal.")
    {
        FailedStep = ResultsOfPlan().Where(result => !result.Succeeded && result.Status != StepStatus.Skipped)
            .Select(result => (int?)result.Number).Min(),
    };

    /// <summary>
    /// Whether to give up on a plan before running it: it is the plan that has just failed, so that nothing changed and its side
    /// effects would happen twice.
    /// </summary>
    public bool JustFailed(Plan plan) => _attempts is [.., { } last] && last.Plan.IsLike(plan);

    /// <summary>Whether an earlier plan of the run was the same and failed the same way: the run goes in circles.</summary>
    public bool FailedBefore(Plan plan, Feedback feedback) =>
        _attempts.Exists(attempt => attempt.Feedback == feedback && attempt.Plan.IsLike(plan));

    public AgentResult End(AgentStatus status, string? reason = null, string? answer = null, string? question = null) => new(Id, status)
    {
        Answer = answer,
        Question = question is null ? null : PrintableText.Of(question),
        Reason = !_interrupted.Overlaps(_running) ? reason is null ? null : PrintableText.Of(reason)
            : PrintableText.Of($"{reason} Step {string.Join(", ", _interrupted.Where(_running.Contains).Order())} was running when an earlier process ended: whether it took effect is not known.").TrimStart(),
        Plan = _plan,
        Steps = [.. _results],
        Tokens = Tokens,
        Plans = Plans,
        Elapsed = Elapsed,
    };

    private void Apply(AgentEvent happened)
    {
        _sequence = happened.Sequence;
        switch (happened)
        {
            case RunStarted:
                _began = happened.Timestamp;
                break;
            case PlanCreated { Plan: { } plan }:
                _plan = OpenPlan = plan;
                OpenEvaluation = null;
                _running.Clear();
                _interrupted.Clear();
                Plans++;
                Tokens += plan.Tokens;
                _firstResultOfPlan = _results.Count;
                break;
            case StepStarted { Step: { } step }:
                _stepsStarted += _running.Add(step.Number) ? 1 : 0;
                break;
            case StepCompleted { Result: { } result }:
                _running.Remove(result.Number);
                _results.Add(result);
                break;
            case PlanEvaluated { Evaluation: { } evaluation }:
                Tokens += evaluation.Tokens;
                OpenEvaluation = evaluation;
                break;
            case ReplanRequested { Feedback: { } feedback }:
                _attempts.Add(new PlanAttempt(_plan!, ResultsOfPlan(), feedback));
                OpenPlan = null;
                break;
        }
    }

    private void Stream(AgentEvent happened) => stream.TryWrite(happened); // Unbounded: it always takes the event.

    private StepResult[] ResultsOfPlan() => [.. _results.Skip(_firstResultOfPlan)];
}
