using System.Text;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Training;

/// <summary>sacreBLEU's tokenisations (Post 2018), to the letter: a score compares with published ones only where the words are the same.</summary>
internal static partial class BleuTokenizer
{
    // sacreBLEU's list of Chinese characters, of single UTF-16 units. Its two ranges beyond U+FFFF are written \u20000 and \u2f800, which Python reads as four digits and a
    // character: they reach from U+2001 to U+2A6D instead – quotation marks, dashes, arrows and signs among them – and no character beyond U+FFFF counts as Chinese.
    private static readonly (char First, char Last)[] s_chinese =
    [
        ('\u2001', '\u2A6D'), ('\u2E80', '\u2EFF'), ('\u2F00', '\u2FDF'), ('\u2FF0', '\u2FFF'), ('\u3000', '\u303F'), ('\u3100', '\u312F'), ('\u31A0', '\u31BF'),
        ('\u31C0', '\u31EF'), ('\u3200', '\u33FF'), ('\u3400', '\u4DB5'), ('\u4E00', '\u9FBB'), ('\uF900', '\uFA2D'), ('\uFA30', '\uFA6A'), ('\uFA70', '\uFAD9'),
        ('\uFE10', '\uFE1F'), ('\uFE30', '\uFE4F'), ('\uFF00', '\uFFEF'),
    ];

    public static string Name(BleuTokenization tokenization) => tokenization switch
    {
        BleuTokenization.Mteval13a => "13a",
        BleuTokenization.Chinese => "zh",
        BleuTokenization.None => "none",
        BleuTokenization.Character => "char",
        _ => throw new ArgumentOutOfRangeException(nameof(tokenization), tokenization, "There is no such tokenization."),
    };

    public static List<string> Words(string text, BleuOptions options)
    {
        string line = WhiteSpace.TrimEnd(options.Lowercase ? text.ToLowerInvariant() : text);
        return WhiteSpace.Split(options.Tokenization switch
        {
            BleuTokenization.Mteval13a => Cut($" {Unescape(line)} "),
            BleuTokenization.Chinese => Cut(SpaceOut(WhiteSpace.Trim(line), character => character.IsBmp && IsChinese((char)character.Value))),
            BleuTokenization.Character => SpaceOut(line, _ => true),
            BleuTokenization.None => line,
            BleuTokenization other => Name(other),
        });
    }

    private static string Unescape(string line) => line
        .Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
        .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
        .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);

    private static string Cut(string line)
    {
        line = Signs().Replace(line, " $1 ");
        line = PointAfterNoDigit().Replace(line, "$1 $2 ");
        line = PointBeforeNoDigit().Replace(line, " $1 $2");
        return HyphenAfterDigit().Replace(line, "$1 $2 ");
    }

    private static string SpaceOut(string line, Predicate<Rune> stands)
    {
        StringBuilder spaced = new(line.Length * 2);
        foreach (Rune character in line.EnumerateRunes())
        {
            string space = stands(character) ? " " : "";
            spaced.Append(space).Append(character).Append(space);
        }

        return spaced.ToString();
    }

    private static bool IsChinese(char character) => Array.Exists(s_chinese, range => character >= range.First && character <= range.Last);

    [GeneratedRegex(@"([{-~\[-` -&(-+:-@/])")]
    private static partial Regex Signs();

    [GeneratedRegex(@"([^0-9])([.,])")]
    private static partial Regex PointAfterNoDigit();

    [GeneratedRegex(@"([.,])([^0-9])")]
    private static partial Regex PointBeforeNoDigit();

    [GeneratedRegex(@"([0-9])(-)")]
    private static partial Regex HyphenAfterDigit();
}
