namespace TrainMini.Goals;

/// <summary>One wording by one author.</summary>
/// <param name="Author">The author's file.</param>
/// <param name="Section">What it says, such as <c>count.lines noun</c>.</param>
/// <param name="Text">The wording, with slots.</param>
/// <param name="Set">What it is for.</param>
internal sealed record Phrasing(string Author, string Section, string Text, PhrasingSet Set);

/// <summary>The wordings of several authors by section, such as <c>count.lines noun</c>.</summary>
internal sealed class Phrasings
{
    private readonly Dictionary<string, List<Phrasing>> _sections = [];

    public IEnumerable<Phrasing> All => _sections.Values.SelectMany(phrasings => phrasings);

    /// <param name="path">An author's file.</param>
    /// <param name="split">Whether wordings are held out; else a composer uses all of them.</param>
    public void Add(string path, bool split)
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

            // Every section has wordings to train on.
            PhrasingSet set = split && phrasings.Any(phrasing => phrasing.Set == PhrasingSet.Training) ? PhrasingSets.Of($"{section}\n{line}") : PhrasingSet.Training;
            phrasings.Add(new Phrasing(author, section, line, set));
        }
    }

    public IReadOnlyList<Phrasing> Of(string section) => _sections.TryGetValue(section, out List<Phrasing>? phrasings) ? phrasings : [];
}
