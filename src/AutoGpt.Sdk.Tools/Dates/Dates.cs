using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Tools;

/// <summary>Dates as people write them. <c>03/04/2026</c> is read month first, <c>3.4.2026</c> day first.</summary>
internal static partial class Dates
{
    private static readonly string[] Formats =
    [
        "yyyy-M-d", "yyyy/M/d", "d MMMM yyyy", "d MMM yyyy", "MMMM d, yyyy", "MMM d, yyyy", "MMMM d yyyy", "MMM d yyyy", "M/d/yyyy", "d.M.yyyy",
    ];

    /// <summary>Matches what <see cref="Parse"/> reads, in running text.</summary>
    [GeneratedRegex(
        @"\b\d{4}[-/]\d{1,2}[-/]\d{1,2}\b|\b\d{1,2}(st|nd|rd|th)? (of )?(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.?,? \d{4}\b|\b(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.? \d{1,2}(st|nd|rd|th)?,? \d{4}\b|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    public static partial Regex Pattern();

    /// <exception cref="ToolException">The text is no date.</exception>
    public static DateOnly Parse(string text)
    {
        string plain = Ordinal().Replace(text.Trim(), "$1").Replace(" of ", " ", StringComparison.OrdinalIgnoreCase);
        plain = September().Replace(AfterWord().Replace(plain, "$1$2"), "Sep");
        foreach (string form in (string[])[plain, plain.Replace(",", "", StringComparison.Ordinal)])
        {
            if (DateOnly.TryParseExact(form, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out DateOnly date))
            {
                return date;
            }
        }

        throw new ToolException($"'{text}' is no date; write it as 2026-03-31 or 31 March 2026.");
    }

    public static string Show(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d)(st|nd|rd|th)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Ordinal();

    [GeneratedRegex(@"([A-Za-z])\.([ ,])", RegexOptions.NonBacktracking)]
    private static partial Regex AfterWord();

    [GeneratedRegex(@"\bSept\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex September();
}
