namespace AutoGpt.Sdk.Training;

/// <summary>The kinds of files that records are read from.</summary>
internal enum RecordFormat
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>A table with a header.</summary>
    Csv,
}

/// <summary>Tells the kinds by the file's ending.</summary>
internal static class RecordFormats
{
    public const string Known = ".txt, .text, .md, .jsonl, .ndjson, .csv, .tsv";

    public static RecordFormat? Of(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".txt" or ".text" or ".md" => RecordFormat.Text,
        ".jsonl" or ".ndjson" => RecordFormat.JsonLines,
        ".csv" or ".tsv" => RecordFormat.Csv,
        _ => null,
    };
}
