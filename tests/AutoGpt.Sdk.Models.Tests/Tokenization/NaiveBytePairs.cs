using System.Text;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Byte-pair encoding by the book: pieces by the published regular expression, every pair counted anew for every merge.</summary>
internal static class NaiveBytePairs
{
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public static List<string> Pieces(string text) => [.. Regex.Matches(text, Gpt2Pattern).Select(match => match.Value)];

    /// <summary>The merges, most frequent pair first; of equals the one whose left, then right part is older, bytes in their order before merges.</summary>
    public static List<(string Left, string Right)> Train(string text, int merges)
    {
        List<List<string>> words = [.. Pieces(text).Select(Bytes)];
        List<string> ages = [.. Enumerable.Range(0, 256).Select(value => ((char)value).ToString())];
        List<(string, string)> found = [];
        while (found.Count < merges)
        {
            Dictionary<(string Left, string Right), int> counts = [];
            foreach (List<string> word in words)
            {
                for (int index = 0; index + 1 < word.Count; index++)
                {
                    counts[(word[index], word[index + 1])] = counts.GetValueOrDefault((word[index], word[index + 1])) + 1;
                }
            }

            if (counts.Count == 0 || counts.Values.Max() < 2)
            {
                break;
            }

            (string left, string right) = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => ages.IndexOf(pair.Key.Left)).ThenBy(pair => ages.IndexOf(pair.Key.Right)).First().Key;
            found.Add((left, right));
            ages.Add(left + right);
            words.ForEach(word => Merge(word, left, right));
        }

        return found;
    }

    /// <summary>Encodes a piece: again and again the pair that was merged first in training, everywhere.</summary>
    public static List<string> Encode(string piece, IReadOnlyList<(string Left, string Right)> merges)
    {
        List<string> word = Bytes(piece);
        while (true)
        {
            int best = int.MaxValue;
            for (int index = 0; index + 1 < word.Count; index++)
            {
                int rank = merges.ToList().IndexOf((word[index], word[index + 1]));
                best = rank >= 0 && rank < best ? rank : best;
            }

            if (best == int.MaxValue)
            {
                return word;
            }

            Merge(word, merges[best].Left, merges[best].Right);
        }
    }

    // One character for each byte: Latin-1 keeps them apart and in order.
    private static List<string> Bytes(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => ((char)value).ToString())];

    private static void Merge(List<string> word, string left, string right)
    {
        for (int index = 0; index + 1 < word.Count; index++)
        {
            if (word[index] == left && word[index + 1] == right)
            {
                word[index] = left + right;
                word.RemoveAt(index + 1);
            }
        }
    }
}
