using AutoGpt.Sdk;

namespace AutoGpt.Cli.Output;

/// <summary>Text that a person may be shown in a terminal.</summary>
internal static class Printable
{
    public static string Text(string text) => PrintableText.Of(text);

    public static string Line(string text, int limit = 160)
    {
        string line = Text(text).ReplaceLineEndings(" ").Trim();
        return line.Length <= limit ? line : line[..(limit - 1)] + "…";
    }
}
