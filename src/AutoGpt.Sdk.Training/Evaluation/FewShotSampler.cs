namespace AutoGpt.Sdk.Training;

/// <summary>
/// Draws examples to show before a question. Which depends on seed and question alone, not on what else is asked; never the question itself, wherever else it stands in the pool. Thread-safe.
/// </summary>
internal sealed class FewShotSampler
{
    private readonly int _shots;
    private readonly long _seed;
    private readonly TextRecord[] _questions;
    private readonly Group[] _labelled;
    private readonly Group _asked;

    public FewShotSampler(IEnumerable<TextRecord> pool, int shots, long seed)
    {
        _shots = shots;
        _seed = seed;
        _questions = [.. pool.Where(record => record.Text is null)];
        _asked = new Group(_questions);
        _labelled = [.. pool.Where(LabelFormat.Applies).GroupBy(record => record.Label!, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Group([.. group]))];
    }

    /// <summary>The examples for a record: texts with labels for one such, questions with answers for a question. A text alone gets none.</summary>
    /// <exception cref="DatasetException">There are not enough.</exception>
    public IReadOnlyList<TextRecord> Draw(TextRecord record)
    {
        bool labelled = LabelFormat.Applies(record);
        if (_shots == 0 || (record.Text is not null && !labelled))
        {
            return [];
        }

        string content = record.Content;
        Group[] groups = labelled ? [.. _labelled] : [_asked];
        int available = groups.Sum(group => group.Available(content));
        if (available < _shots)
        {
            throw new DatasetException(record.Place, $"{_shots} examples are to be shown before it, and there are {available} to draw from. Ask for fewer shots, or give more examples.");
        }

        var random = new SplitMix64(_seed, (long)Hash(content));
        random.Shuffle<Group>(groups);

        // In turn, so that no label has two more than another that has any left.
        List<TextRecord> drawn = [];
        HashSet<TextRecord> taken = new(ReferenceEqualityComparer.Instance);
        int[] left = [.. groups.Select(group => group.Available(content))];
        for (int turn = 0; drawn.Count < _shots; turn = (turn + 1) % groups.Length)
        {
            if (left[turn] > 0)
            {
                left[turn]--;
                drawn.Add(groups[turn].Draw(random, content, taken));
            }
        }

        TextRecord[] order = [.. drawn];
        random.Shuffle<TextRecord>(order);
        return order;
    }

    private static ulong Hash(string content)
    {
        var hash = new StableHash();
        foreach (char character in content)
        {
            hash.Add(character);
        }

        return hash.Value;
    }

    private sealed class Group(TextRecord[] records)
    {
        private readonly string[] _contents = [.. records.Select(record => record.Content)];
        private readonly Dictionary<string, int> _counts = records.CountBy(record => record.Content, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

        public int Available(string content) => records.Length - _counts.GetValueOrDefault(content);

        public TextRecord Draw(SplitMix64 random, string content, HashSet<TextRecord> taken)
        {
            int place = random.Next(records.Length);
            while (_contents[place] == content || !taken.Add(records[place]))
            {
                // On to the next place: drawing anew could take long where few are left.
                place = (place + 1) % records.Length;
            }

            return records[place];
        }
    }
}
