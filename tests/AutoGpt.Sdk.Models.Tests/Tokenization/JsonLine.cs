using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Reads a JSON string that may hold lone surrogates, which System.Text.Json refuses.</summary>
internal static class JsonLine
{
    public static string Read(string line)
    {
        StringBuilder text = new();
        for (int i = 1; i < line.Length - 1; i++)
        {
            if (line[i] != '\\')
            {
                text.Append(line[i]);
            }
            else if (line[++i] == 'u')
            {
                text.Append((char)int.Parse(line.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(line[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
            }
        }

        return text.ToString();
    }
}
