namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>The part of a document that a command writes: between <c>&lt;!-- name: begin --&gt;</c> and <c>&lt;!-- name: end --&gt;</c>.</summary>
internal static class MarkedSection
{
    /// <summary>Replaces it.</summary>
    /// <param name="path">The document.</param>
    /// <param name="name">The section.</param>
    /// <param name="text">What it will hold.</param>
    /// <exception cref="FormatException">The document lacks the marks.</exception>
    public static void Write(string path, string name, string text)
    {
        (string begin, string end) = ($"<!-- {name}: begin -->", $"<!-- {name}: end -->");
        string document = File.ReadAllText(path);
        int from = document.IndexOf(begin, StringComparison.Ordinal), to = document.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new FormatException($"'{path}' has no line '{begin}' with '{end}' after it.");
        }

        File.WriteAllText(path, document[..(from + begin.Length)] + "\n\n" + text.Trim() + "\n\n" + document[to..]);
    }
}
