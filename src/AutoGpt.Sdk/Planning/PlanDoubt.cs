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

    /// <summary>It is a question where the model would rather have had a plan.</summary>
    Question,
}

/// <summary>Looks for what speaks against a plan.</summary>
internal static class PlanDoubts
{
    public static PlanDoubt Of(Plan plan, PlanningContext context)
    {
        if (plan.IsQuestion)
        {
            return PlanDoubt.Question;
        }

        // What an earlier plan used and this one does not was a slip of the pen: the tools have named the file that is there.
        Plan[] plans = [plan, .. context.Attempts.Select(attempt => attempt.Plan)];
        return GoalMentions.FirstUnusedFile(context.Goal.Text, plans) is not null ? PlanDoubt.ForgetsFile
            : RepeatsItself(plan) || GoalMentions.ForgetsQuotationOrNumber(context.Goal.Text, plans) ? PlanDoubt.Odd
            : PlanDoubt.None;
    }

    private static bool RepeatsItself(Plan plan) =>
        HasTwice(plan.Steps.Select(step => step.Tool + step.Arguments.ToJsonString()))
        || plan.Steps.SelectMany(step => step.Arguments).Any(argument => argument.Value is JsonArray items && HasTwice(items.Select(item => item?.ToJsonString() ?? "")));

    private static bool HasTwice(IEnumerable<string> values)
    {
        HashSet<string> seen = [];
        return !values.All(seen.Add);
    }
}
