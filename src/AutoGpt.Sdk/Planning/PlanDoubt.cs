using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>What speaks against a plan that is valid, from the least to the worst.</summary>
internal enum PlanDoubt
{
    None,

    /// <summary>It says a thing twice, or leaves a quotation or a number of the goal aside.</summary>
    Odd,

    /// <summary>It leaves a file of the goal aside.</summary>
    ForgetsFile,

    /// <summary>It is the plan that has just failed, or does the very thing again that failed in it.</summary>
    HasFailed,

    /// <summary>It is a question where the model would rather have had a plan.</summary>
    Question,
}

/// <summary>Looks for what speaks against a plan.</summary>
internal static class PlanDoubts
{
    /// <summary>
    /// How sure a model must be of its first plan for an oddity to count for nothing. Goals mention numbers and quotations that are no part of what is wanted
    /// ("the meeting is at 4"), and a model that is this sure has seen that.
    /// </summary>
    public const double Sure = 0.9;

    /// <param name="plan">The plan.</param>
    /// <param name="context">What was asked.</param>
    /// <param name="isFirst">Whether it is the model's first choice.</param>
    /// <param name="confidence">How sure the model is of it; null where it does not say.</param>
    public static PlanDoubt Of(Plan plan, PlanningContext context, bool isFirst, double? confidence)
    {
        if (plan.IsQuestion)
        {
            // In the first place a question is the model's answer, not a bad plan.
            return isFirst ? PlanDoubt.None : PlanDoubt.Question;
        }

        return HasFailed(plan, context) ? PlanDoubt.HasFailed
            : ForgottenFile(plan, context) is not null ? PlanDoubt.ForgetsFile
            : isFirst && confidence >= Sure ? PlanDoubt.None
            : RepeatsItself(plan, context) || GoalMentions.ForgetsQuotationOrNumber(context.Goal.Text, SoFar(plan, context)) ? PlanDoubt.Odd
            : PlanDoubt.None;
    }

    /// <summary>The doubt in one line for a person; null for none.</summary>
    public static string? Tell(PlanDoubt doubt) => doubt switch
    {
        PlanDoubt.Odd => "It says a thing twice, or leaves a quotation or a number of the goal aside.",
        PlanDoubt.ForgetsFile => "It leaves a file of the goal aside.",
        PlanDoubt.HasFailed => "It does again what has just failed.",
        PlanDoubt.Question => "It asks, where a plan was preferred.",
        _ => null,
    };

    /// <summary>The first file that the goal names and neither the plan nor one before it uses, or null.</summary>
    public static string? ForgottenFile(Plan plan, PlanningContext context) => GoalMentions.FirstUnusedFile(context.Goal.Text, SoFar(plan, context));

    // Before anything was changed, the same call with the same values fails in the same way.
    private static bool HasFailed(Plan plan, PlanningContext context)
    {
        if (context.Attempts is not [.., { } last])
        {
            return false;
        }

        HashSet<int> failed = [.. last.Results.Where(result => result.Status == StepStatus.Failed).Select(result => result.Number)];
        PlanStep[] calls = [.. last.Plan.Steps.Where(step => failed.Contains(step.Number) && PlanReferences.Collect(step.Arguments).Count == 0)];
        HashSet<string> reading = [.. context.Tools.Where(ToolTraits.IsReadOnly).Select(tool => tool.Name)];
        return plan.IsLike(last.Plan) || plan.Steps.TakeWhile((step, index) => index == 0 || reading.Contains(plan.Steps[index - 1].Tool))
            .Any(step => Array.Exists(calls, call => call.Tool == step.Tool && JsonNode.DeepEquals(call.Arguments, step.Arguments)));
    }

    // What an earlier plan used and this one does not was a slip of the pen: the tools have named the file that is there.
    private static Plan[] SoFar(Plan plan, PlanningContext context) => [plan, .. context.Attempts.Select(attempt => attempt.Plan)];

    // The same file or the same result twice in a list, or the same question put twice. Numbers may well be equal, and what changes something may be wanted twice.
    private static bool RepeatsItself(Plan plan, PlanningContext context)
    {
        HashSet<string> reading = [.. context.Tools.Where(ToolTraits.IsReadOnly).Select(tool => tool.Name)];
        return HasTwice(plan.Steps.Where(step => reading.Contains(step.Tool)).Select(step => step.Tool + step.Arguments.ToJsonString()))
            || plan.Steps.SelectMany(step => step.Arguments).Any(argument => argument.Value is JsonArray items && HasTwice(items.OfType<JsonValue>()
                .Select(item => item.TryGetValue(out string? text) ? text : null)
                .Where(text => text is not null && (PlanReferences.TryParse(text, out _) || Count(context.Goal.Text, text) == 1))));
    }

    private static int Count(string goal, string text) => text.Length == 0 ? 0 : (goal.Length - goal.Replace(text, "", StringComparison.Ordinal).Length) / text.Length;

    private static bool HasTwice(IEnumerable<string?> values)
    {
        HashSet<string?> seen = [];
        return !values.All(seen.Add);
    }
}
