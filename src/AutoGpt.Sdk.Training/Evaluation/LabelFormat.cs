namespace AutoGpt.Sdk.Training;

/// <summary>
/// How a text with a label is put to a causal model: as a prompt that is followed by the label. What is learnt in this form must be asked in it, too. Immutable.
/// </summary>
public sealed record LabelFormat
{
    private const string Place = "{text}";

    /// <summary>The prompt, with <c>{text}</c> where the text goes. Default: the text, and <c>Label:</c> on a line of its own.</summary>
    public string Prompt { get; init; } = "{text}\nLabel:";

    /// <summary>Whether a record is a text with a label, which this format is for.</summary>
    /// <param name="record">The record.</param>
    public static bool Applies(TextRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record is { Text: not null, Label: not null, Messages.Count: 0 };
    }

    /// <summary>The record as a prompt and its completion.</summary>
    /// <param name="record">A text with a label; any other record stays as it is.</param>
    /// <param name="chat">Whether a chat template comes between the two. Otherwise a space does.</param>
    public TextRecord Write(TextRecord record, bool chat) => Applies(record) ? Write(record, record.Label!, chat) : record;

    /// <summary>The same with another label.</summary>
    internal TextRecord Write(TextRecord record, string label, bool chat) =>
        record with { Text = null, Prompt = Prompt.Replace(Place, record.Text, StringComparison.Ordinal), Completion = chat ? label : " " + label };

    internal void Validate()
    {
        if (!Prompt.Contains(Place, StringComparison.Ordinal))
        {
            throw new ArgumentException($"The prompt of a label must have {Place} where the text goes; it is '{Prompt}'.", nameof(Prompt));
        }
    }
}
