namespace AutoGpt.Sdk.Training;

/// <summary>
/// Reads training data as a stream of records: text, JSON Lines (<c>text</c>; <c>prompt</c> and <c>completion</c>; <c>messages</c>), CSV, and folders of these. Only one record is in
/// memory at a time. Not thread-safe.
/// </summary>
public sealed class RecordReader
{
    private const int FaultsKept = 100;

    private readonly RecordReaderOptions _options;
    private readonly List<DatasetException> _faults = [];
    private readonly List<string> _passedOver = [];

    /// <summary>Creates a reader.</summary>
    /// <param name="options">Default: fields by their usual names, a text file one record, an end at the first fault.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public RecordReader(RecordReaderOptions? options = null)
    {
        _options = options ?? new RecordReaderOptions();
        _options.Validate();
    }

    /// <summary>Lines, rows and files that were skipped so far.</summary>
    public long FaultCount { get; private set; }

    /// <summary>The first hundred of them, each with its place.</summary>
    public IReadOnlyList<DatasetException> Faults => _faults;

    /// <summary>Files of folders that were passed over because of their ending.</summary>
    public IReadOnlyList<string> PassedOver => _passedOver;

    /// <summary>Reads a file, or all files of a folder and the folders in it, in ordinal order of their paths; hidden ones – with a dot in front – are left out.</summary>
    /// <param name="path">A .txt, .text, .md, .jsonl, .ndjson, .csv or .tsv file, or a folder of such.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>The records, read as they are asked for.</returns>
    /// <exception cref="DatasetException">There is nothing to read; or, unless faults are skipped, a file is empty, is no UTF-8 or has a malformed line.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <remarks>A text or CSV file that is no UTF-8 is at fault as a whole, and before any of its records is given out; a JSONL file line by line.</remarks>
    public IEnumerable<TextRecord> Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Files(path).SelectMany(file => ReadFile(file, cancellationToken));
    }

    private List<string> Files(string path)
    {
        if (File.Exists(path))
        {
            return RecordFormats.Of(path) is not null ? [path] : throw new DatasetException(new RecordPlace(path, 0), $"the ending says nothing of what is in it; {RecordFormats.Known} are read.");
        }

        if (!Directory.Exists(path))
        {
            throw new DatasetException(new RecordPlace(path, 0), "there is no such file or folder.");
        }

        List<string> files = [];
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).OrderBy(file => Relative(path, file), StringComparer.Ordinal).Where(file => !IsHidden(Relative(path, file))))
        {
            (RecordFormats.Of(file) is null ? _passedOver : files).Add(file);
        }

        return files.Count > 0 ? files : throw new DatasetException(new RecordPlace(path, 0), $"the folder has no file to read; {RecordFormats.Known} are read.");
    }

    private IEnumerable<TextRecord> ReadFile(string path, CancellationToken cancellationToken)
    {
        long before = FaultCount;
        bool any = false;
        IEnumerable<TextRecord> records = RecordFormats.Of(path) switch
        {
            RecordFormat.JsonLines => JsonLinesRecords.Read(path, _options, Take),
            RecordFormat.Csv => CsvRecords.Read(path, _options, Take, cancellationToken),
            _ => PlainTextRecords.Read(path, _options, cancellationToken),
        };
        using IEnumerator<TextRecord> each = records.GetEnumerator();
        while (MoveNext(each))
        {
            cancellationToken.ThrowIfCancellationRequested();
            any = true;
            yield return each.Current;
        }

        if (!any && FaultCount == before)
        {
            Take(new DatasetException(new RecordPlace(path, 0), "the file holds no record, only white space or a header."));
        }
    }

    // A fault that ends the file.
    private bool MoveNext(IEnumerator<TextRecord> records)
    {
        try
        {
            return records.MoveNext();
        }
        catch (DatasetException exception) when (_options.OnFault == FaultAction.Skip)
        {
            Take(exception);
            return false;
        }
    }

    private void Take(DatasetException fault)
    {
        if (_options.OnFault == FaultAction.Stop)
        {
            throw fault;
        }

        FaultCount++;
        if (_faults.Count < FaultsKept)
        {
            _faults.Add(fault);
        }
    }

    private static string Relative(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');

    private static bool IsHidden(string relative) => relative.Split('/').Any(part => part.StartsWith('.'));
}
