using System.Text.RegularExpressions;

namespace TrainMini.Goals;

/// <summary>What people do to their sentences: slips of the finger, no capitals, no final stop. Values the plan copies stay as they are.</summary>
internal static partial class Noise
{
    public static Example Apply(Example example, int seed)
    {
        Random random = new(seed);
        string goal = example.Goal;
        if (random.Next(7) == 0)
        {
            goal = WordPattern().Replace(goal, match => Copied(example, match.Value) ? match.Value : match.Value.ToLowerInvariant());
        }

        int slips = random.Next(100) switch { < 8 => 1, < 10 => 2, _ => 0 };
        for (int slip = 0; slip < slips; slip++)
        {
            Match[] words = [.. WordPattern().Matches(goal).Where(match => match.Length >= 4 && !Copied(example, match.Value) && !Touches(goal, match))];
            if (words.Length == 0)
            {
                break;
            }

            Match word = words[random.Next(words.Length)];
            goal = goal[..word.Index] + Slip(word.Value, random) + goal[(word.Index + word.Length)..];
        }

        return example with { Goal = goal };
    }

    private static bool Copied(Example example, string word) => example.Plan.Contains(word, StringComparison.OrdinalIgnoreCase);

    // A word inside a path, a date or a number is no word of the sentence.
    private static bool Touches(string goal, Match word)
    {
        char before = word.Index > 0 ? goal[word.Index - 1] : ' ';
        char after = word.Index + word.Length < goal.Length - 1 ? goal[word.Index + word.Length] : ' ';
        return before is not (' ' or '(') || after is not (' ' or ',' or '?' or '!' or ')' or '.');
    }

    private static string Slip(string word, Random random)
    {
        int at = random.Next(1, word.Length - 1);
        return random.Next(4) switch
        {
            0 => word.Remove(at, 1),
            1 => word[..at] + word[at] + word[at..],
            2 => word[..at] + word[at + 1] + word[at] + word[(at + 2)..],
            _ => word[..at] + (char)('a' + random.Next(26)) + word[(at + 1)..],
        };
    }

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex WordPattern();
}
