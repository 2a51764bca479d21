using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>Records of a text file: the file, its paragraphs or its lines.</summary>
internal static class PlainTextRecords
{
    /// <param name="path">The file.</param>
    /// <param name="options">What a record is.</param>
    /// <param name="cancellationToken">Heeded while the file is looked through.</param>
    public static IEnumerable<TextRecord> Read(string path, RecordReaderOptions options, CancellationToken cancellationToken)
    {
        if (options.TextUnit == TextUnit.File && new FileInfo(path).Length > options.MaximumRecordBytes)
        {
            throw new DatasetException(
                new RecordPlace(path, 0), $"the file has more than {options.MaximumRecordBytes} bytes and would be one record. Read paragraphs or lines (TextUnit), or enlarge MaximumRecordBytes.");
        }

        using StreamReader reader = Utf8Input.Open(path, cancellationToken);
        foreach ((string text, long line) in Units(reader, options, path))
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return new TextRecord { Text = text, Place = new RecordPlace(path, line) };
            }
        }
    }

    private static IEnumerable<(string Text, long Line)> Units(StreamReader reader, RecordReaderOptions options, string path)
    {
        if (options.TextUnit == TextUnit.File)
        {
            yield return (reader.ReadToEnd(), 1);
            yield break;
        }

        StringBuilder unit = new();
        long first = 1;
        for (long line = 1; reader.ReadLine() is { } text; line++)
        {
            if (unit.Length + text.Length > options.MaximumRecordBytes)
            {
                throw new DatasetException(new RecordPlace(path, first), $"the {(options.TextUnit == TextUnit.Line ? "line" : "paragraph")} is longer than {options.MaximumRecordBytes}. Enlarge MaximumRecordBytes.");
            }

            bool ends = options.TextUnit == TextUnit.Line || string.IsNullOrWhiteSpace(text);
            if (options.TextUnit == TextUnit.Line || !ends)
            {
                first = unit.Length == 0 ? line : first;
                unit.Append(unit.Length == 0 ? "" : "\n").Append(text);
            }

            if (ends)
            {
                yield return (unit.ToString(), first);
                unit.Clear();
            }
        }

        yield return (unit.ToString(), first);
    }
}
