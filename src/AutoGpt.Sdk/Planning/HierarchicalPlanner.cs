using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// Plans from the coarse to the fine: a step of a plan can be a goal of its own, which is planned when its turn comes, with the results known by then, and may have sub-goals in turn. For goals too large for
/// one plan. Thread-safe.
/// </summary>
public sealed class HierarchicalPlanner : IPlanner
{
    private readonly PlanWriter _writer;
    private readonly HierarchicalPlannerOptions _options;

    /// <summary>Creates the planner.</summary>
    /// <param name="model">The model: a general one.</param>
    /// <param name="options">How to plan. Default: the defaults.</param>
    /// <exception cref="ArgumentException">The model was trained to plan over its own tools and knows no sub-goals.</exception>
    public HierarchicalPlanner(ILanguageModel model, HierarchicalPlannerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Description.TrainedTools is not null)
        {
            throw new ArgumentException($"The model '{model.Description.Name}' was trained to plan over its own tools and knows no sub-goals; use a {nameof(LanguageModelPlanner)}, or a general model.", nameof(model));
        }

        _options = options ?? new HierarchicalPlannerOptions();
        _options.Validate();
        _writer = new PlanWriter(model, new LanguageModelPlannerOptions { MaxTokens = _options.MaxTokens, MaxRepairs = _options.MaxRepairs, ExplainSteps = _options.ExplainSteps });
    }

    /// <inheritdoc/>
    /// <exception cref="ModelOutputException">The model was cut off, or gave no valid plan after every repair.</exception>
    public async ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        int depth = context.Progress is { Expanding: { } part } progress ? PlanTree.Ancestors(progress.Plan, part).Count() + 1 : 0;
        IReadOnlyList<AIFunctionDeclaration> tools = depth < _options.MaxDepth ? [.. context.Tools, SubGoals.Declaration] : context.Tools;
        PlanRequest request = new(context, PlanningPrompt.Part(context, tools, _options.MaxResultLength), _options.MaxPlanSteps) { Tools = tools, Closing = PlanClosing.Question };
        return await _writer.WriteOneAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
