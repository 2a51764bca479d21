using System.Text;

namespace AutoGpt.Sdk.Benchmarks.Constraints;

/// <summary>
/// A vocabulary of the size and shape of a trained byte-level one: every byte, pieces and words made of syllables (with and
/// without a leading space, in three cases), numbers of up to three digits, runs of spaces, punctuation, and pieces of JSON.
/// </summary>
internal sealed class SyntheticVocabulary : ITokenizer
{
    private static readonly string[] s_onsets = ["", "b", "br", "c", "ch", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "pl", "qu", "r", "s", "sh", "st", "t", "tr", "v", "w", "é", "ß", "漢"];
    private static readonly string[] s_rimes = ["a", "e", "i", "o", "u", "an", "ar", "ed", "el", "en", "er", "es", "ing", "ion", "ist", "ly", "on", "or", "ous", "ü"];

    private readonly List<byte[]> _tokens = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly int _longest;

    public SyntheticVocabulary(int size = 50_000)
    {
        for (int b = 0; b < 256; b++)
        {
            Add([(byte)b]);
        }

        EndOfText = _tokens.Count;
        _tokens.Add([]);
        foreach (string piece in Structure())
        {
            Add(Encoding.UTF8.GetBytes(piece));
        }

        for (int i = 0; i < 1000; i++)
        {
            Add(Encoding.UTF8.GetBytes($"{i}"));
        }

        Random random = new(7);
        while (_tokens.Count < size)
        {
            string word = string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => s_onsets[random.Next(s_onsets.Length)] + s_rimes[random.Next(s_rimes.Length)]));
            word = random.Next(8) switch { 0 => word.ToUpperInvariant(), 1 or 2 => char.ToUpperInvariant(word[0]) + word[1..], _ => word };
            string text = random.Next(40) switch { 0 => "\"" + word, 1 => word + ".", 2 => "." + word, 3 => "_" + word, 4 => word + "\":", _ => random.Next(2) == 0 ? " " + word : word };
            byte[] bytes = Encoding.UTF8.GetBytes(text);

            // Some merges end inside a character.
            Add(random.Next(200) == 0 && bytes[^1] >= 0x80 ? bytes[..^1] : bytes);
        }

        _longest = _tokens.Max(t => t.Length);
    }

    public int VocabularySize => _tokens.Count;

    public int? BeginOfText => null;

    public int? EndOfText { get; }

    public ReadOnlyMemory<byte> GetBytes(int id) => _tokens[id];

    public bool IsControl(int id) => id == EndOfText;

    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString([.. ids.ToArray().SelectMany(i => _tokens[i])]);

    /// <summary>The longest token that fits, each time.</summary>
    public int[] Encode(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        List<int> ids = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(_longest, bytes.Length - at);
            while (!_ids.ContainsKey(Convert.ToHexString(bytes, at, length)))
            {
                length--;
            }

            ids.Add(_ids[Convert.ToHexString(bytes, at, length)]);
            at += length;
        }

        return [.. ids];
    }

    private void Add(byte[] bytes)
    {
        if (_ids.TryAdd(Convert.ToHexString(bytes), _tokens.Count))
        {
            _tokens.Add(bytes);
        }
    }

    private static IEnumerable<string> Structure()
    {
        string[] marks = ["{", "}", "[", "]", "\"", ":", ",", ".", ";", "(", ")", "/", "\\", "-", "_", "*", "=", "<", ">", "!", "?", "'", "#", "\n", "\t", " "];
        foreach (string left in marks)
        {
            foreach (string right in marks)
            {
                yield return left + right;
                yield return left + right + right;
                yield return "\"" + left + right;
                yield return left + "\"" + right;
            }
        }

        for (int i = 2; i <= 64; i *= 2)
        {
            yield return new string(' ', i);
            yield return new string('-', i);
        }

        foreach (string key in new[] { "steps", "tool", "path", "text", "to", "name", "id", "type", "value", "true", "false", "null" })
        {
            yield return key;
            yield return "\"" + key;
            yield return "\"" + key + "\":";
            yield return "\",\"" + key + "\":\"";
            yield return "{\"" + key + "\":\"";
            yield return "{\"" + key + "\":[{\"";
        }
    }
}
