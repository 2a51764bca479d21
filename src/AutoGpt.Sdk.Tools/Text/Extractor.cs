using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Tools;

/// <summary>Finds things in running text, in linear time.</summary>
internal static partial class Extractor
{
    /// <exception cref="ToolException">The pattern is no regular expression, or one that needs backtracking.</exception>
    public static IEnumerable<string> Find(string text, string kind, string? pattern) => kind switch
    {
        "emails" => Email().Matches(text).Select(match => match.Value),
        "urls" => Url().Matches(text).Select(match => match.Value.TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '"', '\'')),
        "numbers" => Number().Matches(text).Select(match => match.Value),
        "dates" => Dates.Pattern().Matches(text).Select(match => match.Value),
        _ => Compile(pattern!).Matches(text).Select(match => match.Value),
    };

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline);
        }
        catch (ArgumentException exception)
        {
            throw new ToolException($"'{pattern}' is no regular expression: {exception.Message}", exception);
        }
        catch (NotSupportedException exception)
        {
            throw new ToolException($"The regular expression '{pattern}' uses look-around or back-references, which are not supported.", exception);
        }
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(@"\b(https?://|ftp://|www\.)[^\s<>""]+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"-?\b\d{1,3}(,\d{3})+(\.\d+)?\b|-?\b\d+(\.\d+)?\b", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
