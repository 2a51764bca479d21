namespace AutoGpt.Sdk.Training;

/// <summary>
/// Puts short examples side by side into rows of a given length, so that little of a batch is padding. Each example stays whole, keeps what counts in it, and is not asked to foresee the first token of
/// the next.
/// </summary>
/// <remarks>
/// The networks here attend to everything before a token in its row, so an example sees those that are packed in front of it, as GPT-3 was trained: the separator teaches it to take no notice. Where that
/// is not wanted – few, long or sensitive examples – leave packing out; <see cref="ExampleDataset"/> pads to similar lengths.
/// </remarks>
public static class ExamplePacker
{
    /// <summary>Packs a stream of examples.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="options">How to pack.</param>
    /// <returns>The rows as examples, given out as they fill; a function of examples and options alone.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or an example is longer than a row or has nothing to learn.</exception>
    public static IEnumerable<TrainingExample> Pack(IEnumerable<TrainingExample> examples, PackingOptions options)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Rows(examples, options);
    }

    private static IEnumerable<TrainingExample> Rows(IEnumerable<TrainingExample> examples, PackingOptions options)
    {
        List<Row> open = [];
        foreach (TrainingExample example in examples)
        {
            example.Check();
            if (example.Ids.Length > options.RowLength)
            {
                throw new ArgumentException($"An example has {example.Ids.Length} tokens, more than the {options.RowLength} of a row. Have it cut or dropped by the encoder (MaximumLength, Overlong).", nameof(examples));
            }

            Row? best = open.Where(row => row.LengthWith(example, options.Separator) <= options.RowLength).MaxBy(row => row.Ids.Count);
            if (best is null)
            {
                if (open.Count == options.OpenRows)
                {
                    Row fullest = open.MaxBy(row => row.Ids.Count)!;
                    open.Remove(fullest);
                    yield return fullest.ToExample();
                }

                open.Add(best = new Row());
            }

            best.Add(example, options.Separator);
            if (best.Ids.Count > options.RowLength - 2)
            {
                open.Remove(best);
                yield return best.ToExample();
            }
        }

        foreach (Row row in open)
        {
            yield return row.ToExample();
        }
    }

    private sealed class Row
    {
        private readonly List<bool> _learned = [];

        public List<int> Ids { get; } = [];

        public int LengthWith(TrainingExample example, int? separator) => Ids.Count + (NeedsSeparator(separator) ? 1 : 0) + example.Ids.Length;

        public void Add(TrainingExample example, int? separator)
        {
            if (NeedsSeparator(separator))
            {
                Ids.Add(separator!.Value);
                _learned.Add(true);
            }

            Ids.AddRange(example.Ids.Span);
            _learned.AddRange(Enumerable.Range(0, example.Ids.Length).Select(example.Counts));
        }

        public TrainingExample ToExample() => new(Ids.ToArray(), 0) { Learned = _learned.ToArray() };

        private bool NeedsSeparator(int? separator) => separator is { } id && Ids.Count > 0 && Ids[^1] != id;
    }
}
