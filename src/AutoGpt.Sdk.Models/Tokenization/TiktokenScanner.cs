namespace AutoGpt.Sdk.Models;

/// <summary>The patterns of the tiktoken kind: <see cref="PreTokenization.Llama3"/> and its relatives.</summary>
internal static class TiktokenScanner
{
    /// <summary>The first piece.</summary>
    /// <param name="text">At least one character.</param>
    /// <param name="digits">Digits that are one piece at most.</param>
    /// <param name="marks">Whether a mark is a part of a word.</param>
    public static int Llama3(ReadOnlySpan<char> text, int digits, bool marks = false)
    {
        if (text[0] == '\'' && Contraction(text) is > 0 and var contraction)
        {
            return contraction;
        }

        CharacterKind kind = CharacterKinds.First(text, out int first);

        // [^\r\n\p{L}\p{N}]?\p{L}+
        if (IsWord(kind))
        {
            return Word(text);
        }

        return kind is not (CharacterKind.Number or CharacterKind.LineEnd) && first < text.Length && IsWord(CharacterKinds.First(text[first..], out _))
            ? first + Word(text[first..])
            : Rest(text, kind, digits, marks, slashes: false);

        bool IsWord(CharacterKind next) => next.IsLetter() || (marks && next == CharacterKind.Mark);

        int Word(ReadOnlySpan<char> word) => marks ? PieceScanner.Run(word, static next => next.IsLetter() || next == CharacterKind.Mark) : PieceScanner.Run(word, CharacterKinds.IsLetter);
    }

    /// <summary>
    /// <c>[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}|…</c>
    /// </summary>
    public static int Tekken(ReadOnlySpan<char> text)
    {
        CharacterKind kind = CharacterKinds.First(text, out int first);
        bool prefix = kind is not (CharacterKind.Number or CharacterKind.LineEnd) && !kind.IsLetter();

        // The pattern tries, in this order: a word that ends in a small letter, after any one character or after none; then a word of capitals.
        if (prefix && EndingSmall(text[first..]) is > 0 and var word)
        {
            return first + word;
        }

        if (EndingSmall(text) is > 0 and var bare)
        {
            return bare;
        }

        int capitals = prefix ? PieceScanner.Run(text[first..], IsUpper) : 0;
        return capitals > 0 ? first + capitals
            : PieceScanner.Run(text, IsUpper) is > 0 and var alone ? alone
            : Rest(text, kind, digits: 1, marks: false, slashes: true);
    }

    // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+ ; what is in both classes may end it where no small letter follows.
    private static int EndingSmall(ReadOnlySpan<char> text)
    {
        int length = 0;
        int end = 0;
        while (length < text.Length && CharacterKinds.First(text[length..], out int next) is var kind && IsUpper(kind))
        {
            length += next;
            end = IsLower(kind) ? length : end;
        }

        int small = PieceScanner.Run(text[length..], IsLower);
        return small > 0 ? length + small : end;
    }

    private static bool IsUpper(CharacterKind kind) => kind is CharacterKind.Upper or CharacterKind.Caseless or CharacterKind.Mark;

    private static bool IsLower(CharacterKind kind) => kind is CharacterKind.Lower or CharacterKind.Caseless or CharacterKind.Mark;

    // \p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
    private static int Rest(ReadOnlySpan<char> text, CharacterKind kind, int digits, bool marks, bool slashes)
    {
        if (kind == CharacterKind.Number)
        {
            int length = 0;
            for (int i = 0; i < digits && length < text.Length && CharacterKinds.First(text[length..], out int next) == CharacterKind.Number; i++)
            {
                length += next;
            }

            return length;
        }

        int start = text[0] == ' ' ? 1 : 0;
        int symbols = marks
            ? PieceScanner.Run(text[start..], static next => next < CharacterKind.Mark)
            : PieceScanner.Run(text[start..], static next => next < CharacterKind.Number);
        if (symbols > 0)
        {
            int end = start + symbols;
            while (end < text.Length && (text[end] is '\r' or '\n' || (slashes && text[end] == '/')))
            {
                end++;
            }

            return end;
        }

        // White space up to the last line end of the run, else as after GPT-2's pattern.
        int spaces = PieceScanner.Run(text, CharacterKinds.IsSpace);
        return text[..spaces].LastIndexOfAny('\r', '\n') is >= 0 and var line ? line + 1 : PieceScanner.Spaces(text);
    }

    // (?i:'s|'t|'re|'ve|'m|'ll|'d); folding case, the long s is an s (Oniguruma, Unicode's CaseFolding.txt).
    private static int Contraction(ReadOnlySpan<char> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        char second = Fold(text[1]);
        return second is 's' or 't' or 'm' or 'd' ? 2
            : text.Length > 2 && (second, Fold(text[2])) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3
            : 0;

        static char Fold(char character) => character == '\u017F' ? 's' : char.ToLowerInvariant(character);
    }
}
