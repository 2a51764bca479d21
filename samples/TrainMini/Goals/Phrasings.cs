namespace TrainMini.Goals;

/// <summary>One wording by one author.</summary>
/// <param name="Author">The author's file.</param>
/// <param name="Section">What it says, such as <c>count.lines noun</c>.</param>
/// <param name="Text">The wording, with slots.</param>
/// <param name="HeldOut">Never trained on.</param>
internal sealed record Phrasing(string Author, string Section, string Text, bool HeldOut);

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

            // About one in eleven is held out, chosen by its text, and never the only one of its section.
            bool heldOut = StableHash.Of($"{section}\n{line}") % 11 == 0 && phrasings.Any(phrasing => !phrasing.HeldOut);
            phrasings.Add(new Phrasing(author, section, line, heldOut));
        }
    }

    public IReadOnlyList<Phrasing> Of(string section) => _sections.TryGetValue(section, out List<Phrasing>? phrasings) ? phrasings : [];
}
