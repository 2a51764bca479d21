namespace AutoGpt.Sdk.Training;

/// <summary>
/// Files as training, validation and test data: read, cleaned, rid of near duplicates and then split by a hash, so that a record's part does not change when others come. The files are
/// read twice – to find duplicates, then for the records themselves – and never held in memory: about 1 KB a record while duplicates are looked for, 9 bytes afterwards. Thread-safe.
/// </summary>
/// <remarks>
/// Where near duplicates are left out, the part of each record that stays depends on its own content alone. Where they are kept, it depends on the first record of their cluster; a new
/// record that is like two clusters makes one of them, and the later one's records move to the part of the earlier.
/// </remarks>
public sealed class Corpus
{
    private const byte LeftOut = byte.MaxValue;

    private readonly string _path;
    private readonly CorpusOptions _options;
    private readonly TextCleaner _cleaner;
    private readonly DataSplit _split;
    private readonly List<ulong> _hashes = [];
    private readonly List<byte> _parts = [];

    private Corpus(string path, CorpusOptions options)
    {
        _path = path;
        _options = options;
        _cleaner = new TextCleaner(options.Cleaning);
        _split = new DataSplit(options.Split);
        Report = null!;
    }

    /// <summary>What became of the records.</summary>
    public CorpusReport Report { get; private set; }

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="path">A file or folder as <see cref="RecordReader"/> reads them.</param>
    /// <param name="options">Default: the defaults of reading, cleaning, duplicates and split.</param>
    /// <param name="progress">Hears of the records read, every thousand.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="DatasetException">A file cannot be read, or no record is left to learn from.</exception>
    public static Corpus Prepare(string path, CorpusOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var corpus = new Corpus(path, options ?? new CorpusOptions());
        corpus.Report = corpus.Look(progress, cancellationToken);
        return corpus.Report.Training > 0 ? corpus : throw new DatasetException(new RecordPlace(path, 0), $"no record is left to learn from: {corpus.Report}");
    }

    /// <summary>The records of a part, cleaned, in the order of the files.</summary>
    /// <param name="part">The part.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>The records, read as they are asked for.</returns>
    /// <exception cref="DatasetException">The files are not what they were.</exception>
    public IEnumerable<TextRecord> Read(DataPart part, CancellationToken cancellationToken = default)
    {
        int number = 0;
        foreach (TextRecord record in new RecordReader(_options.Reading).Read(_path, cancellationToken))
        {
            _cleaner.Clean(record, out TextRecord cleaned);
            if (number == _hashes.Count || _split.Hash(cleaned.Content) != _hashes[number])
            {
                throw new DatasetException(record.Place, "the file has changed since it was looked through for duplicates. Prepare the corpus again.");
            }

            if (_parts[number++] == (byte)part)
            {
                yield return cleaned;
            }
        }

        if (number < _hashes.Count)
        {
            throw new DatasetException(new RecordPlace(_path, 0), $"{_hashes.Count - number} records are gone since the files were looked through for duplicates. Prepare the corpus again.");
        }
    }

    private CorpusReport Look(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var reader = new RecordReader(_options.Reading);
        NearDuplicates? duplicates = _options.Duplicates is null ? null : new NearDuplicates(_options.Duplicates);
        List<int> kept = [];
        var verdicts = new int[Enum.GetValues<CleaningVerdict>().Length];
        foreach (TextRecord record in reader.Read(_path, cancellationToken))
        {
            CleaningVerdict verdict = _cleaner.Clean(record, out TextRecord cleaned);
            verdicts[(int)verdict]++;
            if (verdict == CleaningVerdict.Kept)
            {
                kept.Add(_hashes.Count);
                duplicates?.Add(cleaned.Content);
            }

            _hashes.Add(_split.Hash(cleaned.Content));
            _parts.Add(LeftOut);
            if (_hashes.Count % 1000 == 0)
            {
                progress?.Report(_hashes.Count);
            }
        }

        int repeated = 0;
        for (int i = 0; i < kept.Count; i++)
        {
            int first = duplicates?.First(i) ?? i;
            repeated += first == i ? 0 : 1;
            if (first == i || _options.KeepDuplicates)
            {
                _parts[kept[i]] = (byte)_split.PartOf(_hashes[kept[first]]);
            }
        }

        return new CorpusReport
        {
            Read = _hashes.Count,
            Faults = reader.FaultCount,
            FirstFaults = reader.Faults,
            PassedOver = reader.PassedOver,
            TooShort = verdicts[(int)CleaningVerdict.TooShort],
            TooLong = verdicts[(int)CleaningVerdict.TooLong],
            OtherLanguage = verdicts[(int)CleaningVerdict.OtherLanguage],
            NearDuplicates = repeated,
            DuplicateThreshold = _options.Duplicates?.Threshold,
            DuplicatesKept = _options.KeepDuplicates,
            Training = Count(DataPart.Training),
            Validation = Count(DataPart.Validation),
            Test = Count(DataPart.Test),
        };
    }

    private int Count(DataPart part) => _parts.Count(each => each == (byte)part);
}
