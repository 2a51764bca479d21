namespace AutoGpt.Sdk.Models;

/// <summary>White space as Python's <c>str</c> has it.</summary>
internal static class PythonSpace
{
    // .NET leaves out the four separators of ASCII.
    public static bool Is(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    /// <summary>The length without the white space at the end.</summary>
    public static int TrimmedEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && Is(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    /// <summary>Whether a character ends a line for <c>splitlines</c>.</summary>
    public static bool EndsLine(char character) => character is '\n' or '\r' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029';
}
