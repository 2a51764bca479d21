namespace AutoGpt.Sdk.Models;

/// <summary>Finds stop texts in a stream, holding back what could be the beginning of one.</summary>
internal sealed class StopTexts
{
    private readonly IReadOnlyList<string> _stops;
    private string _held = "";

    /// <param name="stops">The texts, none of them empty: an empty one would be met before anything is said.</param>
    /// <exception cref="ArgumentException">A stop text is null or empty.</exception>
    public StopTexts(IReadOnlyList<string> stops)
    {
        ArgumentNullException.ThrowIfNull(stops);
        for (int index = 0; index < stops.Count; index++)
        {
            if (string.IsNullOrEmpty(stops[index]))
            {
                throw new ArgumentException($"Stops[{index}] is {(stops[index] is null ? "null" : "empty")}; it must have at least one character.", nameof(stops));
            }
        }

        _stops = stops;
    }

    /// <summary>Whether a stop text was met; nothing after it is given out.</summary>
    public bool Met { get; private set; }

    /// <summary>Takes new text and gives out what is certainly no stop text.</summary>
    public string Append(string text)
    {
        if (_stops.Count == 0)
        {
            return text;
        }

        _held += text;
        int first = int.MaxValue;
        foreach (string stop in _stops)
        {
            int at = _held.IndexOf(stop, StringComparison.Ordinal);
            first = at >= 0 ? Math.Min(first, at) : first;
        }

        Met = first < int.MaxValue;
        int sure = Met ? first : _held.Length - LongestBeginning();
        string given = _held[..sure];
        _held = Met ? "" : _held[sure..];
        return given;
    }

    /// <summary>Gives out what was held back.</summary>
    public string Flush()
    {
        string given = _held;
        _held = "";
        return given;
    }

    // The longest end of the text that begins a stop text.
    private int LongestBeginning()
    {
        int longest = 0;
        foreach (string stop in _stops)
        {
            for (int length = Math.Min(stop.Length - 1, _held.Length); length > longest; length--)
            {
                if (_held.AsSpan(_held.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
