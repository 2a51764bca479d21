namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Extractive summary by SumBasic (Nenkova and Vanderwende 2005): the sentence whose words are the most probable on average is taken, the
/// probabilities of its words are squared, and so on. Deterministic.
/// </summary>
internal static class Summarizer
{
    private static readonly HashSet<string> StopWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "for", "from", "had", "has", "have", "he", "her", "his", "i", "if", "in", "is",
        "it", "its", "may", "more", "no", "not", "of", "on", "one", "or", "our", "she", "so", "that", "the", "their", "them", "there", "they", "this", "to", "was",
        "we", "were", "which", "who", "will", "with", "would", "you", "your",
    };

    public static string Summarize(string text, int sentences)
    {
        string[] all = [.. Sentences(text)];
        if (all.Length <= sentences)
        {
            return string.Join(' ', all);
        }

        string[][] words = [.. all.Select(Words)];
        double total = Math.Max(1, words.Sum(sentence => sentence.Length));
        Dictionary<string, double> probability = words.SelectMany(word => word).GroupBy(word => word).ToDictionary(group => group.Key, group => group.Count() / total);
        SortedSet<int> chosen = [];
        while (chosen.Count < sentences)
        {
            int best = Enumerable.Range(0, all.Length).Where(index => !chosen.Contains(index))
                .MaxBy(index => words[index].Length == 0 ? -1 : words[index].Average(word => probability[word]));
            chosen.Add(best);
            foreach (string word in words[best].Distinct())
            {
                probability[word] *= probability[word];
            }
        }

        return string.Join(' ', chosen.Select(index => all[index]));
    }

    /// <summary>Sentences end at . ! ? before a space or the end, at the Chinese 。！？ anywhere, and at empty lines.</summary>
    internal static IEnumerable<string> Sentences(string text)
    {
        int start = 0;
        for (int at = 0; at <= text.Length; at++)
        {
            bool end = at == text.Length
                || (text[at] is '.' or '!' or '?' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])))
                || text[at] is '。' or '！' or '？'
                || (text[at] == '\n' && (at + 1 == text.Length || text[at + 1] is '\n' or '\r'));
            if (end)
            {
                string sentence = string.Join(' ', text[start..Math.Min(at + 1, text.Length)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                start = at + 1;
                if (sentence.Length > 0)
                {
                    yield return sentence;
                }
            }
        }
    }

    // Chinese is not divided by spaces; its characters stand in for words.
    private static string[] Words(string sentence)
    {
        List<string> words = [];
        int start = -1;
        for (int at = 0; at <= sentence.Length; at++)
        {
            bool ideograph = at < sentence.Length && sentence[at] is >= '\u4e00' and <= '\u9fff';
            bool letter = at < sentence.Length && !ideograph && char.IsLetterOrDigit(sentence[at]);
            if (letter)
            {
                start = start < 0 ? at : start;
                continue;
            }

            if (start >= 0)
            {
                words.Add(sentence[start..at].ToLowerInvariant());
                start = -1;
            }

            if (ideograph)
            {
                words.Add(sentence[at].ToString());
            }
        }

        return [.. words.Where(word => !StopWords.Contains(word))];
    }
}
