namespace TrainMini.Goals;

/// <summary>The words that fill slots, by list.</summary>
internal sealed class WordLists
{
    private readonly Dictionary<string, string[]> _lists = [];

    public WordLists(string path)
    {
        string section = "";
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line[0] == '[')
            {
                section = line[1..^1];
            }
            else
            {
                string[] words = line.Split(' ');
                _lists[section] = _lists.TryGetValue(section, out string[]? before) ? [.. before, .. words] : words;
            }
        }
    }

    public string Pick(string list, Random random)
    {
        string[] words = _lists[list];
        return words[random.Next(words.Length)];
    }
}
