namespace AutoGpt.Sdk.Training;

/// <summary>The labels that a model is taught, and can choose between. Immutable.</summary>
public sealed class LabelSet
{
    private const int Listed = 20;

    private readonly HashSet<string> _known;

    /// <summary>Creates a set.</summary>
    /// <param name="labels">The labels; they are put into ordinal order.</param>
    public LabelSet(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        _known = [.. labels];
        Labels = [.. _known.Order(StringComparer.Ordinal)];
    }

    /// <summary>The labels, in ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The labels of the texts among records.</summary>
    /// <param name="records">The records, as a rule those of the training part.</param>
    public static LabelSet Of(IEnumerable<TextRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return new LabelSet(records.Where(LabelFormat.Applies).Select(record => record.Label!));
    }

    /// <summary>Whether a record's label is among these; a record without one has none that is not.</summary>
    /// <param name="record">The record.</param>
    public bool Knows(TextRecord record) => !LabelFormat.Applies(record) || _known.Contains(record.Label!);

    /// <summary>Throws where a record's label is not among these.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="DatasetException">The message says where, which label, and which there are.</exception>
    public void Require(TextRecord record)
    {
        if (!Knows(record))
        {
            string known = Labels.Count == 0 ? "none" : string.Join(", ", Labels.Take(Listed).Select(label => $"'{label}'")) + (Labels.Count > Listed ? " …" : "");
            throw new DatasetException(
                record.Place, $"the label '{record.Label}' is not among those to learn from: {known}. A model cannot choose what it was not taught; correct the label, leave the record out or give more to learn from.");
        }
    }
}
