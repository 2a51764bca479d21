using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The passages of a text that begin and end at word boundaries, JSON-escaped. A place is a position in the escaped text: memory grows with the text, not
/// with its square.
/// </summary>
internal sealed class SubstringAutomaton : SubsetAutomaton
{
    private readonly byte[] _text;
    private readonly bool[] _begins;
    private readonly bool[] _ends;

    public SubstringAutomaton(string text)
    {
        using MemoryStream bytes = new();
        List<bool> begins = [];
        List<bool> ends = [];
        for (int at = 0; at <= text.Length; at++)
        {
            bool low = at < text.Length && char.IsLowSurrogate(text[at]);
            bool before = at > 0 && char.IsLetterOrDigit(text[at - 1]);
            bool after = at < text.Length && char.IsLetterOrDigit(text[at]);
            bool boundary = !low && !(before && after);
            begins.Add(boundary && at < text.Length && !char.IsWhiteSpace(text[at]));
            ends.Add(boundary && at > 0 && !char.IsWhiteSpace(text[at - 1]));
            if (at == text.Length || low)
            {
                continue;
            }

            int length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            byte[] encoded = Encoding.UTF8.GetBytes(JsonText.Escape(text.Substring(at, length)));
            bytes.Write(encoded);
            for (int rest = 1; rest < encoded.Length - (length - 1); rest++)
            {
                begins.Add(false);
                ends.Add(false);
            }
        }

        _text = bytes.ToArray();
        _begins = [.. begins];
        _ends = [.. ends];
    }

    public bool IsEmpty => !_begins.Contains(true);

    protected override IEnumerable<int> StartSet() => Enumerable.Range(0, _text.Length).Where(at => _begins[at]);

    protected override int[] StepSet(int[] places, byte value) => [.. places.Where(place => place < _text.Length && _text[place] == value).Select(place => place + 1).Where(CanEnd)];

    protected override bool IsFinal(int place) => _ends[place];

    // The last word of the text ends somewhere, so only trailing space leads nowhere.
    private bool CanEnd(int place) => Array.IndexOf(_ends, true, place) >= 0;
}
