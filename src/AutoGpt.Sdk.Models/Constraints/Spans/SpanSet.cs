namespace AutoGpt.Sdk.Models;

/// <summary>
/// The spans of a text. Single spans are stored as they are; of a run – spans that begin at one place and may end at many –
/// only the beginning and the last end, while the places where runs may end are marked once for all. So <c>any</c> takes
/// memory in proportion to the text, not to its square. What reads as a reference to a step (<c>$5</c>) is no span: in a plan it
/// would stand for that step's result, not for the text.
/// </summary>
internal sealed class SpanSet(string text)
{
    private const int MaximumSpelledOut = 64;
    private readonly HashSet<(int Start, int End)> _seen = [];
    private readonly bool[] _runEnds = new bool[text.Length + 1];

    public string Text => text;

    /// <summary>Spans, and runs with the last place where they may end.</summary>
    public List<(int Start, int End, bool IsRun)> Entries { get; } = [];

    public bool MayRunEndAt(int position) => _runEnds[position];

    public void Add(int start, int end)
    {
        if (start < end && end != EndOfReference(start) && _seen.Add((start, end)))
        {
            Entries.Add((start, end, false));
        }
    }

    /// <summary>Takes a run. The places up to its last end where runs may end are marked before.</summary>
    public void AddRun(int start, int lastEnd)
    {
        int reference = EndOfReference(start);
        if (reference < 0 || reference > lastEnd || !_runEnds[reference])
        {
            Entries.Add((start, lastEnd, true));
            return;
        }

        // Where one run may end, all may: to leave out the reference alone, the spans that begin with it are taken one by one.
        int left = MaximumSpelledOut;
        for (int end = start + 1; end <= lastEnd && left > 0; end++)
        {
            if (_runEnds[end])
            {
                Add(start, end);
                left--;
            }
        }
    }

    public void MarkRunEnd(int position) => _runEnds[position] = true;

    /// <summary>Each span, by where it begins, then by length. May hold equal texts more than once.</summary>
    public IEnumerable<(int Start, int End)> Enumerate()
    {
        SortedSet<(int, int)> spans = [];
        foreach ((int start, int end, bool isRun) in Entries)
        {
            for (int i = isRun ? start + 1 : end; i <= end; i++)
            {
                if (!isRun || _runEnds[i])
                {
                    spans.Add((start, i));
                }
            }
        }

        return spans;
    }

    public bool Contains(string candidate)
    {
        foreach ((int start, int end, bool isRun) in Entries)
        {
            int stop = start + candidate.Length;
            if ((isRun ? stop <= end && _runEnds[stop] : stop == end) && candidate.Length > 0
                && text.AsSpan(start, candidate.Length).SequenceEqual(candidate))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where the <c>$n</c> that begins at a place ends, or −1 where none does.</summary>
    private int EndOfReference(int start)
    {
        if (start + 1 >= text.Length || text[start] != '$' || text[start + 1] is not (>= '1' and <= '9'))
        {
            return -1;
        }

        int end = start + 2;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end;
    }
}
