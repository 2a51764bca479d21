namespace AutoGpt.Sdk;

/// <summary>Finds the JSON object in what a chat model says: alone, in a code fence, or with words around it.</summary>
internal static class JsonText
{
    /// <summary>From the first opening brace to the brace that closes it; the text as it is when there is none.</summary>
    public static string Extract(string text)
    {
        int start = text.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
        {
            return text;
        }

        int depth = 0;
        bool quoted = false;
        for (int index = start; index < text.Length; index++)
        {
            char character = text[index];
            if (quoted)
            {
                quoted = character != '"';
                index += character == '\\' ? 1 : 0;
            }
            else if (character == '"')
            {
                quoted = true;
            }
            else if (character == '{')
            {
                depth++;
            }
            else if (character == '}' && --depth == 0)
            {
                return text[start..(index + 1)];
            }
        }

        return text[start..];
    }
}
