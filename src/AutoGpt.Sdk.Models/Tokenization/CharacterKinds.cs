using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>What pre-tokenisers ask of a character. Letters are <see cref="Upper"/> to <see cref="Caseless"/>, white space is the last two.</summary>
internal enum CharacterKind : byte
{
    /// <summary>Symbols, controls, unassigned code points.</summary>
    Other,

    /// <summary><c>\p{P}</c>.</summary>
    Punctuation,

    /// <summary><c>\p{M}</c>.</summary>
    Mark,

    /// <summary><c>\p{N}</c>.</summary>
    Number,

    /// <summary><c>\p{Lu}</c> and <c>\p{Lt}</c>.</summary>
    Upper,

    /// <summary><c>\p{Ll}</c>.</summary>
    Lower,

    /// <summary><c>\p{Lm}</c> and <c>\p{Lo}</c>.</summary>
    Caseless,

    /// <summary><c>\s</c> but line feed and carriage return: Unicode's White_Space.</summary>
    Space,

    /// <summary>Line feed or carriage return.</summary>
    LineEnd,
}

/// <summary>
/// The kind of each character, by the Unicode version of the runtime (16.0 in .NET 10). Oniguruma, in which the files' patterns were written, may lag
/// behind: a letter that is younger than its tables is a symbol to it.
/// </summary>
internal static class CharacterKinds
{
    private static readonly CharacterKind[] s_plane0 = [.. Enumerable.Range(0, 0x10000).Select(code => Classify(CharUnicodeInfo.GetUnicodeCategory((char)code), code))];

    public static bool IsLetter(this CharacterKind kind) => kind is >= CharacterKind.Upper and <= CharacterKind.Caseless;

    public static bool IsSpace(this CharacterKind kind) => kind >= CharacterKind.Space;

    /// <summary>The kind of the first character; a lone surrogate counts as U+FFFD.</summary>
    /// <param name="text">At least one character.</param>
    /// <param name="length">Its UTF-16 units.</param>
    public static CharacterKind First(ReadOnlySpan<char> text, out int length)
    {
        char first = text[0];
        length = 1;
        if (!char.IsSurrogate(first))
        {
            return s_plane0[first];
        }

        Rune.DecodeFromUtf16(text, out Rune rune, out length);
        return Classify(Rune.GetUnicodeCategory(rune), rune.Value);
    }

    private static CharacterKind Classify(UnicodeCategory category, int code) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharacterKind.Upper,
        UnicodeCategory.LowercaseLetter => CharacterKind.Lower,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterKind.Caseless,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharacterKind.Mark,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterKind.Number,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => CharacterKind.Space,
        >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation => CharacterKind.Punctuation,
        _ => code is '\n' or '\r' ? CharacterKind.LineEnd : code is '\t' or '\v' or '\f' or 0x85 ? CharacterKind.Space : CharacterKind.Other,
    };
}
