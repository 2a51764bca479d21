using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// SentencePiece's merging by score as merging of pairs: whatever two symbols make up a token may merge into it, the token of the highest score first.
/// </summary>
internal sealed class ScoredPairs
{
    // The longest piece SentencePiece trains has 16 characters unless told otherwise.
    private const int LongestToken = 1024;
    private const string Scores = "tokenizer.ggml.scores";

    private static readonly Comparer<double> s_descending = Comparer<double>.Create((left, right) => right.CompareTo(left));

    private readonly GgufTokens _tokens;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _mergeable;
    private int _extra;

    private ScoredPairs(GgufTokens tokens, Dictionary<string, int> mergeable)
    {
        _tokens = tokens;
        _mergeable = mergeable.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The symbol of each character that is a token or occurs in one.</summary>
    public Dictionary<Rune, int> Characters { get; } = [];

    public List<(int Left, int Right, int Rank, int Result)> Merges { get; } = [];

    public static ScoredPairs Create(GgufTokens tokens, GgufMetadata metadata)
    {
        IReadOnlyList<double> scores = metadata.Numbers(Scores);
        if (scores.Count != tokens.Texts.Count || scores.Any(double.IsNaN))
        {
            throw metadata.Broken($"{Scores} must have a number for each of the {tokens.Texts.Count} tokens and has {scores.Count}");
        }

        var mergeable = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Texts.Count; id++)
        {
            if (tokens.IsOrdinary(id))
            {
                string text = tokens.Texts[id]!;
                mergeable.Add(text, text.Length <= LongestToken && WellFormedText.Is(text)
                    ? id
                    : throw metadata.Broken($"token {id} of the tokenizer is no valid Unicode or longer than {LongestToken} characters"));
            }
        }

        double[] ranks = [.. mergeable.Values.Select(id => scores[id]).Distinct().OrderDescending()];
        var pairs = new ScoredPairs(tokens, mergeable);
        foreach ((string text, int id) in mergeable)
        {
            pairs.Add(text, id, Array.BinarySearch(ranks, scores[id], s_descending));
        }

        return pairs;
    }

    private void Add(string text, int id, int rank)
    {
        Rune.DecodeFromUtf16(text, out Rune first, out int length);
        if (length == text.Length)
        {
            Characters[first] = id;
            return;
        }

        for (int split = length; split < text.Length; split += length)
        {
            if (Symbol(text.AsSpan(0, split)) is int left && Symbol(text.AsSpan(split)) is int right)
            {
                Merges.Add((left, right, rank, id));
            }

            Rune.DecodeFromUtf16(text.AsSpan(split), out _, out length);
        }
    }

    // A token, or a character that is none but may become a part of one.
    private int? Symbol(ReadOnlySpan<char> text)
    {
        if (_mergeable.TryGetValue(text, out int id))
        {
            return id;
        }

        Rune.DecodeFromUtf16(text, out Rune first, out int length);
        if (length != text.Length)
        {
            return null;
        }

        if (!Characters.TryGetValue(first, out id))
        {
            id = _tokens.Texts.Count + _extra++;
            Characters.Add(first, id);
        }

        return id;
    }
}
