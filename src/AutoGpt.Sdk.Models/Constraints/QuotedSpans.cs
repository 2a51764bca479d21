using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The passages of a text that a string may be copied from, by kind: what <c>x-quotedAs</c> names. A planner that copies a file's name from a goal
/// needs a whole name, not any passage.
/// </summary>
public static partial class QuotedSpans
{
    private const int MaxWords = 12;

    /// <summary>Paths, globs and JSON pointers: <c>notes.txt</c>, <c>data/sales.csv</c>, <c>*.log</c>, <c>items[0].price</c>; quoted names with an extension.</summary>
    public const string Path = "path";

    /// <summary>Whole quotations, and up to twelve words in a row outside quotations.</summary>
    public const string Text = "text";

    /// <summary>A single word outside quotations, and whole quotations.</summary>
    public const string Word = "word";

    /// <summary>Any of path, word and text.</summary>
    public const string Span = "span";

    /// <summary>Numbers in digits, with or without currency and percent signs, and in English words up to ninety-nine.</summary>
    public const string Number = "number";

    /// <summary>Dates: <c>2026-03-31</c>, <c>3 March 2026</c>, <c>March 3, 2026</c>, <c>3/31/2026</c>, <c>31.3.2026</c>.</summary>
    public const string Date = "date";

    /// <summary>Arithmetic: operands joined by operators.</summary>
    public const string Expression = "expression";

    /// <summary>Any passage that begins and ends at word boundaries.</summary>
    public const string Any = "any";

    /// <summary>The kinds that <see cref="Find"/> knows.</summary>
    public static IReadOnlyCollection<string> Kinds { get; } = [Path, Text, Word, Span, Number, Date, Expression];

    /// <summary>Finds the passages of a kind, each once.</summary>
    /// <param name="text">The text to copy from.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kind is unknown.</exception>
    public static IReadOnlyCollection<string> Find(string text, string kind)
    {
        ArgumentNullException.ThrowIfNull(text);
        HashSet<string> found = new(StringComparer.Ordinal);
        found.UnionWith(kind switch
        {
            Path => Paths(text),
            Text => Quotations(text).Concat(Phrases(text)),
            Word => Words(text).Concat(Quotations(text)),
            Span => Paths(text).Concat(Words(text)).Concat(Quotations(text)).Concat(Phrases(text)),
            Number => Numbers(text),
            Date => Matches(DatePattern(), text),
            Expression => Matches(ExpressionPattern(), text).Select(match => match.Trim().TrimEnd('.', ',')).SelectMany(Unsigned),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"Known kinds are {string.Join(", ", Kinds)}."),
        });
        found.Remove("");
        return found;
    }

    private static IEnumerable<string> Paths(string text)
    {
        foreach (string trimmed in Matches(Run(), text).Select(TrimPunctuation).Where(word => PathLike().IsMatch(word)))
        {
            yield return trimmed;
            // data.csv's is the file's name with an ending.
            if (trimmed.EndsWith("'s", StringComparison.Ordinal) || trimmed.EndsWith("’s", StringComparison.Ordinal))
            {
                yield return trimmed[..^2];
            }
        }

        foreach (string quotation in Quotations(text).Where(quotation => Extension().IsMatch(quotation) || !quotation.Contains(' ', StringComparison.Ordinal)))
        {
            yield return quotation;
        }
    }

    private static IEnumerable<string> Words(string text)
    {
        foreach (Match match in Run().Matches(Outside(text)))
        {
            string trimmed = TrimPunctuation(match.Value);
            yield return trimmed;
            foreach (Match word in WordPattern().Matches(trimmed))
            {
                yield return word.Value;
            }

            if (trimmed.EndsWith("'s", StringComparison.Ordinal))
            {
                yield return trimmed[..^2];
            }
        }
    }

    private static IEnumerable<string> Phrases(string text)
    {
        foreach (string piece in Outside(text).Split('\n'))
        {
            Match[] words = [.. Run().Matches(piece).Cast<Match>()];
            for (int first = 0; first < words.Length; first++)
            {
                for (int last = first; last < Math.Min(words.Length, first + MaxWords); last++)
                {
                    string phrase = piece[words[first].Index..(words[last].Index + words[last].Length)];
                    yield return TrimPunctuation(phrase);
                    yield return phrase;
                }
            }
        }
    }

    // Quotations are whole or not at all: no word or phrase reaches into one.
    private static string Outside(string text)
    {
        string outside = text;
        foreach ((int start, int length) in QuotationPlaces(text))
        {
            outside = outside[..start] + new string('\n', length) + outside[(start + length)..];
        }

        return outside;
    }

    private static IEnumerable<string> Numbers(string text)
    {
        foreach (string number in Matches(NumberPattern(), text))
        {
            yield return number;
            yield return number.Trim('$', '€', '£', '%');
            yield return number.TrimStart('-').Trim('$', '€', '£', '%');
        }

        foreach (string words in Matches(NumberWords(), text))
        {
            yield return words;
        }
    }

    private static IEnumerable<string> Quotations(string text) => QuotationPlaces(text).Select(place => text.Substring(place.Start + 1, place.Length - 2));

    // A quotation mark opens after a space or a bracket and closes before one or before punctuation: the apostrophe of don't does neither.
    private static IEnumerable<(int Start, int Length)> QuotationPlaces(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            char close = text[at] switch { '"' => '"', '“' => '”', '‘' => '’', '\'' => '\'', '`' => '`', '«' => '»', _ => '\0' };
            bool opens = close != '\0' && (close != '\'' || at == 0 || !char.IsLetterOrDigit(text[at - 1]));
            if (!opens)
            {
                continue;
            }

            for (int end = at + 1; end < text.Length; end++)
            {
                bool closes = text[end] == close && (close != '\'' || end + 1 == text.Length || !char.IsLetterOrDigit(text[end + 1]));
                if (closes)
                {
                    if (end > at + 1)
                    {
                        yield return (at, end - at + 1);
                    }

                    at = end;
                    break;
                }
            }
        }
    }

    // A leading minus may be a dash or an operator that belongs to the words before.
    private static IEnumerable<string> Unsigned(string expression) => expression[0] is '-' or '+' or '*' or '/' ? [expression, expression[1..].Trim()] : [expression];

    private static string TrimPunctuation(string word)
    {
        string trimmed = word.TrimStart('(', '[', '{', '<', '"', '\'', '“', '‘', '`', '«', ',', ';', ':', '!', '?').TrimEnd('"', '\'', '”', '’', '`', '»', ',', ';', ':', '!', '?', '.', '>', '}');
        return trimmed.EndsWith(')') && !trimmed.Contains('(', StringComparison.Ordinal) ? trimmed.TrimEnd(')', '.', ',')
            : trimmed.EndsWith(']') && !trimmed.Contains('[', StringComparison.Ordinal) ? trimmed.TrimEnd(']', '.', ',') : trimmed;
    }

    private static IEnumerable<string> Matches(Regex pattern, string text) => pattern.Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"[^\s""“”`«»]+", RegexOptions.NonBacktracking)]
    private static partial Regex Run();

    [GeneratedRegex(@"\w\.\w|[/*]|\w\[", RegexOptions.NonBacktracking)]
    private static partial Regex PathLike();

    [GeneratedRegex(@"[\p{L}\p{N}_]+([-'’][\p{L}\p{N}_]+)*", RegexOptions.NonBacktracking)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\.[A-Za-z0-9]{1,8}$", RegexOptions.NonBacktracking)]
    private static partial Regex Extension();

    [GeneratedRegex(@"[-]?[$€£]?\d+(,\d{3})*(\.\d+)?%?", RegexOptions.NonBacktracking)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\b((twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)([- ](one|two|three|four|five|six|seven|eight|nine))?|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(a |one )?(hundred|thousand|dozen)|an?)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberWords();

    [GeneratedRegex(@"\b\d{4}[-/]\d{1,2}[-/]\d{1,2}\b|\b\d{1,2}(st|nd|rd|th)? (of )?(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.?,? \d{4}\b|\b(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.? \d{1,2}(st|nd|rd|th)?,? \d{4}\b|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"[-+(\s]*\$?\d[\d.,]*[)\s]*([-+*/%^×÷][-+(\s]*\$?\d[\d.,]*[)\s]*)+", RegexOptions.NonBacktracking)]
    private static partial Regex ExpressionPattern();
}
