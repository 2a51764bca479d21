using System.Collections.Frozen;
using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>A language's most frequent runs of letters by rank.</summary>
internal sealed class LanguageProfile
{
    private const int RunsKept = 800;

    // Zipf and Mandelbrot's law with constants that fit the declaration, and what is left to the runs that are not among the most frequent ones.
    private const double Scale = -2;
    private const double Shift = 3;
    private const double Unseen = -10.5;

    private readonly FrozenDictionary<string, int> _ranks;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private LanguageProfile(string language, WritingScript script, IEnumerable<string> runs)
    {
        Language = language;
        Script = script;
        _ranks = runs.Index().ToFrozenDictionary(run => run.Item, run => run.Index, StringComparer.Ordinal);
        _lookup = _ranks.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Language { get; }

    public WritingScript Script { get; }

    /// <summary>The profiles that come with the library, a line for each: code, script, then runs with _ for a space.</summary>
    public static IEnumerable<LanguageProfile> ReadBuiltIn()
    {
        using Stream stream = typeof(LanguageProfile).Assembly.GetManifestResourceStream("LanguageProfiles.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                string[] fields = line.Split(' ');
                yield return new LanguageProfile(fields[0], Enum.Parse<WritingScript>(fields[1]), fields.Skip(2).Select(run => run.Replace('_', ' ')));
            }
        }
    }

    public static LanguageProfile Learn(string language, WritingScript script, string sample)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        // In pieces, since only the beginning of a text is looked at.
        foreach (string letters in sample.Chunk(4000).Select(piece => LetterRuns.Letters(piece)))
        {
            LetterRuns.ForEach(letters, run => lookup[run] = lookup.TryGetValue(run, out int count) ? count + 1 : 1);
        }

        return new LanguageProfile(
            language, script, counts.OrderByDescending(run => run.Value).ThenBy(run => run.Key, StringComparer.Ordinal).Take(RunsKept).Select(run => run.Key));
    }

    /// <summary>The logarithm of the probability of all runs of a text, as if they were independent.</summary>
    public double LogProbability(string letters)
    {
        double sum = 0;
        LetterRuns.ForEach(letters, run => sum += _lookup.TryGetValue(run, out int rank) ? Scale - Math.Log(rank + Shift) : Unseen);
        return sum;
    }
}
