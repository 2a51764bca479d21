using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>Python's <c>str.format</c> with plain fields: <c>{}</c>, <c>{0}</c>, <c>{name}</c>. Conversions and format specifications are refused.</summary>
internal static class TextFormat
{
    public static TextValue Format(TextValue format, CallArguments arguments, RenderState state)
    {
        string text = format.Text;
        MarkedTextBuilder builder = new(state.Budget);
        int next = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (character is not '{' and not '}')
            {
                builder.Append(format, i, 1);
            }
            else if (i + 1 < text.Length && text[i + 1] == character)
            {
                builder.Append(format, i++, 1);
            }
            else
            {
                int close = character == '{' ? text.IndexOf('}', i) : -1;
                string field = close < 0 ? throw new TemplateFaultException($"'format' finds a single '{character}'.") : text[(i + 1)..close];
                builder.Append(state.Text(Field(field, arguments, ref next)));
                i = close;
            }
        }

        return builder.ToValue();
    }

    private static TemplateValue Field(string field, CallArguments arguments, ref int next)
    {
        if (field.Length == 0 || field.All(char.IsAsciiDigit))
        {
            int index = field.Length == 0 ? next++ : int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : int.MaxValue;
            return index < arguments.Positional.Count ? arguments.Positional[index] : throw new TemplateFaultException($"'format' lacks its argument {index}.");
        }

        return arguments.Named.FirstOrDefault(argument => argument.Key == field).Value
            ?? throw new TemplateFaultException($"'format' has no field '{field}'; conversions and format specifications are not supported.");
    }
}
