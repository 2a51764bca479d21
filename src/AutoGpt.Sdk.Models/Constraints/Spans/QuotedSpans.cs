namespace AutoGpt.Sdk.Models;

/// <summary>
/// Finds the parts of a text that may be quoted: what a string with <c>x-quotedFrom</c> can be, and what a training example
/// must be made of for the mask to allow it. Stateless and thread-safe.
/// </summary>
public static class QuotedSpans
{
    private static readonly Dictionary<string, SpanKind> s_kinds =
        Enum.GetValues<SpanKind>().ToDictionary(k => k.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>The values of <c>x-quotedAs</c>.</summary>
    public static IReadOnlyCollection<string> KindNames => s_kinds.Keys;

    /// <summary>Reads a value of <c>x-quotedAs</c>.</summary>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="kind">The kind, where there is one of that name.</param>
    public static bool TryParseKind(string name, out SpanKind kind) => s_kinds.TryGetValue(name, out kind);

    /// <summary>The spans of a text, each once, ordered by where they first begin and then by length.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kind">What to look for; not <see cref="SpanKind.Any"/>, whose spans are too many to list.</param>
    /// <exception cref="ArgumentException"><paramref name="kind"/> is <see cref="SpanKind.Any"/>; use <see cref="Contains"/>.</exception>
    public static IReadOnlyList<string> Find(string text, SpanKind kind)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (kind == SpanKind.Any)
        {
            throw new ArgumentException("Spans of any kind are too many to list; use Contains.", nameof(kind));
        }

        return [.. Scan(text, kind).Enumerate().Select(s => text[s.Start..s.End]).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether a text holds a span that reads so, to the letter.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="candidate">The span looked for.</param>
    public static bool Contains(string text, SpanKind kind, string candidate)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(candidate);
        return Scan(text, kind).Contains(candidate);
    }

    internal static SpanSet Scan(string text, SpanKind kind)
    {
        SpanSet spans = new(text);
        switch (kind)
        {
            case SpanKind.Any: SubstringScanner.Scan(spans); break;
            case SpanKind.Path: PathScanner.Scan(spans); break;
            case SpanKind.Number: NumberScanner.Scan(spans); break;
            case SpanKind.Date: DateScanner.Scan(spans); break;
            case SpanKind.Word: WordScanner.Scan(spans); break;
            case SpanKind.Text: TextScanner.Scan(spans); break;
            case SpanKind.Expression: ExpressionScanner.Scan(spans); break;
            case SpanKind.Span:
                PathScanner.Scan(spans);
                WordScanner.Scan(spans);
                TextScanner.Scan(spans);
                NumberScanner.Scan(spans);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of span.");
        }

        return spans;
    }
}
