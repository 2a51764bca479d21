using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>
/// Takes the plan from a library where a template's <see cref="PlanTemplate.Goal"/> is worded as the goal is, at the cost of no token; else, and when that plan fails, asks another planner. Thread-safe.
/// </summary>
/// <remarks>
/// Words must be the same but for letter case, the number of spaces and a full stop at the end; what stands in the place of a parameter is its value, without the quotation marks around it, and the same
/// wherever the parameter stands. Of several templates that fit, the one with the most words of its own is taken, and of equals the first by name. Matching takes time in proportion to the goal's length.
/// </remarks>
public sealed class LibraryPlanner : IPlanner
{
    private readonly IPlanLibrary _library;
    private readonly IPlanner _other;

    /// <summary>Creates the planner.</summary>
    /// <param name="library">The library.</param>
    /// <param name="other">Plans what the library does not know.</param>
    public LibraryPlanner(IPlanLibrary library, IPlanner other)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(other);
        (_library, _other) = (library, other);
    }

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (context is { Attempts.Count: 0, Progress: null } ? await FindAsync(context, cancellationToken).ConfigureAwait(false) : null)
            ?? await _other.PlanAsync(context, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Plan?> FindAsync(PlanningContext context, CancellationToken cancellationToken)
    {
        (Plan Plan, int Words)? best = null;
        await foreach (PlanTemplate template in _library.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (template.Goal is { } goal && Match(template, goal, context.Goal.Text) is { } values && Bind(template, values) is { } plan)
            {
                int words = PlanTemplate.Texts(goal).Sum(text => text.Length);

                // A plan for other tools is no plan here.
                if ((best is null || words > best.Value.Words) && PlanValidator.Validate(plan, context.Tools) is [])
                {
                    best = (plan, words);
                }
            }
        }

        return best?.Plan;
    }

    private static Dictionary<string, string>? Match(PlanTemplate template, string wording, string goal)
    {
        List<string> names = [];
        string form = PlanTemplate.ToPattern(wording.Trim().TrimEnd('.'), text => string.Join(@"\s+", text.Split((char[]?)null).Select(Regex.Escape)), name =>
        {
            names.Add(name);
            return "(.+?)";
        });

        // A goal can come from anywhere: without backtracking, there is none that takes long.
        Match match = Regex.Match(goal.Trim().TrimEnd('.'), $@"^{form}\s*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
        Dictionary<string, string> values = [];
        return match.Success && names.Index().All(place => match.Groups[place.Index + 1].Value is var value && (values.TryAdd(place.Item, value) || values[place.Item] == value))
            ? template.Parameters.Where(parameter => values.ContainsKey(parameter.Name)).ToDictionary(parameter => parameter.Name, parameter => Unquoted(values[parameter.Name])) : null;
    }

    // A goal that has no value for a parameter, or one that is none, is another goal.
    private static Plan? Bind(PlanTemplate template, Dictionary<string, string> values)
    {
        try
        {
            return template.Bind(values);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Unquoted(string value) =>
        value is [var first, .., var last] && value.Length > 2 && (first, last) is ('"', '"') or ('\'', '\'') or ('“', '”') or ('‘', '’') ? value[1..^1] : value;
}
