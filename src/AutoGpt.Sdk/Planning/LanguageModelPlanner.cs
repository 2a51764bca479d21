using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// Plans with a language model: asks for JSON that fits <see cref="PlanSchema"/>, and checks it with <see cref="PlanValidator"/>.
/// Thread-safe.
/// </summary>
public sealed class LanguageModelPlanner : IPlanner
{
    private readonly ILanguageModel _model;
    private readonly LanguageModelPlannerOptions _options;

    /// <summary>Creates the planner.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to plan. Default: the defaults, or <see cref="LanguageModelPlannerOptions.Specialized"/> for a model that was trained on its tools.</param>
    public LanguageModelPlanner(ILanguageModel model, LanguageModelPlannerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? (model.Description.TrainedTools is null ? new LanguageModelPlannerOptions() : LanguageModelPlannerOptions.Specialized);
        _options.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="ModelOutputException">The model was cut off, or gave no valid plan after every repair.</exception>
    public async ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        RequireTrainedTools(context);
        int maxSteps = Math.Min(_options.MaxPlanSteps, context.StepsLeft);
        Prompt prompt = PlanningPrompt.Create(context);
        bool specialised = _model.Description.TrainedTools is not null;
        StructuredGeneration generation = new(_model)
        {
            Schema = _model.Description.StructuredOutput == StructuredOutput.Masked
                ? PlanSchema.Build(context.Tools, maxSteps, [.. prompt.Sections.Select(section => section.Name)])
                : PlanSchema.BuildPlain(context.Tools, maxSteps),
            MaxTokens = _options.MaxTokens,
            TokensLeft = context.TokensLeft,
            MaxRepairs = specialised ? 0 : _options.MaxRepairs,
            Seed = context.Seed,
            What = "a plan",
        };
        (Plan plan, double? confidence, long tokens) = await generation.RunAsync(
            prompt, (json, problems) => Read(json, context, maxSteps, problems), PlanningPrompt.RepairText, cancellationToken).ConfigureAwait(false);
        return Doubt(context.Goal, plan, confidence) is { } question
            ? Plan.Ask(question, tokens) with { Confidence = confidence }
            : plan with { Confidence = confidence, Tokens = tokens };
    }

    private static Plan Read(JsonElement json, PlanningContext context, int maxSteps, List<string> problems)
    {
        Plan plan = new()
        {
            Steps = [.. json.GetProperty("steps").EnumerateArray().Select((step, index) => new PlanStep(
                index + 1,
                step.GetProperty("tool").GetString()!,
                JsonNode.Parse(step.GetProperty("arguments").GetRawText())!.AsObject()))],
        };
        problems.AddRange(PlanValidator.Validate(plan, context.Tools, maxSteps));
        return plan;
    }

    private string? Doubt(Goal goal, Plan plan, double? confidence)
    {
        if (confidence < _options.MinConfidence)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"I am not sure enough how to do this ({confidence:P0} where {_options.MinConfidence:P0} is wanted). Could you say it in other words?");
        }

        return _options.AskAboutUnusedFiles && GoalFiles.FirstUnused(goal.Text, plan) is { } file
            ? $"The plan does not use '{file}'. What is to be done with it?"
            : null;
    }

    private void RequireTrainedTools(PlanningContext context)
    {
        if (_model.Description.TrainedTools is { } trained && trained != ToolSchemaHash.Compute(context.Tools))
        {
            throw new AutoGptException(
                $"The model '{_model.Description.Name}' was trained on other tools than the agent has: give the agent exactly those, "
                + "or use a general model, for instance a chat client through AsLanguageModel().");
        }
    }
}
