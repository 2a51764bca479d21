namespace AutoGpt.Sdk.Training;

/// <summary>Where a record came from.</summary>
/// <param name="File">The file; empty for a record that was made.</param>
/// <param name="Line">Its first line in a text or JSONL file, its row in a CSV file without the header, from 1; 0 for the file as a whole.</param>
public readonly record struct RecordPlace(string File, long Line)
{
    /// <summary>For instance <c>data/a.jsonl, line 3</c>.</summary>
    public override string ToString() => string.IsNullOrEmpty(File) ? "a made record" : Line == 0 ? File : $"{File}, {(RecordFormats.Of(File) == RecordFormat.Csv ? "row" : "line")} {Line}";
}
