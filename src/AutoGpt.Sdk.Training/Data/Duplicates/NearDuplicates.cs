namespace AutoGpt.Sdk.Training;

/// <summary>
/// Finds texts that are nearly the same, by MinHash signatures and locality-sensitive hashing, and gathers them in clusters: near duplicates of near duplicates are in one. To be done
/// before data is split: a test set whose near duplicates were learnt measures memory. Not thread-safe.
/// </summary>
/// <remarks>
/// A pair at <see cref="NearDuplicateOptions.Threshold"/> is compared with a probability of at least .98, more similar ones more surely; the decision is the estimate's, which a pair close to the
/// threshold may fall on either side of. Takes about 1 KB of memory a text with the default options, whatever its length; a text with the signature of an earlier one takes a few bytes.
/// </remarks>
public sealed class NearDuplicates
{
    private readonly NearDuplicateOptions _options;
    private readonly MinHash _hash;
    private readonly SignatureBands _bands;
    private readonly DisjointSets _sets = new();
    private readonly List<(uint[] Signature, int Text)> _distinct = [];

    /// <summary>Creates a finder.</summary>
    /// <param name="options">Default: similarities from .8, of runs of three words, by 128 hashes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public NearDuplicates(NearDuplicateOptions? options = null)
    {
        _options = options ?? new NearDuplicateOptions();
        _options.Validate();
        _hash = new MinHash(_options.Hashes, _options.Seed);
        _bands = new SignatureBands(_options.Hashes, _options.Threshold);
    }

    /// <summary>Texts added.</summary>
    public int Count => _sets.Count;

    /// <summary>Adds a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its number, from 0.</returns>
    public int Add(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int number = _sets.Count;
        _sets.Add();
        uint[] signature = _hash.Signature(Shingles.Of(text, _options.ShingleLength));
        foreach (int candidate in _bands.Candidates(signature))
        {
            (uint[] other, int text) earlier = _distinct[candidate];
            if (_sets.Find(earlier.text) != _sets.Find(number) && MinHash.Similarity(signature, earlier.other) >= _options.Threshold)
            {
                _sets.Join(earlier.text, number);
            }

            if (signature.AsSpan().SequenceEqual(earlier.other))
            {
                // Whoever is like this one is like the earlier one; thousands of copies stay one entry.
                _sets.Join(earlier.text, number);
                return number;
            }
        }

        _distinct.Add((signature, number));
        _bands.Add(signature);
        return number;
    }

    /// <summary>The first text of the cluster that a text is in; the text itself where it is like none before it.</summary>
    /// <param name="text">A text's number.</param>
    public int First(int text) => _sets.Find(text);

    /// <summary>The clusters of more than one text, by their first, each in rising order.</summary>
    public IEnumerable<IReadOnlyList<int>> Clusters() =>
        Enumerable.Range(0, Count).GroupBy(First).Select(cluster => (IReadOnlyList<int>)[.. cluster]).Where(cluster => cluster.Count > 1);

    /// <summary>The Jaccard similarity of two texts, counted, not estimated.</summary>
    /// <param name="first">A text.</param>
    /// <param name="second">A text.</param>
    /// <param name="shingleLength">Words a shingle, at least 1. Default 3.</param>
    /// <returns>From 0 to 1.</returns>
    public static double Similarity(string first, string second, int shingleLength = 3)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfLessThan(shingleLength, 1);
        HashSet<ulong> one = Shingles.Of(first, shingleLength);
        HashSet<ulong> other = Shingles.Of(second, shingleLength);
        int common = one.Count(other.Contains);
        return (double)common / (one.Count + other.Count - common);
    }
}
