namespace AutoGpt.Sdk;

/// <summary>A plan as the tree that sub-goals make of it.</summary>
internal static class PlanTree
{
    /// <summary>The steps in the order in which they stand in the tree: each sub-goal before its parts, and its parts before what comes after it.</summary>
    public static IEnumerable<PlanStep> InOrder(Plan plan)
    {
        ILookup<int, PlanStep> parts = plan.Steps.ToLookup(step => step.Parent ?? 0);
        return Under(0);

        IEnumerable<PlanStep> Under(int parent) => parts[parent].SelectMany(step => Under(step.Number).Prepend(step));
    }

    /// <summary>The numbers of the sub-goals that a step is a part of, from the inside out.</summary>
    public static IEnumerable<int> Ancestors(Plan plan, PlanStep step)
    {
        // Each is before its parts, so that this ends whatever the plan says.
        for (PlanStep at = step; at.Parent is { } parent && parent >= 1 && parent < at.Number; at = plan.Steps[parent - 1])
        {
            yield return parent;
        }
    }
}
