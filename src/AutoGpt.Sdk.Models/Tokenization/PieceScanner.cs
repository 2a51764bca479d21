namespace AutoGpt.Sdk.Models;

/// <summary>
/// Cuts text as the patterns of <see cref="PreTokenization"/> do, in one pass: a backtracking regex on anybody's input is a denial of service.
/// Works on Unicode scalar values; a lone surrogate counts as U+FFFD.
/// </summary>
internal static class PieceScanner
{
    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    /// <summary>Length of the first piece of a text that has at least one character.</summary>
    public delegate int FirstPiece(ReadOnlySpan<char> text);

    /// <summary>What a way of cutting does one after the other, each to the pieces of the one before.</summary>
    public static FirstPiece[] Stages(PreTokenization kind) => kind switch
    {
        PreTokenization.Gpt2 => [Gpt2],
        PreTokenization.Words => [Words],
        PreTokenization.Gpt2Digits => [Digits, Gpt2],
        PreTokenization.Llama3 => [text => TiktokenScanner.Llama3(text, digits: 3)],
        PreTokenization.Qwen2 => [text => TiktokenScanner.Llama3(text, digits: 1)],
        PreTokenization.Qwen35 => [text => TiktokenScanner.Llama3(text, digits: 1, marks: true)],
        PreTokenization.Tekken => [TiktokenScanner.Tekken],
        PreTokenization.LlamaCppDefault => [Punctuation, Gpt2, Numbers, ThreeDigits],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Units of the characters at the beginning that fulfil a condition.</summary>
    public static int Run(ReadOnlySpan<char> text, Func<CharacterKind, bool> condition)
    {
        int length = 0;
        while (length < text.Length && condition(CharacterKinds.First(text[length..], out int next)))
        {
            length += next;
        }

        return length;
    }

    /// <summary><c>\s+(?!\S)|\s+</c>: what precedes a word leaves it its last white space.</summary>
    public static int Spaces(ReadOnlySpan<char> text)
    {
        int spaces = Run(text, CharacterKinds.IsSpace);
        return spaces == text.Length || spaces == 1 ? spaces : spaces - 1;
    }

    private static int Words(ReadOnlySpan<char> text)
    {
        int letters = Run(text, static kind => kind.IsLetter() || kind == CharacterKind.Mark);
        return letters > 0 ? letters : Character(text);
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
        CharacterKind kind = CharacterKinds.First(text[start..], out _);
        return kind.IsSpace() ? Spaces(text)
            : start + Run(text[start..], kind.IsLetter() ? CharacterKinds.IsLetter
                : kind == CharacterKind.Number ? static next => next == CharacterKind.Number
                : static next => next < CharacterKind.Number);
    }

    private static int Digits(ReadOnlySpan<char> text) => OneOrRun(text, static kind => kind == CharacterKind.Number);

    // A character of the kind by itself, or all up to the next one.
    private static int OneOrRun(ReadOnlySpan<char> text, Func<CharacterKind, bool> condition) =>
        condition(CharacterKinds.First(text, out int length)) ? length : Run(text, kind => !condition(kind));

    private static int Numbers(ReadOnlySpan<char> text)
    {
        bool number = CharacterKinds.First(text, out _) == CharacterKind.Number;
        return Run(text, kind => (kind == CharacterKind.Number) == number);
    }

    private static int ThreeDigits(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && !IsThree(text[length..]))
        {
            length += Character(text[length..]);
        }

        return length == 0 ? 3 : length;

        static bool IsThree(ReadOnlySpan<char> rest) => rest.Length >= 3 && char.IsAsciiDigit(rest[0]) && char.IsAsciiDigit(rest[1]) && char.IsAsciiDigit(rest[2]);
    }

    private static int Punctuation(ReadOnlySpan<char> text)
    {
        bool first = IsPunctuation(text, out int length);
        while (length < text.Length && IsPunctuation(text[length..], out int next) == first)
        {
            length += next;
        }

        return length;

        static bool IsPunctuation(ReadOnlySpan<char> rest, out int length) =>
            CharacterKinds.First(rest, out length) == CharacterKind.Punctuation || rest[0] is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|';
    }

    private static int Character(ReadOnlySpan<char> text)
    {
        CharacterKinds.First(text, out int length);
        return length;
    }
}
