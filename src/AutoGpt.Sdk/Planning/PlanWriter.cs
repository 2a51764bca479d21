using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Has a model write plans, or what is added to one: puts the request, reads the JSON, checks it, and finds out what else the model weighed. Thread-safe.</summary>
internal sealed class PlanWriter(ILanguageModel model, LanguageModelPlannerOptions options)
{
    private const string NoTools = "None of my tools can do that. What else may I try?";

    // Of a choice between tools, what is less probable than the fifth would not be missed.
    private const int ToolsWeighed = 5;

    /// <summary>Has plans written, the model's first choice first.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="max">Plans to look at, at most.</param>
    /// <param name="look">Looks at a plan; true ends the search.</param>
    /// <param name="samples">How models without second choices are sampled; null: they give one plan.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What all took.</returns>
    /// <exception cref="ModelOutputException">There was no valid plan at all.</exception>
    public Task<Spending> WriteAsync(PlanRequest request, int max, Func<WrittenPlan, bool> look, SamplingOptions? samples, CancellationToken cancellationToken)
    {
        RequireTrainedTools(request.Context);
        if (model.Description.TrainedTools is not null)
        {
            // It was not trained on these: it would not read them, and must not quote from them.
            request = request with { Prompt = request.Prompt with { Sections = [.. request.Prompt.Sections.Where(section => section.Name is not (PlanningPrompt.ConversationSection or PlanningPrompt.DoneSection))] } };
        }

        bool isMasked = model.Description.StructuredOutput == StructuredOutput.Masked;
        JsonElement schema = isMasked
            ? PlanSchema.Build(request.Tools, request.MaxSteps, [.. request.Prompt.Sections.Select(section => section.Name)], request.FirstStep, request.Referable, request.Closing)
            : PlanSchema.BuildPlain(request.Tools, request.MaxSteps, request.Closing | PlanClosing.Question, options.ExplainSteps);
        ITokenizer? tokenizer = model.GetService<ITokenizer>();
        string[] names = [.. request.Tools.Select(tool => tool.Name)];
        return Generation(schema, "a plan", request.Context, default).RunManyAsync(
            max,
            request.Prompt,
            (json, problems) => Read(json, request, problems),
            (draft, completion) => look(draft with
            {
                Plan = draft.Plan with
                {
                    Steps = [.. draft.Plan.Steps.Zip(ToolChoices.Find(completion, tokenizer, draft.Plan.Steps.Count, names), (step, choices) => step with { Candidates = choices })],
                    Confidence = StructuredGeneration.Confidence(completion),
                },
            }),
            PlanningPrompt.RepairText,
            samples,
            cancellationToken);
    }

    /// <summary>Has one plan written: the model's first choice, with what it took.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ModelOutputException">There was no valid plan.</exception>
    public async Task<Plan> WriteOneAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        Plan? plan = null;
        Spending spent = await WriteAsync(
            request,
            max: 1,
            draft =>
            {
                plan = draft.Plan;
                return true;
            },
            samples: null,
            cancellationToken).ConfigureAwait(false);
        return plan! with { Tokens = spent.Tokens, Cost = spent.Cost };
    }

    /// <summary>A request for structure of this model, within what the context leaves.</summary>
    public StructuredGeneration Generation(JsonElement schema, string what, PlanningContext context, Spending spent) => new(model)
    {
        Schema = schema,
        MaxTokens = options.MaxTokens,
        TokensLeft = context.TokensLeft - spent.Tokens,
        CostLeft = context.CostLeft - spent.Cost,
        MaxRepairs = model.Description.TrainedTools is not null ? 0 : options.MaxRepairs,
        TopLogProbabilities = ToolsWeighed,
        Seed = context.Seed,
        What = what,
    };

    private static WrittenPlan Read(JsonElement json, PlanRequest request, List<string> problems)
    {
        JsonElement steps = json.GetProperty("steps");
        string? question = Text(json, "question");
        string? answer = Text(json, "answer");
        if (steps.GetArrayLength() == 0)
        {
            bool isNothing = request.Closing.HasFlag(PlanClosing.Answer) && request.FirstStep == 1 && (question ?? answer) is null;
            problems.AddRange(isNothing ? ["There are no steps, no answer and no question."] : (IEnumerable<string>)[]);

            // Where an answer can be given, saying nothing says that the results are the answer.
            return new WrittenPlan(
                request.Closing.HasFlag(PlanClosing.Answer) && question is null ? new Plan { Answer = answer } : Plan.Ask(question is null ? NoTools : SingleLine.Of(question)), "");
        }

        Plan plan = new()
        {
            Steps = [.. steps.EnumerateArray().Select((step, index) => new PlanStep(
                request.FirstStep + index, step.GetProperty("tool").GetString()!, JsonNode.Parse(step.GetProperty("arguments").GetRawText())!.AsObject())
            {
                Why = Text(step, "why") is { } why ? SingleLine.Of(why) : null,
            })],
        };
        PlanProgress? progress = request.Context.Progress;
        problems.AddRange(plan.Steps.Count > request.MaxSteps ? [$"There are {plan.Steps.Count} steps, more than the {request.MaxSteps} there may be."] : []);
        problems.AddRange(PlanValidator.Validate(progress?.Plan.Extend(plan, progress.Expanding?.Number) ?? plan, request.Context.Tools, int.MaxValue, known: request.FirstStep - 1));
        problems.AddRange(plan.Steps.SelectMany(step => PlanReferences.Collect(step.Arguments).Where(number => number < request.FirstStep && !request.Referable.Contains(number))
            .Select(number => $"Step {step.Number} refers to ${number}, which has no result that can be used.")));
        return new WrittenPlan(plan, json.GetRawText());
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement text) && text.GetString() is { Length: > 0 } given ? given : null;

    private void RequireTrainedTools(PlanningContext context)
    {
        if (model.Description.TrainedTools is { } trained && trained != ToolSchemaHash.Compute(context.Tools))
        {
            throw new AutoGptException(
                $"The model '{model.Description.Name}' was trained on other tools than the agent has: give the agent exactly those, "
                + "or use a general model, for instance a chat client through AsLanguageModel().");
        }
    }
}

/// <summary>What a model is asked to write.</summary>
/// <param name="Context">What the planner was asked.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="MaxSteps">Steps at most.</param>
internal sealed record PlanRequest(PlanningContext Context, Prompt Prompt, int MaxSteps)
{
    /// <summary>The tools that can be named, sub-goals included where there can be any.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Tools { get; init; } = Context.Tools;

    /// <summary>The number of the first step.</summary>
    public int FirstStep { get; } = (Context.Progress?.Plan.Steps.Count ?? 0) + 1;

    /// <summary>The earlier steps whose results can be used.</summary>
    public IReadOnlyList<int> Referable { get; } = [.. Context.Progress?.Results.Where(result => result.Succeeded).Select(result => result.Number).Order() ?? Enumerable.Empty<int>()];

    /// <summary>What there can be besides steps.</summary>
    public PlanClosing Closing { get; init; }
}

/// <summary>A plan as a model wrote it.</summary>
/// <param name="Plan">The plan, without what it took.</param>
/// <param name="Text">Its JSON; empty for a question or an answer.</param>
internal sealed record WrittenPlan(Plan Plan, string Text);
