namespace AutoGpt.Sdk.Models;

/// <summary>What filters and methods do with texts; the marks of what came from outside go along.</summary>
internal static class TextOperations
{
    /// <param name="text">The text.</param>
    /// <param name="characters">What to take off, or null for white space.</param>
    /// <param name="start">Whether at the start.</param>
    /// <param name="end">Whether at the end.</param>
    public static TextValue Strip(TextValue text, TextValue? characters, bool start = true, bool end = true)
    {
        string value = text.Text;
        int from = 0, to = value.Length;
        while (start && from < to && Goes(value[from]))
        {
            from++;
        }

        while (end && to > from && Goes(value[to - 1]))
        {
            to--;
        }

        return text.Slice(from, to - from);

        bool Goes(char character) => characters is null ? PythonSpace.Is(character) : characters.Text.Contains(character, StringComparison.Ordinal);
    }

    public static TextValue Replace(TextValue text, TextValue old, TextValue replacement, int count, RenderState state)
    {
        string value = text.Text;
        MarkedTextBuilder builder = new(state.Budget);
        int from = 0, at = 0;
        for (; count != 0 && at <= value.Length; count--)
        {
            // Python puts the replacement of nothing between all characters.
            at = old.Text.Length == 0 ? at : value.IndexOf(old.Text, from, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            state.Budget.Step();
            builder.Append(text, from, at - from).Append(replacement);
            from = at + old.Text.Length;
            at += Math.Max(1, old.Text.Length);
        }

        return builder.Append(text, from, value.Length - from).ToValue();
    }

    public static ListValue Split(TextValue text, TextValue? separator, int limit, bool fromEnd, RenderState state)
    {
        state.Charge(text);
        List<TemplateValue> parts = separator is null ? SplitAtSpace(text, limit, fromEnd)
            : separator.Text.Length == 0 ? throw new TemplateFaultException("an empty separator.")
            : fromEnd && limit >= 0 ? SplitFromEnd(text, separator.Text, limit) : SplitAt(text, separator.Text, limit);
        state.Budget.Step(parts.Count);
        return new ListValue(parts);
    }

    public static ListValue SplitLines(TextValue text, bool keepEnds)
    {
        List<TemplateValue> lines = [];
        for (int start = 0; start < text.Text.Length;)
        {
            int end = start;
            while (end < text.Text.Length && !PythonSpace.EndsLine(text.Text[end]))
            {
                end++;
            }

            int next = end >= text.Text.Length ? end : text.Text.AsSpan(end).StartsWith("\r\n") ? end + 2 : end + 1;
            lines.Add(text.Slice(start, (keepEnds ? next : end) - start));
            start = next;
        }

        return new ListValue(lines);
    }

    public static TextValue Join(TextValue separator, IReadOnlyList<TextValue> parts, RenderState state)
    {
        MarkedTextBuilder builder = new(state.Budget);
        for (int i = 0; i < parts.Count; i++)
        {
            builder.Append(i > 0 ? separator : TextValue.Empty).Append(parts[i]);
        }

        return builder.ToValue();
    }

    /// <summary>Jinja's <c>indent</c>.</summary>
    public static TextValue Indent(TextValue text, TextValue indention, bool first, bool blank, RenderState state)
    {
        // A newline at the end is a line of its own, which splitting alone would lose.
        TextValue whole = new MarkedTextBuilder(state.Budget).Append(text).Trusted("\n").ToValue();
        IReadOnlyList<TemplateValue> lines = SplitLines(whole, keepEnds: false).Items;
        MarkedTextBuilder builder = new(state.Budget);
        for (int i = 0; i < lines.Count; i++)
        {
            TextValue line = (TextValue)lines[i];
            builder.Trusted(i > 0 ? "\n" : "");
            if (i == 0 ? first : blank || line.Text.Length > 0)
            {
                builder.Append(indention);
            }

            builder.Append(line);
        }

        return builder.ToValue();
    }

    private static List<TemplateValue> SplitAt(TextValue text, string separator, int limit)
    {
        List<TemplateValue> parts = [];
        int from = 0;
        for (int at; limit < 0 || parts.Count < limit; from = at + separator.Length)
        {
            at = text.Text.IndexOf(separator, from, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            parts.Add(text.Slice(from, at - from));
        }

        parts.Add(text.Slice(from, text.Text.Length - from));
        return parts;
    }

    private static List<TemplateValue> SplitFromEnd(TextValue text, string separator, int limit)
    {
        List<TemplateValue> parts = [];
        int to = text.Text.Length;
        while (parts.Count < limit && to >= separator.Length && text.Text.AsSpan(0, to).LastIndexOf(separator) is >= 0 and var at)
        {
            parts.Add(text.Slice(at + separator.Length, to - at - separator.Length));
            to = at;
        }

        parts.Add(text.Slice(0, to));
        parts.Reverse();
        return parts;
    }

    private static List<TemplateValue> SplitAtSpace(TextValue text, int limit, bool fromEnd)
    {
        List<TemplateValue> words = [];
        TextValue rest = Strip(text, null);
        string value = rest.Text;
        int from = 0, to = value.Length;
        while (from < to && (limit < 0 || words.Count < limit))
        {
            int edge = fromEnd ? to : from;
            while (fromEnd ? edge > from && !PythonSpace.Is(value[edge - 1]) : edge < to && !PythonSpace.Is(value[edge]))
            {
                edge += fromEnd ? -1 : 1;
            }

            words.Add(fromEnd ? rest.Slice(edge, to - edge) : rest.Slice(from, edge - from));
            (from, to) = fromEnd ? (from, edge) : (edge, to);
            while (from < to && PythonSpace.Is(value[fromEnd ? to - 1 : from]))
            {
                (from, to) = fromEnd ? (from, to - 1) : (from + 1, to);
            }
        }

        if (from < to)
        {
            // What is left over keeps the white space at its far end.
            words.Add(fromEnd ? Leading(text, to) : Trailing(text, from));
        }

        if (fromEnd)
        {
            words.Reverse();
        }

        return words;

        static TextValue Trailing(TextValue whole, int start)
        {
            int offset = whole.Text.Length - Strip(whole, null, end: false).Text.Length;
            return whole.Slice(offset + start, whole.Text.Length - offset - start);
        }

        static TextValue Leading(TextValue whole, int end)
        {
            int offset = whole.Text.Length - Strip(whole, null, end: false).Text.Length;
            return whole.Slice(0, offset + end);
        }
    }
}
