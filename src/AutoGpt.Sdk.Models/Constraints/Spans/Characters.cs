using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>What characters are to the scanners of spans.</summary>
internal static class Characters
{
    private const string Openers = "([{<";
    private const string Closers = ")]}>";

    /// <summary>Letters, digits, their marks and <c>_</c>. Halves of surrogate pairs count, so that no pair is cut.</summary>
    public static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    public static bool IsQuote(char c) => c is '"' or '\'' or '`' or '“' or '”' or '„' or '‘' or '’' or '«' or '»';

    /// <summary>What may stand alone beside or in a word: <c>°C</c>, <c>40%</c>, <c>C++</c>, <c>R&amp;D</c>.</summary>
    public static bool IsSymbol(char c) => c is '%' or '#' or '@' or '&' or '+' or '°' or '§' or '^' or '~' or '='
        || char.GetUnicodeCategory(c) is UnicodeCategory.CurrencySymbol or UnicodeCategory.OtherSymbol or UnicodeCategory.OtherNumber;

    /// <summary>Takes the punctuation of the sentence off both ends: quotes, commas, stops, and brackets that are not closed or opened inside.</summary>
    public static (int Start, int End) Trim(string text, int start, int end)
    {
        while (start < end)
        {
            char first = text[start], last = text[end - 1];
            if (IsQuote(first) || first is ',' or ';' or ':' or '!' or '?' or '…' or '¿' or '¡' or '–' or '—')
            {
                start++;
            }
            else if (IsQuote(last) || last is '.' or ',' or ';' or ':' or '!' or '?' or '…' or '–' or '—')
            {
                end--;
            }
            else if (Openers.Contains(first) && Partner(text, start, end, start) is var partner && (partner < 0 || partner == end - 1))
            {
                (start, end) = (start + 1, partner < 0 ? end : end - 1);
            }
            else if (Closers.Contains(last) && Partner(text, start, end, end - 1) < 0)
            {
                end--;
            }
            else
            {
                break;
            }
        }

        return (start, end);
    }

    /// <summary>Runs without white space, each with its ends.</summary>
    public static IEnumerable<(int Start, int End)> Chunks(string text, Func<int, bool> separates)
    {
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || char.IsWhiteSpace(text[i]) || text[i] is '—' || separates(i))
            {
                if (i > start)
                {
                    yield return (start, i);
                }

                start = i + 1;
            }
        }
    }

    /// <summary>Where the bracket at a place is closed or opened within the run, or −1.</summary>
    private static int Partner(string text, int start, int end, int at)
    {
        int kind = Openers.IndexOf(text[at]);
        int step = kind >= 0 ? 1 : -1;
        kind = kind >= 0 ? kind : Closers.IndexOf(text[at]);
        int depth = 0;
        for (int i = at; i >= start && i < end; i += step)
        {
            depth += text[i] == Openers[kind] ? step : text[i] == Closers[kind] ? -step : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
