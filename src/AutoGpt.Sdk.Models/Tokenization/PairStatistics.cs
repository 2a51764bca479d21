namespace AutoGpt.Sdk.Models;

/// <summary>
/// The words of a corpus as token ids, with the count of every neighbouring pair and the words it occurs in, kept up to date as pairs are merged. The most
/// frequent pair comes from a heap whose entries may be out of date: one that is goes back with its present count.
/// </summary>
internal sealed class PairStatistics
{
    private readonly List<List<int>> _words = [];
    private readonly List<long> _counts = [];
    private readonly Dictionary<long, Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right, long Count), (long NegativeCount, long Key)> _heap = new();

    public void AddWord(IEnumerable<int> ids, long count)
    {
        List<int> word = [.. ids];
        for (int i = 1; i < word.Count; i++)
        {
            Change(word[i - 1], word[i], count, _words.Count);
        }

        _words.Add(word);
        _counts.Add(count);
    }

    /// <summary>Call once, after the last word.</summary>
    public void Begin()
    {
        foreach ((long key, Pair pair) in _pairs)
        {
            Enqueue(key, pair.Count);
        }
    }

    /// <summary>Takes the most frequent pair out; of equally frequent ones that of the lowest ids.</summary>
    public bool TryTake(long minimum, out int left, out int right, out IReadOnlyList<int> words)
    {
        while (_heap.TryDequeue(out (int Left, int Right, long Count) top, out (long, long Key) priority))
        {
            if (!_pairs.TryGetValue(priority.Key, out Pair? pair) || pair.Count < minimum)
            {
                continue;
            }

            if (pair.Count != top.Count)
            {
                Enqueue(priority.Key, pair.Count);
                continue;
            }

            _pairs.Remove(priority.Key);
            (left, right, words) = (top.Left, top.Right, pair.Words);
            return true;
        }

        (left, right, words) = (0, 0, []);
        return false;
    }

    /// <summary>Replaces the pair that was just taken by a token.</summary>
    public void Merge(int left, int right, int result, IReadOnlyList<int> words)
    {
        var grown = new HashSet<long>();
        foreach (int index in words)
        {
            MergeIn(index, left, right, result, grown);
        }

        foreach (long key in grown)
        {
            if (_pairs.TryGetValue(key, out Pair? pair))
            {
                Enqueue(key, pair.Count);
            }
        }
    }

    private void MergeIn(int index, int left, int right, int result, HashSet<long> grown)
    {
        List<int> word = _words[index];
        long count = _counts[index];
        int kept = 0;
        for (int i = 0; i < word.Count; i++)
        {
            if (word[i] != left || i + 1 == word.Count || word[i + 1] != right)
            {
                word[kept++] = word[i];
                continue;
            }

            if (kept > 0)
            {
                Change(word[kept - 1], left, -count, index);
                grown.Add(Change(word[kept - 1], result, count, index));
            }

            if (i + 2 < word.Count)
            {
                Change(right, word[i + 2], -count, index);
                grown.Add(Change(result, word[i + 2], count, index));
            }

            word[kept++] = result;
            i++;
        }

        word.RemoveRange(kept, word.Count - kept);
    }

    // A pair that is no longer there has just been taken: its decrements do not matter.
    private long Change(int left, int right, long amount, int word)
    {
        long key = PairMerger.Pair(left, right);
        if (amount > 0)
        {
            if (!_pairs.TryGetValue(key, out Pair? pair))
            {
                _pairs.Add(key, pair = new Pair());
            }

            pair.Count += amount;
            if (pair.Words.Count == 0 || pair.Words[^1] != word)
            {
                pair.Words.Add(word);
            }
        }
        else if (_pairs.TryGetValue(key, out Pair? pair) && (pair.Count += amount) <= 0)
        {
            _pairs.Remove(key);
        }

        return key;
    }

    private void Enqueue(long key, long count) => _heap.Enqueue(((int)(key >> 32), (int)key, count), (-count, key));

    private sealed class Pair
    {
        public long Count { get; set; }

        /// <summary>Words the pair was once seen in; a word may be named twice or have lost the pair since.</summary>
        public List<int> Words { get; } = [];
    }
}
