namespace AutoGpt.Sdk;

/// <summary>
/// Plans as it goes: a step or a few, then, with their results before it, the next (Yao et al. 2022, ReAct). What it takes for the answer it says in its own words. For goals whose later steps
/// depend on what earlier ones find, at a request to the model for each; a <see cref="LanguageModelPlanner"/> needs one for the whole. A step that fails does not end the plan: the model sees why and goes
/// on. Thread-safe.
/// </summary>
public sealed class StepByStepPlanner : IPlanner
{
    private readonly PlanWriter _writer;
    private readonly StepByStepPlannerOptions _options;

    /// <summary>Creates the planner.</summary>
    /// <param name="model">The model: a general one.</param>
    /// <param name="options">How to plan. Default: the defaults.</param>
    /// <exception cref="ArgumentException">The model was trained to plan whole goals and can do nothing else.</exception>
    public StepByStepPlanner(ILanguageModel model, StepByStepPlannerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Description.TrainedTools is not null)
        {
            throw new ArgumentException($"The model '{model.Description.Name}' was trained to plan whole goals; use a {nameof(LanguageModelPlanner)}, or a general model.", nameof(model));
        }

        _options = options ?? new StepByStepPlannerOptions();
        _options.Validate();
        _writer = new PlanWriter(model, new LanguageModelPlannerOptions { MaxTokens = _options.MaxTokens, MaxRepairs = _options.MaxRepairs, ExplainSteps = _options.ExplainSteps });
    }

    /// <inheritdoc/>
    /// <exception cref="ModelOutputException">The model was cut off, or gave no valid steps after every repair.</exception>
    public async ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        PlanRequest request = new(context, PlanningPrompt.Step(context, _options.MaxResultLength), _options.MaxStepsAtOnce)
        {
            Closing = PlanClosing.Question | PlanClosing.Answer,
        };
        Plan plan = await _writer.WriteOneAsync(request, cancellationToken).ConfigureAwait(false);
        return plan with { Continues = plan.Steps.Count > 0 };
    }
}
