using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>Python's <c>split</c> and <c>strip</c>, by which sacreBLEU cuts.</summary>
internal static class WhiteSpace
{
    public static List<string> Split(string text)
    {
        List<string> words = [];
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || PythonSpace.Is(text[i]))
            {
                if (i > start)
                {
                    words.Add(text[start..i]);
                }

                start = i + 1;
            }
        }

        return words;
    }

    public static string TrimEnd(string text) => text[..PythonSpace.TrimmedEnd(text)];

    public static string Trim(string text)
    {
        int start = 0;
        int end = PythonSpace.TrimmedEnd(text);
        while (start < end && PythonSpace.Is(text[start]))
        {
            start++;
        }

        return text[start..end];
    }
}
