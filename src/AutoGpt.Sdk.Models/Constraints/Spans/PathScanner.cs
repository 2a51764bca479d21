namespace AutoGpt.Sdk.Models;

/// <summary>Spans of <see cref="SpanKind.Path"/>.</summary>
internal static class PathScanner
{
    public static void Scan(SpanSet spans)
    {
        string text = spans.Text;
        foreach ((int start, int end) in Characters.Chunks(text, i => text[i] is '"' or '`' or '“' or '”' or '„' or '«' or '»'))
        {
            Add(spans, start, end);

            // "a.txt,b.txt" is two paths, unless a file is named so.
            int from = start;
            for (int i = start; i <= end; i++)
            {
                if (i == end || text[i] is ',' or ';')
                {
                    Add(spans, from, i);
                    from = i + 1;
                }
            }
        }

        foreach ((int start, int end) in Quotations.Find(text))
        {
            if (HasExtension(text, start, end))
            {
                spans.Add(start, end);
            }
        }
    }

    private static void Add(SpanSet spans, int start, int end)
    {
        string text = spans.Text;
        (start, end) = Characters.Trim(text, start, end);
        if (end - start > 2 && text[end - 1] is 's' && text[end - 2] is '\'' or '’')
        {
            (start, end) = Characters.Trim(text, start, end - 2);
        }

        if (IsPathLike(text, start, end))
        {
            spans.Add(start, end);
        }

        // A folder is the same with and without its last slash.
        if (end - start > 1 && text[end - 1] is '/' && IsPathLike(text, start, end - 1))
        {
            spans.Add(start, end - 1);
        }
    }

    private static bool IsPathLike(string text, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            bool isLast = i + 1 == end;
            switch (text[i])
            {
                case '/' or '\\' or '*':
                    return true;
                case '.' when !isLast && Characters.IsWord(text[i + 1]) && (i == start || Characters.IsWord(text[i - 1]) || text[i - 1] is ']' or ')' or '}'):
                    return true;
                case '[' when i > start && Characters.IsWord(text[i - 1]) && !isLast && char.IsAsciiDigit(text[i + 1]):
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    private static bool HasExtension(string text, int start, int end)
    {
        for (int i = start + 1; i + 1 < end; i++)
        {
            if (text[i] == '.' && Characters.IsWord(text[i + 1]) && (Characters.IsWord(text[i - 1]) || text[i - 1] is '*' or ')' or ']'))
            {
                return true;
            }
        }

        return false;
    }
}
