using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>Going through values, counting and cutting them: by code points in texts, as Python does.</summary>
internal static class ValueIteration
{
    /// <summary>The items of whatever can be gone through.</summary>
    public static IReadOnlyList<TemplateValue> Items(TemplateValue value, RenderBudget budget)
    {
        IReadOnlyList<TemplateValue> items = value switch
        {
            ListValue list => list.Take(),
            MappingValue mapping => [.. mapping.Entries.Select(entry => entry.Key)],
            TextValue text => CodePoints(text, budget),
            UndefinedValue => [],
            _ => throw new TemplateFaultException($"a {value.TypeName} cannot be gone through."),
        };
        budget.Step(items.Count);
        return items;
    }

    public static int Length(TemplateValue value) => value switch
    {
        TextValue text => CountCodePoints(text.Text),
        ListValue { Kind: not ListKind.Iterator } list => list.Items.Count,
        MappingValue mapping => mapping.Entries.Count,
        UndefinedValue => 0,
        _ => throw new TemplateFaultException($"a {value.TypeName} has no length."),
    };

    /// <summary>The item at a position, from the end where it is negative; null where there is none.</summary>
    public static TemplateValue? At(TemplateValue value, int index)
    {
        if (value is not TextValue and not ListValue { HasPositions: true })
        {
            return null;
        }

        int length = Length(value);
        int at = index < 0 ? index + length : index;
        if (at < 0 || at >= length)
        {
            return null;
        }

        if (value is ListValue list)
        {
            return list.Items[at];
        }

        TextValue text = (TextValue)value;
        int unit = Unit(text.Text, at);
        return text.Slice(unit, RuneLength(text.Text, unit));
    }

    /// <summary>Python's slice.</summary>
    public static TemplateValue Slice(TemplateValue value, int? start, int? stop, int step, RenderBudget budget)
    {
        if (value is not TextValue and not ListValue { HasPositions: true })
        {
            throw value is UndefinedValue undefined ? undefined.Fault() : new TemplateFaultException($"a {value.TypeName} cannot be cut.");
        }

        if (step == 0)
        {
            throw new TemplateFaultException("a slice's step is 0.");
        }

        int length = Length(value);
        int from = Clamp(start, step > 0 ? 0 : length - 1);
        int to = Clamp(stop, step > 0 ? length : -1);
        budget.Step(Math.Abs(to - from) / Math.Abs(step));
        if (value is TextValue text)
        {
            return step == 1 ? Cut(text, from, Math.Max(from, to)) : Picked(text);
        }

        List<TemplateValue> items = [];
        ListValue list = (ListValue)value;
        for (long i = from; step > 0 ? i < to : i > to; i += step)
        {
            items.Add(list.Items[(int)i]);
        }

        return new ListValue(items, list.Kind);

        int Clamp(int? bound, int absent) => bound is not int given ? absent
            : Math.Clamp(given < 0 ? given + length : given, step > 0 ? 0 : -1, step > 0 ? length : length - 1);

        TextValue Picked(TextValue whole)
        {
            IReadOnlyList<TemplateValue> points = CodePoints(whole, budget);
            MarkedTextBuilder builder = new(budget);
            for (long i = from; step > 0 ? i < to : i > to; i += step)
            {
                builder.Append((TextValue)points[(int)i]);
            }

            return builder.ToValue();
        }

        TextValue Cut(TextValue whole, int first, int last)
        {
            int begin = Unit(whole.Text, first);
            int end = Unit(whole.Text, last);
            budget.Produce(end - begin);
            return whole.Slice(begin, end - begin);
        }
    }

    private static List<TemplateValue> CodePoints(TextValue text, RenderBudget budget)
    {
        budget.Step(text.Text.Length);
        List<TemplateValue> points = new(text.Text.Length);
        for (int i = 0, length; i < text.Text.Length; i += length)
        {
            length = RuneLength(text.Text, i);
            points.Add(text.Slice(i, length));
        }

        return points;
    }

    private static bool HasSurrogates(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    private static int CountCodePoints(string text)
    {
        if (!HasSurrogates(text))
        {
            return text.Length;
        }

        int count = 0;
        for (int i = 0; i < text.Length; i += RuneLength(text, i))
        {
            count++;
        }

        return count;
    }

    // Where the code point of a number begins.
    private static int Unit(string text, int number)
    {
        if (!HasSurrogates(text))
        {
            return number;
        }

        int at = 0;
        while (number-- > 0)
        {
            at += RuneLength(text, at);
        }

        return at;
    }

    private static int RuneLength(string text, int at) => Rune.TryGetRuneAt(text, at, out Rune rune) ? rune.Utf16SequenceLength : 1;
}
