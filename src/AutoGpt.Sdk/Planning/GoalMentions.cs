using System.IO.Enumeration;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>Finds what a goal names and a plan forgets.</summary>
internal static partial class GoalMentions
{
    /// <summary>The first file named in the goal that no argument of the plans holds or matches, or null.</summary>
    public static string? FirstUnusedFile(string goal, IEnumerable<Plan> plans)
    {
        string[] arguments = [.. Values(plans)];
        return FilePattern().Matches(goal).Select(match => match.Value)
            .FirstOrDefault(file => !arguments.Any(argument => Uses(argument, file)));
    }

    /// <summary>Whether the goal quotes a text or gives a number in digits that no argument of the plans holds. References to steps are no numbers.</summary>
    public static bool ForgetsQuotationOrNumber(string goal, IEnumerable<Plan> plans)
    {
        string[] arguments = [.. Values(plans).Where(value => !PlanReferences.TryParse(value, out _))];
        IEnumerable<string> quotations = QuotationPattern().Matches(goal)
            .Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value.TrimEnd('.', ',', '!', '?', ';', ':', ' '));
        if (quotations.Any(quotation => !arguments.Any(argument => argument.Contains(quotation, StringComparison.OrdinalIgnoreCase))))
        {
            return true;
        }

        HashSet<string> planned = [.. arguments.SelectMany(argument => DigitsPattern().Matches(argument)).Select(Plain)];
        return NumberPattern().Matches(QuotationPattern().Replace(goal, " ")).Select(Plain).Any(number => !planned.Contains(number));
    }

    private static string Plain(Match number) => number.Value.Replace(",", "", StringComparison.Ordinal);

    private static bool Uses(string argument, string file) =>
        argument.Contains(file, StringComparison.OrdinalIgnoreCase)
        || (argument.Contains('*', StringComparison.Ordinal)
            && FileSystemName.MatchesSimpleExpression(Name(argument), Name(file)));

    private static ReadOnlySpan<char> Name(string path) => path.AsSpan(path.LastIndexOf('/') + 1);

    private static IEnumerable<string> Values(IEnumerable<Plan> plans) => plans.SelectMany(plan => plan.Steps).SelectMany(step => Values(step.Arguments));

    private static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Values(member.Value)),
        JsonArray elements => elements.SelectMany(Values),
        JsonValue value => [value.TryGetValue(out string? text) ? text : value.ToJsonString()],
        _ => [],
    };

    // A name with an extension of letters and digits that begins with a letter: not 3.5, e.g., an address or a link.
    [GeneratedRegex(@"(?<![\w./:@\-])(?!(?:e\.g|i\.e|www)\b)[\w\-/][\w\-./]*\.[A-Za-z][A-Za-z0-9]{0,9}(?![\w@/]|\.\w)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex FilePattern();

    // Between quotation marks of one kind; an apostrophe inside a word, or the sign for inches after a number, opens and closes nothing.
    [GeneratedRegex(@"(?<!\w)""([^""]+)""|“([^”]+)”|(?<!\w)'([^']+)'(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex QuotationPattern();

    // A number that stands alone: not in a name, a date, a time or a formula.
    [GeneratedRegex(@"(?<![\w./\-:*+^(,])" + Digits + @"(?![\w/\-:*+^)]|[.,]\w)", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"(?<![\d.,])" + Digits + @"(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex DigitsPattern();

    private const string Digits = @"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?";
}
