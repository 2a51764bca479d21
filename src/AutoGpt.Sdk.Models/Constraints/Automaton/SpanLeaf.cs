using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A JSON string that quotes one of many spans. The spans, as they stand in JSON, are sorted; a state is the interval of those
/// that begin with the text so far, and the length of that text. Memory grows with the sources, not with their spans.
/// </summary>
/// <remarks>A state packs the interval's ends (bits 0–19 and 20–39), the length in bytes (40–60) and whether the quote is open (61).</remarks>
internal sealed class SpanLeaf : Leaf
{
    private const int MaximumEntries = (1 << 20) - 1;
    private const int MaximumBytes = (1 << 21) - 1;
    private const long Before = 0, Closed = 1, Open = 1L << 61;

    private readonly SpanText _text;
    private readonly Entry[] _entries;

    private SpanLeaf(SpanText text, Entry[] entries) => (_text, _entries) = (text, entries);

    private readonly record struct Entry(int Start, int Length, bool IsRun);

    public override long Start => Before;

    /// <summary>Builds the leaf, or gives null where no span has <paramref name="minimum"/> to <paramref name="maximum"/> code points.</summary>
    public static SpanLeaf? TryCreate(IReadOnlyList<SpanSet> sources, int minimum, int maximum)
    {
        SpanText text = new(sources, minimum, maximum);
        List<Entry> entries = [];
        for (int i = 0; i < sources.Count; i++)
        {
            foreach ((int start, int end, bool isRun) in sources[i].Entries)
            {
                int from = text.ByteOf(i, start);
                int to = text.ByteOf(i, end);
                while (isRun && to > from && !text.MayEnd(from, to, isRun))
                {
                    to--;
                }

                if (to > from && text.MayEnd(from, to, isRun))
                {
                    entries.Add(new Entry(from, to - from, isRun));
                }
            }
        }

        if (entries.Count == 0)
        {
            return null;
        }

        Entry[] sorted = [.. entries];
        Array.Sort(sorted, (a, b) => text.Bytes.AsSpan(a.Start, a.Length).SequenceCompareTo(text.Bytes.AsSpan(b.Start, b.Length)));
        return sorted.Length <= MaximumEntries && sorted.Max(e => e.Length) <= MaximumBytes
            ? new SpanLeaf(text, sorted)
            : throw new AutoGptException("A section to quote from holds more than a million words or a span of over two million bytes; shorten it.");
    }

    public override long Step(long state, byte value)
    {
        if (state is Before or Closed)
        {
            return state == Before && value == '"' ? Pack(0, _entries.Length, 0) : -1;
        }

        (int from, int to, int length) = Unpack(state);
        if (value == (byte)'"' && length > 0 && IsWhole(from, to, length))
        {
            return Closed;
        }

        int first = FirstNotBelow(from, to, length, value);
        int last = FirstNotBelow(first, to, length, value + 1);
        return first < last ? Pack(first, last, length + 1) : -1;
    }

    public override bool Accepts(long state) => state == Closed;

    public override bool Continues(long state) => state != Closed;

    private bool IsWhole(int from, int to, int length)
    {
        for (int i = from; i < to; i++)
        {
            Entry entry = _entries[i];
            if (entry.IsRun ? _text.MayEnd(entry.Start, entry.Start + length, isRun: true) : entry.Length == length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first entry of the interval whose byte at a place is not less; one that ends there counts as less than any.</summary>
    private int FirstNotBelow(int from, int to, int place, int value)
    {
        while (from < to)
        {
            int middle = (from + to) >> 1;
            Entry entry = _entries[middle];
            if (entry.Length > place && _text.Bytes[entry.Start + place] >= value)
            {
                to = middle;
            }
            else
            {
                from = middle + 1;
            }
        }

        return from;
    }

    private static long Pack(int from, int to, int length) => Open | (uint)from | ((long)to << 20) | ((long)length << 40);

    private static (int From, int To, int Length) Unpack(long state) =>
        ((int)state & MaximumEntries, (int)(state >> 20) & MaximumEntries, (int)(state >> 40) & MaximumBytes);
}

/// <summary>Sources as they stand inside JSON strings, with where each character begins and where spans may end.</summary>
internal sealed class SpanText
{
    private readonly int[][] _byteOf;
    private readonly bool[] _runEnds;
    private readonly int[] _codePoints;
    private readonly int _minimum;
    private readonly int _maximum;

    public SpanText(IReadOnlyList<SpanSet> sources, int minimum, int maximum)
    {
        (_minimum, _maximum) = (minimum, maximum);
        _byteOf = new int[sources.Count][];
        List<byte> bytes = [];
        List<int> codePoints = [];
        List<int> runEnds = [];
        StringBuilder escaped = new();
        for (int i = 0; i < sources.Count; i++)
        {
            string text = sources[i].Text;
            int source = i;
            _byteOf[i] = new int[text.Length + 1];
            for (int c = 0; c < text.Length; c++)
            {
                _byteOf[i][c] = bytes.Count;
                escaped.Clear();
                CanonicalJson.AppendCharacter(escaped, text[c]);
                if (char.IsHighSurrogate(text[c]) && c + 1 < text.Length && char.IsLowSurrogate(text[c + 1]))
                {
                    escaped.Append(text[++c]);
                    _byteOf[i][c] = bytes.Count;
                }

                byte[] written = Encoding.UTF8.GetBytes(escaped.ToString());
                int number = codePoints.Count == 0 ? 0 : codePoints[^1] + 1;
                bytes.AddRange(written);
                codePoints.AddRange(Enumerable.Repeat(number, written.Length));
            }

            _byteOf[i][text.Length] = bytes.Count;
            runEnds.AddRange(Enumerable.Range(0, text.Length + 1).Where(sources[i].MayRunEndAt).Select(p => _byteOf[source][p]));
        }

        Bytes = [.. bytes];
        codePoints.Add(codePoints.Count == 0 ? 0 : codePoints[^1] + 1);
        _codePoints = [.. codePoints];
        _runEnds = new bool[bytes.Count + 1];
        runEnds.ForEach(e => _runEnds[e] = true);
    }

    public byte[] Bytes { get; }

    public int ByteOf(int source, int character) => _byteOf[source][character];

    /// <summary>Whether a span of bytes has an allowed length and, in a run, an allowed end.</summary>
    public bool MayEnd(int from, int to, bool isRun)
    {
        int codePoints = _codePoints[to] - _codePoints[from];
        return codePoints >= _minimum && codePoints <= _maximum && (!isRun || _runEnds[to]);
    }
}
