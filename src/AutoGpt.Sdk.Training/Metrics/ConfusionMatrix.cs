using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>How often each class was taken for each, and what follows: accuracy, precision, recall and F1. Immutable.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[,] _counts;
    private readonly long[] _expected;
    private readonly long[] _predicted;

    /// <summary>Counts classes that have names.</summary>
    /// <param name="expected">The right class of each item, at least one item.</param>
    /// <param name="predicted">The class that was predicted for it.</param>
    /// <exception cref="ArgumentException">There is nothing to count, or the numbers of items differ.</exception>
    /// <remarks>The labels are those that occur on either side, in ordinal order.</remarks>
    public static ConfusionMatrix Of(IReadOnlyList<string> expected, IReadOnlyList<string> predicted)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        string[] labels = [.. expected.Concat(predicted).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, int> places = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        return new ConfusionMatrix([.. expected.Select(label => places[label])], [.. predicted.Select(label => places[label])], labels);
    }

    /// <summary>Counts classes that have numbers.</summary>
    /// <param name="expected">The right class of each item, from 0 to below the number of labels; at least one item.</param>
    /// <param name="predicted">The class that was predicted for it.</param>
    /// <param name="labels">The classes' names, in the order of their numbers.</param>
    /// <exception cref="ArgumentException">There is nothing to count, the numbers of items differ, or a class has no label.</exception>
    public ConfusionMatrix(ReadOnlySpan<int> expected, ReadOnlySpan<int> predicted, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        MetricInput.RequirePairs(predicted.Length, expected.Length);
        Labels = [.. labels];
        _counts = new long[labels.Count, labels.Count];
        _expected = new long[labels.Count];
        _predicted = new long[labels.Count];
        for (int i = 0; i < expected.Length; i++)
        {
            Require(expected[i]);
            Require(predicted[i]);
            _counts[expected[i], predicted[i]]++;
            _expected[expected[i]]++;
            _predicted[predicted[i]]++;
        }

        Total = expected.Length;
    }

    /// <summary>The classes.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Items.</summary>
    public long Total { get; }

    /// <summary>Share of the items whose class was predicted, from 0 to 1.</summary>
    public double Accuracy => (double)Found / Total;

    /// <summary>
    /// Precision, recall and F1 of all decisions together. Where each item has one class, as here, all three are <see cref="Accuracy"/>: one item's wrong class is
    /// a false positive of the one class and a false negative of the other.
    /// </summary>
    public ClassScores Micro => ClassScores.Of(Found, Total, Total);

    /// <summary>The means of precision, recall and F1 over the classes that occur among the right or the predicted ones, each class counting the same.</summary>
    public ClassScores Macro
    {
        get
        {
            ClassScores[] classes = [.. Enumerable.Range(0, Labels.Count).Where(label => _expected[label] + _predicted[label] > 0).Select(Class)];
            return new ClassScores(classes.Average(each => each.Precision), classes.Average(each => each.Recall), classes.Average(each => each.F1), Total);
        }
    }

    private long Found => Enumerable.Range(0, Labels.Count).Sum(label => _counts[label, label]);

    /// <summary>How many items of a class were taken for a class.</summary>
    /// <param name="expected">The right class, from 0.</param>
    /// <param name="predicted">The predicted class, from 0.</param>
    public long this[int expected, int predicted] => _counts[expected, predicted];

    /// <summary>Precision, recall and F1 of one class.</summary>
    /// <param name="label">The class, from 0.</param>
    public ClassScores Class(int label) => ClassScores.Of(_counts[label, label], _predicted[label], _expected[label]);

    /// <summary>The counts as a table: a row for each right class, a column for each predicted one.</summary>
    public override string ToString()
    {
        string[][] rows =
        [
            ["", .. Labels],
            .. Labels.Select((label, row) => (string[])[label, .. Enumerable.Range(0, Labels.Count).Select(column => _counts[row, column].ToString(CultureInfo.InvariantCulture))]),
        ];
        int[] widths = [.. Enumerable.Range(0, Labels.Count + 1).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder table = new();
        foreach (string[] row in rows)
        {
            table.AppendJoin("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).Append('\n');
        }

        return table.ToString();
    }

    private void Require(int label)
    {
        if ((uint)label >= (uint)Labels.Count)
        {
            throw new ArgumentException($"There is a class {label}, and there are {Labels.Count} labels.", nameof(label));
        }
    }
}
