using System.IO.Enumeration;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>Finds files that a goal names and a plan forgets.</summary>
internal static partial class GoalFiles
{
    /// <summary>The first file named in the goal that no argument of the plans holds or matches, or null.</summary>
    public static string? FirstUnused(string goal, IEnumerable<Plan> plans)
    {
        string[] arguments = [.. plans.SelectMany(plan => plan.Steps).SelectMany(step => Strings(step.Arguments))];
        return FilePattern().Matches(goal).Select(match => match.Value)
            .FirstOrDefault(file => !arguments.Any(argument => Uses(argument, file)));
    }

    private static bool Uses(string argument, string file) =>
        argument.Contains(file, StringComparison.OrdinalIgnoreCase)
        || (argument.Contains('*', StringComparison.Ordinal)
            && FileSystemName.MatchesSimpleExpression(Name(argument), Name(file)));

    private static ReadOnlySpan<char> Name(string path) => path.AsSpan(path.LastIndexOf('/') + 1);

    private static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Strings(member.Value)),
        JsonArray elements => elements.SelectMany(Strings),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    // A name with an extension of letters and digits that begins with a letter: not 3.5, e.g., an address or a link.
    [GeneratedRegex(@"(?<![\w./:@\-])(?!(?:e\.g|i\.e|www)\b)[\w\-/][\w\-./]*\.[A-Za-z][A-Za-z0-9]{0,9}(?![\w@/]|\.\w)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex FilePattern();
}
