namespace AutoGpt.Sdk.Models;

/// <summary>Spans of <see cref="SpanKind.Expression"/>: the longest stretches that parse as arithmetic with at least one operator.</summary>
internal static class ExpressionScanner
{
    private const int MaximumDepth = 100;

    public static void Scan(SpanSet spans)
    {
        string text = spans.Text;
        int i = 0;
        while (i < text.Length)
        {
            if (Begins(text, i) && (i == 0 || !IsJoined(text[i - 1])))
            {
                bool hasOperator = false;
                int end = ParseSum(text, i, ref hasOperator, 0);
                if (end > i && hasOperator)
                {
                    spans.Add(i, end);
                    i = end;
                    continue;
                }
            }

            i++;
        }
    }

    /// <summary>A sign belongs to what it touches; one that stands free is a dash of the sentence.</summary>
    private static bool Begins(string text, int at) =>
        char.IsAsciiDigit(text[at]) || text[at] is '(' or '.' || (text[at] is '-' or '+' && at + 1 < text.Length && text[at + 1] != ' ');

    /// <summary>Whether what follows would be cut out of a word or a number.</summary>
    private static bool IsJoined(char before) => Characters.IsWord(before) || before is '.';

    /// <summary>Where operands joined by operators end, or −1 where there is no operand.</summary>
    private static int ParseSum(string text, int at, ref bool hasOperator, int depth)
    {
        int end = ParseOperand(text, at, ref hasOperator, depth);
        while (end > 0)
        {
            int sign = SkipSpaces(text, end);
            if (sign == text.Length || !IsOperator(text[sign]))
            {
                break;
            }

            int next = ParseOperand(text, SkipSpaces(text, sign + (text[sign] == '*' && sign + 1 < text.Length && text[sign + 1] == '*' ? 2 : 1)), ref hasOperator, depth);
            if (next < 0)
            {
                break;
            }

            hasOperator = true;
            end = next;
        }

        return end;
    }

    private static int ParseOperand(string text, int at, ref bool hasOperator, int depth)
    {
        if (at < text.Length && text[at] is '-' or '+')
        {
            at = SkipSpaces(text, at + 1);
        }

        if (at < text.Length && text[at] == '(' && depth < MaximumDepth)
        {
            bool inner = false;
            int close = ParseSum(text, SkipSpaces(text, at + 1), ref inner, depth + 1);
            close = close < 0 ? -1 : SkipSpaces(text, close);
            if (close < 0 || close == text.Length || text[close] != ')')
            {
                return -1;
            }

            hasOperator |= inner;
            return close + 1;
        }

        int end = at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] is '.' or ',' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
        {
            end++;
        }

        return end > at && (end == text.Length || !Characters.IsWord(text[end])) ? end : -1;
    }

    private static bool IsOperator(char c) => c is '+' or '-' or '*' or '/' or '%' or '^' or '×' or '÷' or '−';

    private static int SkipSpaces(string text, int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        return at;
    }
}
