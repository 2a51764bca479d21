using System.Text;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>A vocabulary of a given size that looks like byte-pair encoding's: bytes, pieces of words with and without a space, pieces of JSON.</summary>
internal sealed class SyntheticTokenizer : ITokenizer
{
    private readonly byte[][] _tokens;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public SyntheticTokenizer(int size)
    {
        Random random = new(1);
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(value => (byte[])[(byte)value]), []];
        HashSet<string> known = [];
        foreach (string piece in (string[])["{\"", "\":\"", "\",\"", "\"}", "},{\"", "\":{\"", "[{\"", "\"}}", "steps", "tool", "arguments", "path", "text", "\":", "]}"])
        {
            known.Add(piece);
            tokens.Add(Encoding.UTF8.GetBytes(piece));
        }

        const string letters = "etaoinshrdlucmfwypvbgkjqxz";
        while (tokens.Count < size)
        {
            // Frequent letters first, as in words; half of the pieces begin with a space.
            string piece = (random.Next(2) == 0 ? " " : "") + string.Concat(Enumerable.Range(0, random.Next(2, 9)).Select(_ => letters[(int)(letters.Length * Math.Pow(random.NextDouble(), 2))]));
            if (known.Add(piece))
            {
                tokens.Add(Encoding.UTF8.GetBytes(piece));
            }
        }

        _tokens = [.. tokens];
        for (int id = 0; id < _tokens.Length; id++)
        {
            _ids.TryAdd(Encoding.Latin1.GetString(_tokens[id]), id);
        }
    }

    public int VocabularySize => _tokens.Length;

    public int? BeginOfText => null;

    public int? EndOfText => 256;

    /// <summary>The longest token that fits, again and again.</summary>
    public int[] Encode(string text)
    {
        string bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        List<int> ids = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(12, bytes.Length - at);
            while (!_ids.ContainsKey(bytes.Substring(at, length)))
            {
                length--;
            }

            ids.Add(_ids[bytes.Substring(at, length)]);
            at += length;
        }

        return [.. ids];
    }

    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString([.. ids.ToArray().SelectMany(id => _tokens[id])]);

    public ReadOnlyMemory<byte> GetBytes(int id) => _tokens[id];

    public bool IsControl(int id) => id == 256;
}
