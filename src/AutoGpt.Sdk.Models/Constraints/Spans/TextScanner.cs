namespace AutoGpt.Sdk.Models;

/// <summary>Spans of <see cref="SpanKind.Text"/>.</summary>
internal static class TextScanner
{
    private const int MaximumWords = 12;

    public static void Scan(SpanSet spans)
    {
        string text = spans.Text;
        bool[] isQuoted = new bool[text.Length];
        foreach ((int start, int end) in Quotations.Find(text))
        {
            spans.Add(start, end);
            Array.Fill(isQuoted, true, start - 1, end - start + 2);
        }

        List<(int Start, int End)> words = [];
        int previousEnd = 0;
        foreach ((int from, int to) in Characters.Chunks(text, i => isQuoted[i]))
        {
            if (EndsRun(text, isQuoted, previousEnd, from))
            {
                AddRuns(spans, words);
            }

            previousEnd = to;
            (int start, int end) = Characters.Trim(text, from, to);
            if (IsWord(text, start, end))
            {
                words.Add((start, end));
            }
        }

        AddRuns(spans, words);
    }

    private static void AddRuns(SpanSet spans, List<(int Start, int End)> words)
    {
        words.ForEach(word => spans.MarkRunEnd(word.End));
        for (int i = 0; i < words.Count; i++)
        {
            spans.AddRun(words[i].Start, words[Math.Min(i + MaximumWords, words.Count) - 1].End);
        }

        words.Clear();
    }

    private static bool IsWord(string text, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (Characters.IsWord(text[i]) || Characters.IsSymbol(text[i]) || text[i] is '*' or '/')
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsRun(string text, bool[] isQuoted, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (isQuoted[i] || text[i] is '\n' or '\r')
            {
                return true;
            }
        }

        return false;
    }
}
