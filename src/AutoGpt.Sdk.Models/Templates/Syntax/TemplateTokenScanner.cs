using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>The tokens inside a tag.</summary>
internal static class TemplateTokenScanner
{
    private static readonly string[] s_operators = ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ","];

    public static TemplateToken Next(string source, ref int at, bool isAfterDot)
    {
        int start = at;
        char first = source[at];
        if (first is '"' or '\'')
        {
            return new TemplateToken(TemplateTokenKind.Text, ReadText(source, ref at), start);
        }

        if (char.IsAsciiDigit(first))
        {
            bool isFloat = ReadNumber(source, ref at, isAfterDot);
            if (at < source.Length && IsNamePart(source[at]))
            {
                throw ChatTemplateException.At(source, start, "this form of number is not supported.");
            }

            return new TemplateToken(isFloat ? TemplateTokenKind.Float : TemplateTokenKind.Integer, source[start..at].Replace("_", "", StringComparison.Ordinal), start);
        }

        if (IsNamePart(first))
        {
            while (at < source.Length && IsNamePart(source[at]))
            {
                at++;
            }

            return new TemplateToken(TemplateTokenKind.Name, source[start..at], start);
        }

        foreach (string candidate in s_operators)
        {
            if (string.CompareOrdinal(source, at, candidate, 0, candidate.Length) == 0)
            {
                at += candidate.Length;
                return new TemplateToken(TemplateTokenKind.Operator, candidate, start);
            }
        }

        throw ChatTemplateException.At(source, start, $"the character '{first}' has no meaning here.");
    }

    private static bool IsNamePart(char character) => char.IsLetterOrDigit(character) || character == '_';

    private static bool ReadNumber(string source, ref int at, bool isAfterDot)
    {
        Digits(source, ref at);
        bool isFloat = false;
        // In a.0.1 the digits are names, not a fraction.
        if (!isAfterDot && at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            at++;
            Digits(source, ref at);
            isFloat = true;
        }

        int exponent = at + 1 < source.Length && source[at] is 'e' or 'E' ? at + (source[at + 1] is '+' or '-' ? 2 : 1) : source.Length;
        if (!isAfterDot && exponent < source.Length && char.IsAsciiDigit(source[exponent]))
        {
            at = exponent;
            Digits(source, ref at);
            isFloat = true;
        }

        return isFloat;
    }

    private static void Digits(string source, ref int at)
    {
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || (source[at] == '_' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1]))))
        {
            at++;
        }
    }

    private static string ReadText(string source, ref int at)
    {
        int start = at;
        char quote = source[at++];
        StringBuilder text = new();
        while (at < source.Length && source[at] != quote)
        {
            if (source[at] == '\\' && at + 1 < source.Length)
            {
                ReadEscape(source, ref at, text);
            }
            else
            {
                text.Append(source[at++]);
            }
        }

        if (at >= source.Length)
        {
            throw ChatTemplateException.At(source, start, "the string does not end.");
        }

        at++;
        return text.ToString();
    }

    private static void ReadEscape(string source, ref int at, StringBuilder text)
    {
        char kind = source[at + 1];
        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (at + 2 + digits > source.Length || !int.TryParse(source.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) || code is < 0 or > 0x10ffff)
            {
                throw ChatTemplateException.At(source, at, $"'\\{kind}' wants {digits} hexadecimal digits.");
            }

            text.Append(code > 0xffff ? char.ConvertFromUtf32(code) : ((char)code).ToString());
        }
        else if (kind is >= '0' and <= '7' or 'N')
        {
            throw ChatTemplateException.At(source, at, $"the escape '\\{kind}' is not supported; write it with \\x or \\u.");
        }
        else
        {
            text.Append(kind switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                'a' => "\a",
                'b' => "\b",
                'f' => "\f",
                'v' => "\v",
                '\n' => "",
                '\\' or '\'' or '"' => kind.ToString(),
                _ => "\\" + kind,
            });
        }

        at += 2 + digits;
    }
}
