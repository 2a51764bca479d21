namespace AutoGpt.Sdk.Models;

/// <summary>
/// Finds what stands in quotation marks: <c>"…"</c>, <c>“…”</c>, <c>„…“</c>, <c>«…»</c>, <c>‘…’</c>, <c>'…'</c> and <c>`…`</c>. A straight mark
/// opens where no word ends and closes where none begins, so that apostrophes and inches are none.
/// </summary>
internal static class Quotations
{
    private static readonly (char Open, char Close)[] s_marks = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('‘', '’'), ('\'', '\''), ('`', '`')];

    /// <summary>The contents of each quotation, without the marks. Those of different marks may lie inside each other.</summary>
    public static List<(int Start, int End)> Find(string text)
    {
        List<(int, int)> found = [];
        foreach ((char open, char close) in s_marks)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] == open && Opens(text, i) && FindClose(text, i + 1, close) is var end && end > i + 1)
                {
                    if (!string.IsNullOrWhiteSpace(text[(i + 1)..end]))
                    {
                        found.Add((i + 1, end));
                    }

                    i = end;
                }
            }
        }

        return found;
    }

    private static bool Opens(string text, int at) =>
        (at == 0 || !Characters.IsWord(text[at - 1])) && at + 1 < text.Length && (text[at] is not ('\'' or '‘') || !char.IsWhiteSpace(text[at + 1]));

    private static int FindClose(string text, int from, char close)
    {
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == close && (i + 1 == text.Length || !Characters.IsWord(text[i + 1]))
                && (close is not ('\'' or '’') || !char.IsWhiteSpace(text[i - 1])))
            {
                return i;
            }
        }

        return -1;
    }
}
