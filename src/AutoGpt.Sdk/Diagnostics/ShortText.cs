namespace AutoGpt.Sdk;

/// <summary>Cuts a text that is too long, and shows that it was cut.</summary>
internal static class ShortText
{
    /// <summary>The text where it is no longer than that, else its beginning and an ellipsis. No character is cut in two.</summary>
    public static string Of(string text, int maxLength) =>
        text.Length <= maxLength ? text : text[..(maxLength - (maxLength > 0 && char.IsHighSurrogate(text[maxLength - 1]) ? 1 : 0))] + "…";
}
