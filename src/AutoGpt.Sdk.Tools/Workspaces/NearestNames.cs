namespace AutoGpt.Sdk.Tools;

/// <summary>What somebody who misspelt a name probably meant.</summary>
internal static class NearestNames
{
    private const int Shown = 10;

    /// <summary>Up to ten names, the likeliest first, or <c>none</c>.</summary>
    public static string Join(string wanted, IEnumerable<string> names)
    {
        string[] nearest = [.. names.OrderBy(name => Distance(wanted, name)).ThenBy(name => name, StringComparer.Ordinal).Take(Shown)];
        return nearest.Length == 0 ? "none" : string.Join(", ", nearest);
    }

    /// <summary>Levenshtein's distance, whatever the case.</summary>
    public static int Distance(string first, string second)
    {
        int[] row = [.. Enumerable.Range(0, second.Length + 1)];
        for (int i = 1; i <= first.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= second.Length; j++)
            {
                int cost = char.ToUpperInvariant(first[i - 1]) == char.ToUpperInvariant(second[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }

        return row[^1];
    }
}
