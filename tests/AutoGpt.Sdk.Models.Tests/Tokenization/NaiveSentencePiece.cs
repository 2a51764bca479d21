using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>SentencePiece's BPE by the book: of all neighbours that make a piece the one that stands first in the list, of equals the leftmost, until none does.</summary>
internal static class NaiveSentencePiece
{
    public static List<string> Encode(string text, IReadOnlyList<string> pieces)
    {
        List<string> symbols = [.. ("▁" + text.Replace(' ', '▁')).EnumerateRunes().Select(rune => rune.ToString())];
        while (true)
        {
            int best = -1;
            int rank = int.MaxValue;
            for (int index = 0; index + 1 < symbols.Count; index++)
            {
                int at = pieces.ToList().IndexOf(symbols[index] + symbols[index + 1]);
                if (at >= 0 && at < rank)
                {
                    (best, rank) = (index, at);
                }
            }

            if (best < 0)
            {
                break;
            }

            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }

        return [.. symbols.SelectMany(symbol => pieces.Contains(symbol) ? [symbol] : Encoding.UTF8.GetBytes(symbol).Select(value => $"<0x{value:X2}>"))];
    }
}
