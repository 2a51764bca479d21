using TrainMini.Goals;

namespace TrainMini;

/// <summary>The data files beside the program.</summary>
internal sealed class Corpus
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Data");

    /// <summary>Whether there is an author whose wordings are never trained on.</summary>
    public static bool HasBlindAuthor => File.Exists(Path.Combine(Folder, "blind", "author.txt"));

    /// <summary>Files of goals written by hand, never trained on.</summary>
    public static IEnumerable<string> BlindGoals() => Directory.Exists(Path.Combine(Folder, "blind")) ? Directory.GetFiles(Path.Combine(Folder, "blind"), "*.jsonl").Order(StringComparer.Ordinal) : [];

    public Corpus(bool blind = false)
    {
        Families = Family.Read(Path.Combine(Folder, "families.txt"));
        Words = new WordLists(Path.Combine(Folder, "words.txt"));
        foreach (string file in Directory.GetFiles(Path.Combine(Folder, blind ? "blind" : "phrasings"), "*.txt").Order(StringComparer.Ordinal))
        {
            Phrasings.Add(file);
        }
    }

    public IReadOnlyList<Family> Families { get; }

    public WordLists Words { get; }

    public Phrasings Phrasings { get; } = new();

    public GoalComposer Composer(PhrasingSet set) => new(Families, Phrasings, Words, set);

    /// <summary>Identifies what is trained on: families, words and wordings.</summary>
    public string Fingerprint() => "goals " + StableHash.Of(string.Join('\n', Phrasings.All.Select(phrasing => phrasing.Section + phrasing.Text))
        + File.ReadAllText(Path.Combine(Folder, "families.txt")) + File.ReadAllText(Path.Combine(Folder, "words.txt")));
}
