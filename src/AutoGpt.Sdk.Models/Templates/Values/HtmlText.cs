namespace AutoGpt.Sdk.Models;

/// <summary>Escapes for HTML as Jinja's markup does.</summary>
internal static class HtmlText
{
    public static void Escape(TextValue text, MarkedTextBuilder builder)
    {
        for (int i = 0; i < text.Text.Length; i++)
        {
            string? escaped = text.Text[i] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&#34;", '\'' => "&#39;", _ => null };
            if (escaped is null)
            {
                builder.Append(text, i, 1);
            }
            else
            {
                builder.Append(text.Slice(i, 1).With(escaped));
            }
        }
    }
}
