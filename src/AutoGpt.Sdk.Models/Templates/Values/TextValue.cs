namespace AutoGpt.Sdk.Models;

/// <summary>
/// A text that remembers which of its characters came from outside the template: from messages and tools. Whatever a template does with a text – cut it,
/// join it, write it as JSON – the marks go along, so that at the end only the template's own words may be read as control tokens. Immutable.
/// </summary>
internal sealed class TextValue : TemplateValue
{
    public static readonly TextValue Empty = new("", []);

    private readonly TextSpan[] _foreign;

    /// <param name="text">The text.</param>
    /// <param name="foreign">The marked pieces in order, none empty, none touching.</param>
    public TextValue(string text, TextSpan[] foreign)
    {
        Text = text;
        _foreign = foreign;
    }

    public string Text { get; }

    /// <summary>Whether <c>safe</c> made it markup: what is then added to it with <c>+</c> is escaped as HTML, as in Jinja.</summary>
    public bool IsMarkup { get; private init; }

    public ReadOnlySpan<TextSpan> Foreign => _foreign;

    public override string TypeName => "str";

    public override bool IsTrue => Text.Length > 0;

    /// <summary>A text of the template, or of the program that renders it.</summary>
    public static TextValue Trusted(string text) => text.Length == 0 ? Empty : new(text, []);

    /// <summary>A text from outside.</summary>
    public static TextValue Untrusted(string text) => text.Length == 0 ? Empty : new(text, [new TextSpan(0, text.Length)]);

    /// <summary>Another text of the same length, marked alike; or, where the length changed, marked as a whole if anything was.</summary>
    public TextValue With(string text) => text.Length == Text.Length ? new(text, _foreign) : _foreign.Length == 0 ? Trusted(text) : Untrusted(text);

    public TextValue Slice(int start, int length)
    {
        if (start == 0 && length == Text.Length)
        {
            return this;
        }

        string part = Text.Substring(start, length);
        if (_foreign.Length == 0)
        {
            return Trusted(part);
        }

        ReadOnlySpan<TextSpan> within = ForeignWithin(start, length);
        var spans = new TextSpan[within.Length];
        for (int i = 0; i < spans.Length; i++)
        {
            int from = Math.Max(within[i].Start, start);
            spans[i] = new TextSpan(from - start, Math.Min(within[i].End, start + length) - from);
        }

        return new TextValue(part, spans);
    }

    /// <summary>The marked pieces that a piece of the text touches; found by halves, for a text may have as many as characters.</summary>
    public ReadOnlySpan<TextSpan> ForeignWithin(int start, int length)
    {
        int first = First(span => span.End > start);
        int last = First(span => span.Start >= start + length);
        return first < last ? Foreign[first..last] : [];
    }

    private int First(Func<TextSpan, bool> isBehind)
    {
        int low = 0;
        for (int high = _foreign.Length; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = isBehind(_foreign[middle]) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    public TextValue ToMarkup() => IsMarkup ? this : new TextValue(Text, _foreign) { IsMarkup = true };

    public override string ToString() => Text;
}
