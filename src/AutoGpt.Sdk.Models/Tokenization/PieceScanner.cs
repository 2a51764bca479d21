using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Cuts text as the patterns of <see cref="PreTokenization"/> do, in one pass: a backtracking regex on anybody's input is a denial of service.
/// Works on Unicode scalar values; a lone surrogate counts as U+FFFD.
/// </summary>
internal static class PieceScanner
{
    /// <summary>GPT-2's pattern, as its files spell it.</summary>
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The pattern of <see cref="PreTokenization.Words"/>.</summary>
    public const string WordsPattern = @"\s|\p{N}|[\p{L}\p{M}]+|[^\s\p{N}\p{L}\p{M}]";

    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Letter,
        Mark,
        Number,
        Space,
        Other,
    }

    /// <summary>Length of the first piece.</summary>
    /// <param name="kind">How to cut.</param>
    /// <param name="text">At least one character.</param>
    public static int FirstPiece(PreTokenization kind, ReadOnlySpan<char> text) => kind == PreTokenization.Words ? Words(text) : Gpt2(text);

    private static int Words(ReadOnlySpan<char> text)
    {
        bool letters = KindOf(text, out int length) is Kind.Letter or Kind.Mark;
        while (letters && length < text.Length && KindOf(text[length..], out int next) is Kind.Letter or Kind.Mark)
        {
            length += next;
        }

        return length;
    }

    private static int Gpt2(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'')
        {
            foreach (string contraction in s_contractions)
            {
                if (text.StartsWith(contraction, StringComparison.Ordinal))
                {
                    return contraction.Length;
                }
            }
        }

        int start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        Kind kind = Gpt2KindOf(text[start..], out int length);
        if (kind != Kind.Space)
        {
            return start + Run(text[start..], kind);
        }

        // \s+(?!\S)|\s+ : what precedes a word leaves it its last white space.
        int spaces = Run(text, Kind.Space);
        return spaces == text.Length || spaces == 1 ? spaces : spaces - 1;
    }

    private static int Run(ReadOnlySpan<char> text, Kind kind)
    {
        int length = 0;
        while (length < text.Length && Gpt2KindOf(text[length..], out int next) == kind)
        {
            length += next;
        }

        return length;
    }

    private static Kind Gpt2KindOf(ReadOnlySpan<char> text, out int length) => KindOf(text, out length) is var kind and not Kind.Mark ? kind : Kind.Other;

    private static Kind KindOf(ReadOnlySpan<char> text, out int length)
    {
        char first = text[0];
        if (char.IsAscii(first))
        {
            length = 1;
            return char.IsAsciiLetter(first) ? Kind.Letter
                : char.IsAsciiDigit(first) ? Kind.Number
                : char.IsWhiteSpace(first) ? Kind.Space
                : Kind.Other;
        }

        Rune.DecodeFromUtf16(text, out Rune rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Mark,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Rune.IsWhiteSpace(rune) ? Kind.Space : Kind.Other,
        };
    }
}
