using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>A text as the set of its runs of words, each as a 64-bit hash. Case, punctuation and white space make no difference.</summary>
internal static class Shingles
{
    /// <param name="text">The text.</param>
    /// <param name="length">Words a shingle; a shorter text is one shingle.</param>
    /// <returns>At least one hash.</returns>
    public static HashSet<ulong> Of(string text, int length)
    {
        List<ulong> words = Words(text);
        if (words.Count == 0)
        {
            // Signs alone: equal only to the same signs.
            words.AddRange(text.Select(character => SplitMix64.Mix(character)));
        }

        var shingles = new HashSet<ulong>();
        for (int start = 0; start <= Math.Max(0, words.Count - length); start++)
        {
            ulong shingle = 0;
            for (int i = start; i < Math.Min(words.Count, start + length); i++)
            {
                shingle = SplitMix64.Mix(shingle + words[i]);
            }

            shingles.Add(shingle);
        }

        return shingles;
    }

    private static List<ulong> Words(string text)
    {
        List<ulong> words = [];
        ulong word = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool letter = category <= UnicodeCategory.OtherNumber;
            bool alone = category == UnicodeCategory.OtherLetter && StandsAlone(rune.Value);
            if (word != 0 && (!letter || alone))
            {
                words.Add(word);
                word = 0;
            }

            if (letter)
            {
                word = SplitMix64.Mix(word + (ulong)Rune.ToLowerInvariant(rune).Value);
            }

            if (alone)
            {
                words.Add(word);
                word = 0;
            }
        }

        if (word != 0)
        {
            words.Add(word);
        }

        return words;
    }

    // Scripts that put no spaces between words: Thai to Burmese, Khmer, kana and Chinese characters.
    private static bool StandsAlone(int code) => code is (>= 0xE00 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) or (>= 0x3041 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or >= 0x20000;
}
