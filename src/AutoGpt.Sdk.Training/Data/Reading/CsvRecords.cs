using Sylvan.Data.Csv;

namespace AutoGpt.Sdk.Training;

/// <summary>Records of a CSV or TSV file with a header: a column of texts, or one of prompts and one of completions; a column of labels where there is one.</summary>
internal static class CsvRecords
{
    private const int FirstBufferSize = 1 << 16;

    /// <param name="path">The file.</param>
    /// <param name="options">Names of the columns.</param>
    /// <param name="fault">Takes the error of a row, or throws it.</param>
    /// <param name="cancellationToken">Heeded while the file is looked through.</param>
    public static IEnumerable<TextRecord> Read(string path, RecordReaderOptions options, Action<DatasetException> fault, CancellationToken cancellationToken)
    {
        using StreamReader text = Utf8Input.Open(path, cancellationToken);
        using CsvDataReader csv = Malformed(path, 0, () => CsvDataReader.Create(text, new CsvDataReaderOptions
        {
            Delimiter = Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : null,
            BufferSize = FirstBufferSize,
            MaxBufferSize = Math.Max(FirstBufferSize, options.MaximumRecordBytes),
        }));
        Columns columns = Columns.Find(path, csv, options);
        for (long row = 1; Malformed(path, row, csv.Read); row++)
        {
            RecordPlace place = new(path, row);
            if (csv.RowFieldCount <= columns.Last)
            {
                fault(new DatasetException(place, $"the row has {csv.RowFieldCount} cells, and the column '{csv.GetName(columns.Last)}' is number {columns.Last + 1}."));
                continue;
            }

            yield return new TextRecord
            {
                Place = place,
                Text = Cell(csv, columns.Text),
                Prompt = Cell(csv, columns.Prompt),
                Completion = Cell(csv, columns.Completion),
                Label = Cell(csv, columns.Label),
            };
        }
    }

    private static string? Cell(CsvDataReader csv, int column) => column < 0 ? null : csv.GetString(column);

    private static T Malformed<T>(string path, long row, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is CsvFormatException or CsvRecordTooLargeException)
        {
            throw new DatasetException(new RecordPlace(path, row), $"the file is no CSV from here on: {exception.Message} See to the quotes of this row and the one before it.", null, exception);
        }
    }

    private sealed record Columns(int Text, int Prompt, int Completion, int Label)
    {
        public int Last => Math.Max(Math.Max(Text, Label), Math.Max(Prompt, Completion));

        public static Columns Find(string path, CsvDataReader csv, RecordReaderOptions options)
        {
            string[] names = [.. Enumerable.Range(0, csv.FieldCount).Select(column => csv.GetName(column).Trim())];
            int prompt = Place(options.PromptField);
            int completion = Place(options.CompletionField);
            int text = Place(options.TextField);
            return prompt >= 0 && completion >= 0 ? new Columns(-1, prompt, completion, Place(options.LabelField))
                : text >= 0 ? new Columns(text, -1, -1, Place(options.LabelField))
                : throw new DatasetException(
                    new RecordPlace(path, 0),
                    $"the header has neither '{options.TextField}' nor '{options.PromptField}' with '{options.CompletionField}'; it has {string.Join(", ", names.Take(8).Select(name => $"'{name}'"))}. The reader's options name other columns.");

            int Place(string name) => Array.FindIndex(names, each => each.Equals(name, StringComparison.OrdinalIgnoreCase));
        }
    }
}
