namespace AutoGpt.Sdk.Tools;

/// <summary>Text as lines: <c>\n</c>, <c>\r\n</c> and <c>\r</c> end a line, and a last line without an end counts.</summary>
internal static class Lines
{
    public static string[] Of(string text)
    {
        string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    public static string Join(IEnumerable<string> lines) => string.Join('\n', lines);
}
