using System.Buffers;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>Text as UTF-8 can express it: surrogates that stand alone become U+FFFD, one for one.</summary>
internal static class WellFormedText
{
    public static string Of(string text)
    {
        int at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (at < 0)
        {
            return text;
        }

        var result = new StringBuilder(text, 0, at, text.Length);
        for (ReadOnlySpan<char> rest = text.AsSpan(at); !rest.IsEmpty;)
        {
            bool whole = Rune.DecodeFromUtf16(rest, out _, out int length) == OperationStatus.Done;
            result.Append(whole ? rest[..length] : "\uFFFD");
            rest = rest[length..];
        }

        return result.ToString();
    }

    /// <summary>Whether text has characters, all of them whole.</summary>
    public static bool Is(string text) => text.Length > 0 && Of(text) == text;

    /// <summary>Ranges of a text as begin and end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A range lies outside the text.</exception>
    public static (int Start, int End)[] Offsets(string text, ReadOnlySpan<Range> ranges)
    {
        var offsets = new (int, int)[ranges.Length];
        for (int i = 0; i < ranges.Length; i++)
        {
            (int start, int length) = ranges[i].GetOffsetAndLength(text.Length);
            offsets[i] = (start, start + length);
        }

        return offsets;
    }
}
