namespace AutoGpt.Sdk.Training;

/// <summary>
/// Which signatures may be similar, without comparing all with all (locality-sensitive hashing, Indyk and Motwani 1998): those that agree in one of the bands they are cut into.
/// </summary>
internal sealed class SignatureBands
{
    // Pairs at the threshold must be found this often; the fewer bands do it, the fewer pairs are compared in vain.
    private const double FoundAtThreshold = .98;

    private readonly int _rows;
    private readonly Dictionary<ulong, int>[] _newest;
    private readonly List<int>[] _before;

    public SignatureBands(int hashes, double threshold)
    {
        _rows = Enumerable.Range(1, hashes).Last(rows => rows == 1 || 1 - Math.Pow(1 - Math.Pow(threshold, rows), hashes / rows) >= FoundAtThreshold);
        int bands = hashes / _rows;
        _newest = [.. Enumerable.Range(0, bands).Select(_ => new Dictionary<ulong, int>())];
        _before = [.. Enumerable.Range(0, bands).Select(_ => new List<int>())];
    }

    public int Bands => _newest.Length;

    public int Rows => _rows;

    /// <summary>The records added before that agree with this signature in a band, perhaps several times.</summary>
    public IEnumerable<int> Candidates(uint[] signature)
    {
        for (int band = 0; band < Bands; band++)
        {
            if (_newest[band].TryGetValue(Key(signature, band), out int record))
            {
                for (; record >= 0; record = _before[band][record])
                {
                    yield return record;
                }
            }
        }
    }

    /// <summary>Adds the next record, numbered from 0.</summary>
    public void Add(uint[] signature)
    {
        for (int band = 0; band < Bands; band++)
        {
            ulong key = Key(signature, band);
            _before[band].Add(_newest[band].TryGetValue(key, out int record) ? record : -1);
            _newest[band][key] = _before[band].Count - 1;
        }
    }

    private ulong Key(uint[] signature, int band)
    {
        ulong key = 0;
        foreach (uint value in signature.AsSpan(band * _rows, _rows))
        {
            key = SplitMix64.Mix(key + value);
        }

        return key;
    }
}
