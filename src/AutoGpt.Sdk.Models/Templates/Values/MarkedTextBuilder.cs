using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>Puts marked texts together; every character counts against the budget before it is there.</summary>
internal sealed class MarkedTextBuilder(RenderBudget budget)
{
    private readonly StringBuilder _text = new();
    private readonly List<TextSpan> _foreign = [];

    public int Length => _text.Length;

    public MarkedTextBuilder Append(TextValue value) => Append(value, 0, value.Text.Length);

    public MarkedTextBuilder Append(TextValue value, int start, int length)
    {
        foreach (TextSpan span in value.ForeignWithin(start, length))
        {
            int from = Math.Max(span.Start, start), to = Math.Min(span.End, start + length);
            Mark(_text.Length + from - start, to - from);
        }

        return Trusted(value.Text.AsSpan(start, length));
    }

    public MarkedTextBuilder Trusted(ReadOnlySpan<char> text)
    {
        budget.Produce(text.Length);
        _text.Append(text);
        return this;
    }

    public MarkedTextBuilder Repeat(char character, int count)
    {
        budget.Produce(count);
        _text.Append(character, count);
        return this;
    }

    public MarkedTextBuilder Untrusted(ReadOnlySpan<char> text)
    {
        Mark(_text.Length, text.Length);
        return Trusted(text);
    }

    public TextValue ToValue() => _text.Length == 0 ? TextValue.Empty : new TextValue(_text.ToString(), [.. _foreign]);

    private void Mark(int start, int length)
    {
        if (length == 0)
        {
            return;
        }

        if (_foreign is [.., TextSpan last] && last.End == start)
        {
            _foreign[^1] = last with { Length = last.Length + length };
        }
        else
        {
            _foreign.Add(new TextSpan(start, length));
        }
    }
}
