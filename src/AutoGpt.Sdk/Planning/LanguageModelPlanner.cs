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
    private const string NoTools = "None of my tools can do that. What else may I try?";

    private static readonly JsonElement VerdictSchema = JsonDocument.Parse(
        """
        {"type":"object","properties":{"verdict":{"enum":["accept","ask"]}},"required":["verdict"],"additionalProperties":false}
        """).RootElement;

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
    /// <exception cref="ModelOutputException">The model was cut off, or gave no valid plan after every repair or candidate.</exception>
    public async ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        RequireTrainedTools(context);

        // Not cut to the steps that are left: under a mask the plan would be forced shut, and its beginning would pass for the whole.
        int maxSteps = _options.MaxPlanSteps;
        Prompt prompt = PlanningPrompt.Create(context);
        JsonElement schema = _model.Description.StructuredOutput == StructuredOutput.Masked
            ? PlanSchema.Build(context.Tools, maxSteps, [.. prompt.Sections.Select(section => section.Name)])
            : PlanSchema.BuildPlain(context.Tools, maxSteps);
        ((Plan plan, string text), double? confidence, long tokens) = await Generation(schema, "a plan", context, tokens: 0).RunBestAsync(
            _options.MaxCandidates,
            prompt,
            (json, problems) => Read(json, context, maxSteps, problems),
            (draft, sure, isFirst) => (int)PlanDoubts.Of(draft.Plan, context, isFirst, sure),
            PlanningPrompt.RepairText,
            cancellationToken).ConfigureAwait(false);
        bool accepted = true;
        if (_options.ReviewPlans && !plan.IsQuestion && !(confidence < _options.MinConfidence) && context.Attempts.Count == 0)
        {
            (accepted, double? judged, tokens) = await ReviewAsync(text, context, tokens, cancellationToken).ConfigureAwait(false);
            confidence = confidence is { } planned && judged is { } verdict ? Math.Min(planned, verdict) : judged ?? confidence;
        }

        return Doubt(context, plan, accepted, confidence) is { } question
            ? Plan.Ask(question, tokens) with { Confidence = confidence }
            : plan with { Confidence = confidence, Tokens = tokens };
    }

    private StructuredGeneration Generation(JsonElement schema, string what, PlanningContext context, long tokens) => new(_model)
    {
        Schema = schema,
        MaxTokens = _options.MaxTokens,
        TokensLeft = context.TokensLeft - tokens,
        MaxRepairs = _model.Description.TrainedTools is not null ? 0 : _options.MaxRepairs,
        Seed = context.Seed,
        What = what,
    };

    /// <summary>
    /// Whether the model accepts its plan, how probable that is (0 when it does not, null where it reports no log-probabilities), and the
    /// tokens of plan and verdict. A verdict that cannot be had accepts nothing.
    /// </summary>
    private async Task<(bool Accepted, double? Probability, long Tokens)> ReviewAsync(
        string plan, PlanningContext context, long tokens, CancellationToken cancellationToken)
    {
        try
        {
            (bool accepts, double? probability, long more) = await Generation(VerdictSchema, "a verdict", context, tokens).RunAsync(
                PlanningPrompt.Review(context.Goal, plan), (json, _) => json.GetProperty("verdict").GetString() == "accept", PlanningPrompt.RepairText, cancellationToken).ConfigureAwait(false);
            return (accepts, accepts ? probability : 0, tokens + more);
        }
        catch (ModelOutputException error) when (error.TokenLimitReached)
        {
            throw error.After(tokens); // Nobody else knows what the plan took.
        }
        catch (AutoGptException error)
        {
            return (false, 0, tokens + ((error as ModelOutputException)?.Tokens ?? 0));
        }
    }

    private static (Plan Plan, string Text) Read(JsonElement json, PlanningContext context, int maxSteps, List<string> problems)
    {
        JsonElement steps = json.GetProperty("steps");
        if (steps.GetArrayLength() == 0)
        {
            return (Plan.Ask(json.TryGetProperty("question", out JsonElement question) && question.GetString() is { Length: > 0 } text ? SingleLine.Of(text) : NoTools), "");
        }

        Plan plan = new()
        {
            Steps = [.. steps.EnumerateArray().Select((step, index) => new PlanStep(
                index + 1,
                step.GetProperty("tool").GetString()!,
                JsonNode.Parse(step.GetProperty("arguments").GetRawText())!.AsObject()))],
        };
        problems.AddRange(PlanValidator.Validate(plan, context.Tools, maxSteps));
        return (plan, json.GetRawText());
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
