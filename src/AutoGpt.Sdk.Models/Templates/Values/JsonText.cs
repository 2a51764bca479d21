using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>How <c>tojson</c> writes a value.</summary>
/// <param name="Indent">Spaces a level, or null for one line.</param>
/// <param name="ItemSeparator">Between items.</param>
/// <param name="KeySeparator">Between a key and its value.</param>
/// <param name="Ascii">Whether other characters are escaped.</param>
/// <param name="Sorted">Whether keys are sorted.</param>
internal sealed record JsonStyle(int? Indent, string ItemSeparator, string KeySeparator, bool Ascii, bool Sorted);

/// <summary>Writes JSON as Python's <c>json.dumps</c> does, which is what Hugging Face's <c>tojson</c> calls: nothing is escaped for HTML.</summary>
internal sealed class JsonText(JsonStyle style, RenderBudget budget)
{
    private readonly MarkedTextBuilder _builder = new(budget);

    public static TextValue Of(TemplateValue value, JsonStyle style, RenderBudget budget)
    {
        JsonText text = new(style, budget);
        text.Write(value, 0);
        return text._builder.ToValue();
    }

    private void Write(TemplateValue value, int level)
    {
        budget.EnterValue();
        switch (value)
        {
            case NoneValue:
                _builder.Trusted("null");
                break;
            case BooleanValue boolean:
                _builder.Trusted(boolean.Value ? "true" : "false");
                break;
            case IntegerValue integer:
                _builder.Trusted(integer.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case FloatValue number:
                _builder.Trusted(double.IsNaN(number.Value) ? "NaN" : double.IsInfinity(number.Value) ? number.Value > 0 ? "Infinity" : "-Infinity" : PythonText.Of(number.Value));
                break;
            case TextValue text:
                WriteText(text);
                break;
            case ListValue { HasPositions: true } list:
                Group('[', ']', list.Items.Count, level, i => Write(list.Items[i], level + 1));
                break;
            case MappingValue mapping:
                KeyValuePair<TextValue, TemplateValue>[] entries = [.. mapping.Entries.Select(entry => KeyValuePair.Create(Key(entry.Key), entry.Value))];
                entries = style.Sorted ? [.. entries.OrderBy(entry => entry.Key.Text, CodePointOrder.Instance)] : entries;
                Group('{', '}', entries.Length, level, i =>
                {
                    WriteText(entries[i].Key);
                    _builder.Trusted(style.KeySeparator);
                    Write(entries[i].Value, level + 1);
                });
                break;
            case UndefinedValue undefined:
                throw undefined.Fault();
            default:
                throw new TemplateFaultException($"a {value.TypeName} cannot be written as JSON.");
        }

        budget.LeaveValue();
    }

    // Keys are texts in JSON: a number or truth value is written as one.
    private TextValue Key(TemplateValue key) => key as TextValue ?? Of(key, style, budget);

    private void Group(char open, char close, int count, int level, Action<int> write)
    {
        _builder.Trusted([open]);
        for (int i = 0; i < count; i++)
        {
            _builder.Trusted(i > 0 ? style.ItemSeparator : "");
            Line(level + 1);
            write(i);
        }

        if (count > 0)
        {
            Line(level);
        }

        _builder.Trusted([close]);
    }

    private void Line(int level)
    {
        if (style.Indent is int indent)
        {
            _builder.Trusted("\n").Repeat(' ', indent * level);
        }
    }

    private void WriteText(TextValue value)
    {
        _builder.Trusted("\"");
        string text = value.Text;
        int plain = 0;
        for (int i = 0; i < text.Length; i++)
        {
            string? escaped = text[i] switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\u{(int)text[i]:x4}",
                > '~' when style.Ascii => $"\\u{(int)text[i]:x4}",
                _ => null,
            };
            if (escaped is not null)
            {
                _builder.Append(value, plain, i - plain);
                _builder.Append(value.Slice(i, 1).With(escaped));
                plain = i + 1;
            }
        }

        _builder.Append(value, plain, text.Length - plain);
        _builder.Trusted("\"");
    }
}
