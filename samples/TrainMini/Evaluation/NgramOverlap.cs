namespace TrainMini.Evaluation;

/// <summary>How much of a goal was seen in training, by runs of four words.</summary>
internal sealed class NgramOverlap
{
    private const int Length = 4;

    private readonly HashSet<uint> _known = [];

    public NgramOverlap(IEnumerable<string> goals)
    {
        foreach (uint ngram in goals.SelectMany(Ngrams))
        {
            _known.Add(ngram);
        }
    }

    /// <summary>The share of a goal's runs that occur in training; 1 for a goal too short to have one.</summary>
    public double Of(string goal)
    {
        uint[] ngrams = [.. Ngrams(goal)];
        return ngrams.Length == 0 ? 1 : ngrams.Count(_known.Contains) / (double)ngrams.Length;
    }

    // Names, numbers and quotations differ from goal to goal by design: they all count as one word.
    private static IEnumerable<uint> Ngrams(string goal)
    {
        string[] words = [.. goal.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word =>
            word.Any(character => char.IsDigit(character) || character is '"' or '\'' or '“' or '_' or '/' or '*') || word.TrimEnd('.', '?', '!').Contains('.', StringComparison.Ordinal)
                ? "#" : word.Trim('.', ',', '?', '!', ';', ':').ToUpperInvariant())];
        return Enumerable.Range(0, Math.Max(0, words.Length - Length + 1)).Select(start => StableHash.Of(string.Join(' ', words[start..(start + Length)])));
    }
}
