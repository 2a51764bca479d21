namespace AutoGpt.Sdk.Models;

/// <summary>Spans of <see cref="SpanKind.Any"/>.</summary>
internal static class SubstringScanner
{
    private const int MaximumLength = 2000;

    public static void Scan(SpanSet spans)
    {
        string text = spans.Text;
        int[] lastEnd = new int[text.Length + 1];
        for (int i = 1; i <= text.Length; i++)
        {
            bool isEnd = IsBoundary(text, i) && !char.IsWhiteSpace(text[i - 1]);
            lastEnd[i] = isEnd ? i : lastEnd[i - 1];
            if (isEnd)
            {
                spans.MarkRunEnd(i);
            }
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (IsBoundary(text, i) && !char.IsWhiteSpace(text[i]) && lastEnd[Math.Min(text.Length, i + MaximumLength)] is var end && end > i)
            {
                spans.AddRun(i, end);
            }
        }
    }

    private static bool IsBoundary(string text, int at) =>
        at == 0 || at == text.Length || !Characters.IsWord(text[at - 1]) || !Characters.IsWord(text[at]);
}
