namespace TrainMini.Goals;

/// <summary>Finds the families that a whole goal's steps belong to, so that a combination held out of training is held out of whole goals, too.</summary>
internal sealed class Combinations
{
    private readonly Dictionary<string, string> _families = [];

    public Combinations(IEnumerable<Family> families)
    {
        foreach (Family family in families.Where(family => family.Steps.Count == 1))
        {
            _families.TryAdd(Signature(family.Steps[0]), family.Id);
        }
    }

    /// <summary>The family of a plan's last step, where there is one.</summary>
    public string? Last(Family plan) => _families.GetValueOrDefault(Signature(plan.Steps[^1]));

    /// <summary>The pairs of families of which one works on the other's result or follows right after it.</summary>
    public IEnumerable<(string First, string Second)> Pairs(Family plan)
    {
        for (int second = 1; second < plan.Steps.Count; second++)
        {
            if (!_families.TryGetValue(Signature(plan.Steps[second]), out string? after))
            {
                continue;
            }

            string[] used = [.. plan.Steps[second].Arguments.Where(argument => argument.Value.StartsWith('$')).Select(argument => argument.Value)];
            foreach (int first in used.Length == 0 ? [second - 1] : used.Select(each => int.Parse(each[1..], System.Globalization.CultureInfo.InvariantCulture) - 1))
            {
                if (_families.TryGetValue(Signature(plan.Steps[first]), out string? before))
                {
                    yield return (before, after);
                }
            }
        }
    }

    // What distinguishes families: the tool, its arguments, and the values that are not copied from the goal.
    private static string Signature(StepTemplate step) => step.Tool + " " + string.Join(' ', step.Arguments.Select(argument =>
        argument.Key + "=" + (argument.Value[0] switch { '{' => "{}", '$' => "$", '[' => argument.Value.Count(character => character == ',').ToString(System.Globalization.CultureInfo.InvariantCulture), _ => argument.Value })));
}
