using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models;

/// <summary>Spans of <see cref="SpanKind.Word"/>.</summary>
internal static partial class WordScanner
{
    public static void Scan(SpanSet spans)
    {
        // Quotations are whole or not at all.
        string text = spans.Text;
        bool[] isQuoted = new bool[text.Length];
        foreach ((int start, int end) in Quotations.Find(text))
        {
            spans.Add(start, end);
            Array.Fill(isQuoted, true, start - 1, end - start + 2);
        }

        foreach (Match match in Word().Matches(text).Where(m => !isQuoted[m.Index]))
        {
            spans.Add(match.Index, match.Index + match.Length);
            if (match.Value.EndsWith("'s", StringComparison.Ordinal) || match.Value.EndsWith("’s", StringComparison.Ordinal))
            {
                spans.Add(match.Index, match.Index + match.Length - 2);
            }
        }

        // A sign such as % or °C, and a unit behind its number, also stand alone.
        foreach (Match match in Unit().Matches(text).Where(m => !isQuoted[m.Index]))
        {
            spans.Add(match.Index, match.Index + match.Length);
        }

        foreach ((int from, int to) in Characters.Chunks(text, i => isQuoted[i]))
        {
            (int start, int end) = Characters.Trim(text, from, to);
            if (IsWordWithSymbols(text.AsSpan(start, end - start)))
            {
                spans.Add(start, end);
            }
        }
    }

    private static bool IsWordWithSymbols(ReadOnlySpan<char> chunk)
    {
        bool hasContent = false;
        foreach (char c in chunk)
        {
            bool isContent = Characters.IsWord(c) || Characters.IsSymbol(c);
            if (!isContent && c is not ('-' or '\'' or '’'))
            {
                return false;
            }

            hasContent |= isContent;
        }

        return hasContent;
    }

    [GeneratedRegex(@"[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_]|[-'’](?=[\p{L}\p{N}_]))*")]
    private static partial Regex Word();

    [GeneratedRegex(@"°\p{L}*|(?<=\d)\p{L}+(?![\p{L}\p{N}_])|[%\p{Sc}]")]
    private static partial Regex Unit();
}
