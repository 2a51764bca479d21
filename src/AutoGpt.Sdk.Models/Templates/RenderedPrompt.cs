namespace AutoGpt.Sdk.Models;

/// <summary>
/// A rendered conversation that knows which parts of its text came from messages and tools. Only in the others, the template's own, may control tokens be
/// read: a message that spells <c>&lt;|im_start|&gt;</c> is a message that talks about it. Immutable.
/// </summary>
public sealed class RenderedPrompt
{
    private readonly Range[] _untrusted;

    internal RenderedPrompt(TextValue text)
    {
        Text = text.Text;
        _untrusted = new Range[text.Foreign.Length];
        for (int i = 0; i < _untrusted.Length; i++)
        {
            _untrusted[i] = text.Foreign[i].Start..text.Foreign[i].End;
        }
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The parts that came from messages and tools, in order, in UTF-16 units from the start; they neither overlap nor touch.</summary>
    public ReadOnlySpan<Range> Untrusted => _untrusted;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
