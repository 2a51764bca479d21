namespace AutoGpt.Sdk.Models;

/// <summary>Upper and lower case as Python's <c>str</c> has them, letter by letter: ß stays ß in upper case.</summary>
internal static class TextCase
{
    public static TextValue Upper(TextValue text) => text.With(text.Text.ToUpperInvariant());

    public static TextValue Lower(TextValue text) => text.With(text.Text.ToLowerInvariant());

    public static TextValue Capitalize(TextValue text) => Map(text, (character, index, _) => index == 0 ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character));

    /// <summary>Python's <c>title</c>: every letter that follows none is a capital.</summary>
    public static TextValue Title(TextValue text) =>
        Map(text, (character, _, before) => char.IsLetter(before) ? char.ToLowerInvariant(character) : char.ToUpperInvariant(character));

    /// <summary>Jinja's <c>title</c>: a capital after white space, a hyphen or an opening bracket.</summary>
    public static TextValue FilterTitle(TextValue text) =>
        Map(text, (character, index, before) => index == 0 || PythonSpace.Is(before) || before is '-' or '(' or '{' or '[' or '<' ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character));

    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    private static TextValue Map(TextValue text, Func<char, int, char, char> map) =>
        text.With(string.Create(text.Text.Length, text.Text, (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = map(source[i], i, i > 0 ? source[i - 1] : '\0');
            }
        }));
}
