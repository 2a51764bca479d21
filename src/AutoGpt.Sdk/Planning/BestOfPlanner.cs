namespace AutoGpt.Sdk;

/// <summary>
/// Looks at several plans and takes the one an evaluator thinks best of. A model that can go on to its second choice (<see cref="ICandidateModel"/>) is rewound to where the plans part and reads the prompt
/// once; another one is asked again with other seeds. A plan is judged before it runs, so the evaluator gets no results: its verdict and how sure it is are the score. Best of <em>n</em> helps as much as the
/// evaluator can tell good plans from bad ones. Thread-safe when the evaluator is.
/// </summary>
public sealed class BestOfPlanner : IPlanner
{
    private readonly PlanWriter _writer;
    private readonly BestOfPlannerOptions _options;
    private readonly IEvaluator _judge;

    /// <summary>Creates the planner.</summary>
    /// <param name="model">The model that plans.</param>
    /// <param name="judge">Scores a plan. Default: the same model, asked whether the plan does what the goal says.</param>
    /// <param name="options">How many plans to look at, and how they are made. Default: the defaults.</param>
    /// <exception cref="ArgumentException">The model was trained to plan and nothing else, and there is no <paramref name="judge"/>.</exception>
    public BestOfPlanner(ILanguageModel model, IEvaluator? judge = null, BestOfPlannerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (judge is null && model.Description.TrainedTools is not null)
        {
            throw new ArgumentException($"The model '{model.Description.Name}' was trained to plan and cannot judge; give an {nameof(IEvaluator)} that can.", nameof(judge));
        }

        _options = options ?? new BestOfPlannerOptions();
        _options.Validate();
        _writer = new PlanWriter(model, _options.Planner);
        _judge = judge ?? new PlanReviewer(model);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelOutputException">The model gave no valid plan at all.</exception>
    /// <exception cref="AutoGptException">The plan is to be extended: this planner makes whole plans.</exception>
    public async ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Progress is not null)
        {
            throw new AutoGptException($"A {nameof(BestOfPlanner)} makes whole plans; {nameof(StepByStepPlanner)} and {nameof(HierarchicalPlanner)} extend them.");
        }

        List<Plan> plans = [];
        PlanRequest request = new(context, PlanningPrompt.Create(context), _options.Planner.MaxPlanSteps);
        Spending spent = await _writer.WriteAsync(
            request,
            _options.Candidates,
            draft =>
            {
                if (!plans.Exists(plan => plan.IsLike(draft.Plan) && plan.IsQuestion == draft.Plan.IsQuestion))
                {
                    plans.Add(draft.Plan);
                }

                return false;
            },
            _options.Sampling,
            cancellationToken).ConfigureAwait(false);
        if (plans is [var only])
        {
            return only with { Tokens = spent.Tokens, Cost = spent.Cost }; // There is nothing to choose from.
        }

        List<(Plan Plan, Evaluation? Judged)> judged = [];
        foreach (Plan plan in plans)
        {
            (Evaluation? evaluation, Spending more) = await JudgeAsync(plan, context, spent, cancellationToken).ConfigureAwait(false);
            spent += more;
            judged.Add((plan, evaluation));
        }

        Plan best = judged.MaxBy(candidate => Score(candidate.Judged)).Plan;
        return best with
        {
            Tokens = spent.Tokens,
            Cost = spent.Cost,
            Candidates =
            [
                .. judged.Select(candidate => new PlanCandidate(candidate.Plan.Steps, ReferenceEquals(candidate.Plan, best))
                {
                    Confidence = candidate.Plan.Confidence, Score = candidate.Judged is null ? null : Score(candidate.Judged), Reason = candidate.Judged?.Reason ?? candidate.Plan.Question,
                }),
            ],
        };
    }

    /// <summary>A plan that cannot be judged, because the judge fails or nothing is left to pay it with, is worth less than any that was.</summary>
    private async Task<(Evaluation? Judged, Spending Spent)> JudgeAsync(Plan plan, PlanningContext context, Spending spent, CancellationToken cancellationToken)
    {
        if (plan.IsQuestion || spent.Tokens >= context.TokensLeft || spent.Cost >= context.CostLeft)
        {
            return default;
        }

        EvaluationContext evaluation = new(context.Goal, plan, [])
        {
            Attempts = context.Attempts, TokensLeft = context.TokensLeft - spent.Tokens, CostLeft = context.CostLeft - spent.Cost, Seed = context.Seed,
        };
        try
        {
            Evaluation judged = await _judge.EvaluateAsync(evaluation, cancellationToken).ConfigureAwait(false);
            return (judged, new Spending(judged.Tokens, judged.Cost));
        }
        catch (AutoGptException error)
        {
            return (null, error is ModelOutputException output ? new Spending(output.Tokens, output.Cost) : default);
        }
    }

    // From 0 to 1: a half divides what is accepted from what is not. An evaluator that does not say how sure it is, is.
    private static double Score(Evaluation? judged) => judged switch
    {
        null => -1,
        { Verdict: Verdict.Accept } => 0.5 + ((judged.Confidence ?? 1) / 2),
        _ => 0.5 - ((judged.Confidence ?? 1) / 2),
    };
}
