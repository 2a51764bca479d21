using System.Globalization;

namespace AutoGpt.Sdk;

/// <summary>
/// Plans with a language model: asks for JSON that fits <see cref="PlanSchema"/>, and checks it with <see cref="PlanValidator"/>.
/// Thread-safe.
/// </summary>
public sealed class LanguageModelPlanner : IPlanner
{
    private readonly PlanWriter _writer;
    private readonly LanguageModelPlannerOptions _options;

    /// <summary>Creates the planner.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to plan. Default: the defaults, or <see cref="LanguageModelPlannerOptions.Specialized"/> for a model that was trained on its tools.</param>
    public LanguageModelPlanner(ILanguageModel model, LanguageModelPlannerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? (model.Description.TrainedTools is null ? new LanguageModelPlannerOptions() : LanguageModelPlannerOptions.Specialized);
        _options.Validate();
        _writer = new PlanWriter(model, _options);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelOutputException">The model was cut off, or gave no valid plan after every repair or candidate.</exception>
    /// <exception cref="AutoGptException">The plan is to be extended: this planner makes whole plans. Or the model was trained on other tools.</exception>
    public async ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Progress is not null)
        {
            throw new AutoGptException($"A {nameof(LanguageModelPlanner)} makes whole plans; {nameof(StepByStepPlanner)} and {nameof(HierarchicalPlanner)} extend them.");
        }

        // Not cut to the steps that are left: under a mask the plan would be forced shut, and its beginning would pass for the whole.
        PlanRequest request = new(context, PlanningPrompt.Create(context), _options.MaxPlanSteps);
        List<(WrittenPlan Draft, PlanDoubt Doubt)> drafts = [];
        Spending spent = await _writer.WriteAsync(
            request,
            _options.MaxCandidates,
            draft =>
            {
                drafts.Add((draft, PlanDoubts.Of(draft.Plan, context, drafts.Count == 0, draft.Plan.Confidence)));
                return drafts[^1].Doubt == PlanDoubt.None;
            },
            samples: null,
            cancellationToken).ConfigureAwait(false);
        (Plan plan, string text) = drafts.MinBy(draft => draft.Doubt).Draft;
        double? confidence = plan.Confidence;
        bool accepted = true;
        if (_options.ReviewPlans && !plan.IsQuestion && !(confidence < _options.MinConfidence) && context.Attempts.Count == 0)
        {
            (accepted, double? judged, spent) = await ReviewAsync(text, context, spent, cancellationToken).ConfigureAwait(false);
            confidence = confidence is { } planned && judged is { } verdict ? Math.Min(planned, verdict) : judged ?? confidence;
        }

        Plan result = Doubt(context, plan, accepted, confidence) is { } question ? Plan.Ask(question) : plan;
        return result with { Confidence = confidence, Tokens = spent.Tokens, Cost = spent.Cost, Candidates = Candidates(drafts, plan) };
    }

    private static PlanCandidate[]? Candidates(List<(WrittenPlan Draft, PlanDoubt Doubt)> drafts, Plan taken) => drafts.Count < 2 ? null :
    [
        .. drafts.Select(draft => new PlanCandidate(draft.Draft.Plan.Steps, ReferenceEquals(draft.Draft.Plan, taken)) { Confidence = draft.Draft.Plan.Confidence, Reason = PlanDoubts.Tell(draft.Doubt) }),
    ];

    /// <summary>
    /// Whether the model accepts its plan, how probable that is (0 when it does not, null where it reports no log-probabilities), and what plan and verdict took. A verdict that cannot be had accepts nothing.
    /// </summary>
    private async Task<(bool Accepted, double? Probability, Spending Spent)> ReviewAsync(string plan, PlanningContext context, Spending spent, CancellationToken cancellationToken)
    {
        try
        {
            (bool accepts, Completion completion, Spending more) = await _writer.Generation(PlanReviewer.Schema, "a verdict", context, spent).RunAsync(
                PlanningPrompt.Review(context.Goal, plan), PlanReviewer.Accepts, PlanningPrompt.RepairText, cancellationToken).ConfigureAwait(false);
            return (accepts, accepts ? StructuredGeneration.Confidence(completion) : 0, spent + more);
        }
        catch (ModelOutputException error) when (error.LimitReached)
        {
            throw error.After(spent); // Nobody else knows what the plan took.
        }
        catch (AutoGptException error)
        {
            return (false, 0, error is ModelOutputException output ? spent + new Spending(output.Tokens, output.Cost) : spent);
        }
    }

    private string? Doubt(PlanningContext context, Plan plan, bool accepted, double? confidence)
    {
        if (plan.Question is { } asked)
        {
            return asked;
        }

        if (confidence < _options.MinConfidence)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"I am not sure enough how to do this ({confidence:P0} where {_options.MinConfidence:P0} is wanted). Could you say it in other words?");
        }

        if (!accepted)
        {
            return "I am not sure that my plan does what you say. Could you say it in other words?";
        }

        return _options.AskAboutUnusedFiles && PlanDoubts.ForgottenFile(plan, context) is { } file
            ? $"The plan does not use '{file}'. What is to be done with it?"
            : null;
    }
}
