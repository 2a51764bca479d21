using System.Text.RegularExpressions;

namespace TrainMini.Goals;

/// <summary>Puts other words of the same meaning into wordings, so that meaning is learned rather than whole sentences.</summary>
internal sealed class Synonyms
{
    private readonly Dictionary<string, string[]> _groups = new(StringComparer.OrdinalIgnoreCase);
    private readonly Regex _pattern;

    /// <param name="path">Groups, a line each, their members between bars; one in brackets replaces others, but is not replaced.</param>
    public Synonyms(string path)
    {
        foreach (string line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] members = line.Split('|', StringSplitOptions.TrimEntries);
            string[] group = [.. members.Select(member => member.Trim('(', ')'))];
            foreach (string member in members.Where(member => member[0] != '('))
            {
                // What is in several groups may become a member of any.
                _groups[member] = _groups.TryGetValue(member, out string[]? others) ? [.. others, .. group] : group;
            }
        }

        // Slots are matched so that they are passed over; the longest phrase wins.
        _pattern = new Regex(
            @"\{\w+\}|(?<![\w'-])(?:" + string.Join('|', _groups.Keys.OrderByDescending(member => member.Length).Select(Regex.Escape)) + @")(?![\w'-])",
            RegexOptions.IgnoreCase | RegexOptions.Compiled | RegexOptions.CultureInvariant);
    }

    /// <summary>The wording with some of its words replaced; most often as it was.</summary>
    /// <param name="text">The wording.</param>
    /// <param name="share">How often anything is replaced.</param>
    /// <param name="random">What decides.</param>
    public string Vary(string text, double share, Random random)
    {
        if (random.NextDouble() >= share)
        {
            return text;
        }

        return _pattern.Replace(text, match =>
        {
            if (match.Value[0] == '{' || random.Next(2) == 0)
            {
                return match.Value;
            }

            string[] group = _groups[match.Value];
            string other = group[random.Next(group.Length)];
            return char.IsUpper(match.Value[0]) && match.Index == 0 ? char.ToUpperInvariant(other[0]) + other[1..] : other;
        });
    }
}
