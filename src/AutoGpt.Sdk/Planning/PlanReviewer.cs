using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>A language model's verdict on a plan that has not run: whether it does exactly what the goal says. Thread-safe.</summary>
internal sealed class PlanReviewer(ILanguageModel model) : IEvaluator
{
    /// <summary>What the verdict looks like.</summary>
    public static readonly JsonElement Schema = JsonDocument.Parse(
        """
        {"type":"object","properties":{"verdict":{"enum":["accept","ask"]}},"required":["verdict"],"additionalProperties":false}
        """).RootElement;

    /// <summary>Reads a verdict that fits the schema.</summary>
    public static bool Accepts(JsonElement verdict, List<string> problems) => verdict.GetProperty("verdict").GetString() == "accept";

    public async ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        StructuredGeneration generation = new(model)
        {
            Schema = Schema,
            MaxTokens = 32,
            TokensLeft = context.TokensLeft,
            CostLeft = context.CostLeft,
            MaxRepairs = 1,
            Seed = context.Seed,
            What = "a verdict",
        };
        string steps = "[" + string.Join(',', context.Plan.Steps.Select(step => $$"""{"tool":{{JsonSerializer.Serialize(step.Tool, AgentJsonContext.Default.String)}},"arguments":{{step.Arguments.ToJsonString()}}}""")) + "]";
        (bool accepts, Completion completion, Spending spent) = await generation.RunAsync(
            PlanningPrompt.Review(context.Goal, $$"""{"steps":{{steps}}}"""), Accepts, PlanningPrompt.RepairText, cancellationToken).ConfigureAwait(false);
        return new Evaluation(accepts ? Verdict.Accept : Verdict.Ask) { Confidence = StructuredGeneration.Confidence(completion), Tokens = spent.Tokens, Cost = spent.Cost };
    }
}
