using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>
/// Takes the plan from a library where a template's <see cref="PlanTemplate.Goal"/> is worded as the goal is, at the cost of no token; else, and when that plan fails, asks another planner. Thread-safe.
/// </summary>
/// <remarks>
/// Words must be the same but for letter case, the number of spaces and a full stop at the end; what stands in the place of a parameter is its value, without the quotation marks around it. Of several
/// templates that fit, the one with the most words of its own is taken, and of equals the first by name.
/// </remarks>
public sealed class LibraryPlanner : IPlanner
{
    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(100);
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
            if (template.Goal is { } goal && Match(template, goal, context.Goal.Text) is { } values
                && template.Parameters.All(parameter => parameter.Default is not null || values.ContainsKey(parameter.Name)))
            {
                Plan plan = template.Bind(values);
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

    private static Dictionary<string, string>? Match(PlanTemplate template, string pattern, string goal)
    {
        string form = PlanTemplate.ToPattern(pattern, text => string.Join(@"\s+", text.Split((char[]?)null).Select(Regex.Escape)), name => $"(?<{name}>.+?)");
        try
        {
            Match match = Regex.Match(goal.Trim().TrimEnd('.'), $@"^\s*{form.TrimEnd('.')}\s*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, MatchTime);
            return match.Success ? template.Parameters.Where(parameter => match.Groups[parameter.Name].Success)
                .ToDictionary(parameter => parameter.Name, parameter => Unquoted(match.Groups[parameter.Name].Value)) : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null; // So many ways to read it that none is meant.
        }
    }

    private static string Unquoted(string value) =>
        value is [var first, .., var last] && value.Length > 2 && (first, last) is ('"', '"') or ('\'', '\'') or ('“', '”') or ('‘', '’') ? value[1..^1] : value;
}
