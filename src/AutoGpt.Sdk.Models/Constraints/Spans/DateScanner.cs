using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models;

/// <summary>Spans of <see cref="SpanKind.Date"/>.</summary>
internal static partial class DateScanner
{
    private const string Month =
        @"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|sep(?:t(?:ember|\.)?|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)";

    private const string Day = @"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?";

    public static void Scan(SpanSet spans)
    {
        foreach (Match match in Date().Matches(spans.Text))
        {
            spans.Add(match.Index, match.Index + match.Length);
        }
    }

    [GeneratedRegex(
        @"(?<![\p{L}\p{N}_])(?:"
        + @"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
        + @"|\d{4}/(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])"
        + @"|(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|[12]\d|3[01])\1\d{4}"
        + "|" + Day + @"(?:\s+of)?[\s-]+" + Month + @",?[\s-]+\d{4}"
        + "|" + Month + @"\s+" + Day + @",?\s+\d{4}"
        + @")(?!\d|[/-]\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}
