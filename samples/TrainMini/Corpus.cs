using System.Text.RegularExpressions;
using TrainMini.Goals;

namespace TrainMini;

/// <summary>The data files beside the program.</summary>
internal sealed partial class Corpus
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Data");

    /// <summary>Whether there is an author whose wordings are never trained on.</summary>
    public static bool HasBlindAuthor => File.Exists(Path.Combine(Folder, "blind", "author.txt"));

    /// <summary>Files of goals written by hand, never trained on: <c>blind</c> ones, which nobody who works on the planner looks at, and <c>open</c> ones, whose failures show what to work on.</summary>
    public static IEnumerable<string> GoalsByHand() => ((string[])["blind", "open"]).Select(folder => Path.Combine(Folder, folder)).Where(Directory.Exists)
        .SelectMany(folder => Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal));

    public Corpus(bool blind = false)
    {
        Families = Family.Read(Path.Combine(Folder, "families.txt"));
        Words = new WordLists(Path.Combine(Folder, "words.txt"));
        foreach (string file in Files(blind ? "blind" : "phrasings"))
        {
            Phrasings.Add(file, split: !blind);
        }

        foreach (string folder in blind ? [] : (string[])["whole", "situations"])
        {
            foreach (string file in Files(folder))
            {
                Whole.Add(file, situation: folder == "situations");
            }
        }
    }

    private static string[] Files(string folder)
    {
        string path = Path.Combine(Folder, folder);
        return Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.txt").Order(StringComparer.Ordinal)] : [];
    }

    public IReadOnlyList<Family> Families { get; }

    public WordLists Words { get; }

    public Phrasings Phrasings { get; } = new();

    public Synonyms Synonyms { get; } = new(Path.Combine(Folder, "synonyms.txt"));

    /// <summary>What authors wrote as whole goals. A blind author writes none.</summary>
    public WholeGoals Whole { get; } = new();

    public GoalComposer Composer(PhrasingSet set) => new(this, set);

    /// <summary>Wordings that lack a slot of what they say, have one too many, or say nothing known.</summary>
    public IEnumerable<string> Misfits()
    {
        Dictionary<string, Family> families = Families.ToDictionary(family => family.Id);
        foreach (Phrasing phrasing in Phrasings.All)
        {
            string[] section = phrasing.Section.Split(' ');
            IEnumerable<string>? wanted = section switch
            {
                ["tell", "wrap"] => ["noun"],
                ["chain", ..] or ["short", "chain", ..] =>
                    ["path", "chain", .. section.Contains("merged") ? (string[])["path2"] : [], .. section.Contains("stored") ? (string[])["out"] : []],
                ["tell", "then"] or ["prefix"] or ["suffix"] or ["context"] or ["join"] => [],
                [var id, "phrase"] when id.StartsWith("cond.", StringComparison.Ordinal) => ["column", "value"],
                [var id, var mood] when families.TryGetValue(id, out Family? family) =>
                    [.. family.Slots.Select(slot => slot.StartsWith("cond_", StringComparison.Ordinal) ? "cond" : slot).Distinct(), .. mood == "wrap" ? (string[])["noun"] : []],
                _ => null,
            };
            string[] slots = [.. SlotPattern().Matches(phrasing.Text).Select(match => match.Groups[1].Value)];
            if (wanted is null || !slots.Order().SequenceEqual(wanted.Order()))
            {
                yield return $"{phrasing.Author} [{phrasing.Section}] {phrasing.Text}: {(wanted is null ? "no such section" : "its slots should be " + string.Join(", ", wanted))}";
            }
        }
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex SlotPattern();

    /// <summary>Identifies what is trained on: families, words, synonyms, wordings and whole goals.</summary>
    public string Fingerprint() => "goals " + StableHash.Of(string.Join('\n', Phrasings.All.Select(phrasing => phrasing.Section + phrasing.Text))
        + string.Join('\n', Whole.All.Select(goal => goal.Text))
        + File.ReadAllText(Path.Combine(Folder, "families.txt")) + File.ReadAllText(Path.Combine(Folder, "words.txt")) + File.ReadAllText(Path.Combine(Folder, "synonyms.txt")));
}
