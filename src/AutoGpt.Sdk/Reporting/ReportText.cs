using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using static System.FormattableString;

namespace AutoGpt.Sdk;

/// <summary>Texts of a run on a page: escaped, without hidden characters, and all together not longer than a page can be.</summary>
internal sealed class ReportText
{
    private const int LongestText = 20_000;
    private const int LongestLine = 2_000;

    // Only what has a meaning in HTML is escaped: other scripts stay readable in the source, and do not grow eightfold.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private int _left = 4_000_000;

    /// <summary>A text of a line or two.</summary>
    public string Line(string text, int longest = LongestLine)
    {
        string shown = ShortText.Of(text, Math.Min(longest, _left));
        _left -= Math.Min(shown.Length, _left);
        return Encode(shown);
    }

    /// <summary>A text of any length: its beginning, and how much more there is.</summary>
    public string Block(string text)
    {
        string shown = ShortText.Of(text, Math.Min(LongestText, _left));
        if (shown.Length == text.Length)
        {
            _left -= shown.Length;
            return Encode(shown);
        }

        shown = shown[..^1]; // Without its ellipsis.
        _left -= shown.Length;
        return Encode(shown) + (shown.Length > 0 ? "\n" : "") + Invariant($"… and {text.Length - shown.Length:N0} characters more");
    }

    public static string Duration(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0 s",
        { TotalMilliseconds: < 1 } => Invariant($"{time.TotalMilliseconds:0.##} ms"),
        { TotalSeconds: < 1 } => Invariant($"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => Invariant($"{time.TotalSeconds:0.##} s"),
        { TotalHours: < 1 } => Invariant($"{time.Minutes} min {time.Seconds:00} s"),
        _ => Invariant($"{Math.Floor(time.TotalHours):N0} h {time.Minutes:00} min"),
    };

    /// <summary>An enumeration's member in words: "timed out".</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()).Replace('_', ' ');

    private static string Encode(string text)
    {
        string encoded = Encoder.Encode(PrintableText.Of(text));
        return encoded.Replace("&#xA;", "\n", StringComparison.Ordinal).Replace("&#x9;", "\t", StringComparison.Ordinal);
    }
}
