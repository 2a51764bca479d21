using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models;

/// <summary>Spans of <see cref="SpanKind.Number"/>.</summary>
internal static partial class NumberScanner
{
    private static readonly HashSet<string> s_words = new(StringComparer.OrdinalIgnoreCase)
    {
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty",
        "seventy", "eighty", "ninety", "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion",
        "billions", "dozen", "dozens",
    };

    public static void Scan(SpanSet spans)
    {
        foreach (Match match in Numeral().Matches(spans.Text))
        {
            AddNumeral(spans, match);
        }

        ScanWords(spans);
    }

    private static void AddNumeral(SpanSet spans, Match match)
    {
        Group sign = match.Groups["sign"], currency = match.Groups["currency"], digits = match.Groups["digits"], exponent = match.Groups["exponent"], percent = match.Groups["percent"];

        // A minus belongs to the number; a plus and a currency sign may be left out.
        List<int> starts = [match.Index];
        if (currency.Length > 0 || sign.Value == "+")
        {
            starts.Add(digits.Index);
        }

        if (currency.Length > 0)
        {
            starts.Add(currency.Index);
        }

        int end = exponent.Success ? exponent.Index + exponent.Length : digits.Index + digits.Length;
        foreach (int start in starts)
        {
            spans.Add(start, end);
            if (percent.Success)
            {
                spans.Add(start, percent.Index + percent.Length);
            }
        }
    }

    private static void ScanWords(SpanSet spans)
    {
        string text = spans.Text;
        int runStart = -1, runEnd = -1;
        bool isRunOpen = false;
        foreach (Match match in Letters().Matches(text))
        {
            bool isArticle = match.Value is "a" or "an" or "A" or "An";
            if (!isArticle && !s_words.Contains(match.Value))
            {
                isRunOpen &= string.Equals(match.Value, "and", StringComparison.OrdinalIgnoreCase);
                continue;
            }

            bool continues = isRunOpen && !isArticle && text[runEnd..match.Index] is " " or "-" or " and ";
            runStart = continues ? runStart : match.Index;
            runEnd = match.Index + match.Length;
            isRunOpen = true;
            spans.Add(match.Index, runEnd);
            spans.Add(runStart, runEnd);
        }
    }

    // The digits of a word such as file2 are no number; those of 10km are.
    [GeneratedRegex(@"(?<![\p{L}\p{N}_])(?<sign>(?<![)\]}.,])[-+−])?(?<currency>\p{Sc})?(?<digits>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\.)\.\d+)(?<exponent>[eE][-+]?\d+\b)?(?:\s?(?<percent>%))?")]
    private static partial Regex Numeral();

    [GeneratedRegex(@"(?<![\p{L}\p{N}_])[A-Za-z]+(?![\p{L}\p{N}_])")]
    private static partial Regex Letters();
}
