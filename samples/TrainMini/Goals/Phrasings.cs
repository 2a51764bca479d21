namespace TrainMini.Goals;

/// <summary>One wording by one author.</summary>
internal sealed record Phrasing(string Author, string Section, string Text)
{
    /// <summary>Held-out wordings are never trained on: about one in eleven, chosen by their text.</summary>
    public bool HeldOut { get; } = StableHash.Of($"{Section}\n{Text}") % 11 == 0;
}

/// <summary>The wordings of several authors by section, such as <c>count.lines noun</c>.</summary>
internal sealed class Phrasings
{
    private readonly Dictionary<string, List<Phrasing>> _sections = [];

    public IEnumerable<Phrasing> All => _sections.Values.SelectMany(phrasings => phrasings);

    public void Add(string path)
    {
        string author = Path.GetFileNameWithoutExtension(path);
        string section = "";
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line[0] == '[' && line[^1] == ']')
            {
                section = line[1..^1];
                continue;
            }

            if (!_sections.TryGetValue(section, out List<Phrasing>? phrasings))
            {
                _sections.Add(section, phrasings = []);
            }

            phrasings.Add(new Phrasing(author, section, line));
        }
    }

    public IReadOnlyList<Phrasing> Of(string section) => _sections.TryGetValue(section, out List<Phrasing>? phrasings) ? phrasings : [];
}
