using System.Globalization;

namespace AutoGpt.Cli.Models;

/// <summary>Token ids as they are given on the command line: <c>1,2,3</c>.</summary>
internal static class IdList
{
    public static int[] Parse(string text)
    {
        string[] parts = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id : throw new FormatException($"'{part}' in --ids is no token id; write them as 1,2,3."))];
    }
}
