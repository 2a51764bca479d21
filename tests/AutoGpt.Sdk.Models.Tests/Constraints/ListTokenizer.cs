using System.Text;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>A vocabulary given as byte strings: all 256 bytes, an end, a control token, and whatever a test adds.</summary>
internal sealed class ListTokenizer : ITokenizer
{
    private readonly List<byte[]> _tokens = [];

    public ListTokenizer(IEnumerable<byte[]>? more = null)
    {
        _tokens.AddRange(Enumerable.Range(0, 256).Select(b => new[] { (byte)b }));
        EndOfText = _tokens.Count;
        _tokens.Add([]);
        _tokens.Add([]);
        _tokens.AddRange(more ?? []);
    }

    public ListTokenizer(params string[] more)
        : this(more.Select(Encoding.UTF8.GetBytes))
    {
    }

    public int VocabularySize => _tokens.Count;

    public int? BeginOfText => null;

    public int? EndOfText { get; }

    public static int Control => 257;

    public int[] Encode(string text) => [.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)];

    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString([.. ids.ToArray().SelectMany(i => _tokens[i])]);

    public ReadOnlyMemory<byte> GetBytes(int id) => _tokens[id];

    public bool IsControl(int id) => id is 256 or 257;

    /// <summary>Multi-byte tokens of all sorts: pieces of JSON, of the texts, and of half characters; some byte strings twice.</summary>
    public static ListTokenizer Random(Random random, IReadOnlyList<string> texts)
    {
        string[] structure = ["{\"", "\":", "\":\"", "\",\"", "\"}", "\"]", "[{\"", "}]", ",{\"", "\":{\"", "\":[", "]}", "]]", "}}", "[[", "[]", "{}", "\":true", "null", "\\\"", "\\u00", "\\n\\", "1,2", "0.", "-1"];
        byte[][] sources = [.. texts.Select(Encoding.UTF8.GetBytes).Where(s => s.Length > 0), Encoding.UTF8.GetBytes("aé€😀b\"ü\"漢字,\"x\":\\\\ \u0301")];
        List<byte[]> more = [.. structure.Where(_ => random.Next(3) > 0).Select(Encoding.UTF8.GetBytes)];
        for (int i = random.Next(400); i > 0; i--)
        {
            byte[] source = sources[random.Next(sources.Length)];
            int start = random.Next(source.Length);
            more.Add(source[start..Math.Min(source.Length, start + 2 + random.Next(12))]);
        }

        return new ListTokenizer(more);
    }

    /// <summary>Cuts bytes into tokens at random.</summary>
    public List<int> Tokenize(byte[] bytes, Random random)
    {
        List<int> ids = [];
        for (int at = 0; at < bytes.Length;)
        {
            int[] fitting = [.. Enumerable.Range(258, _tokens.Count - 258).Where(i => bytes.AsSpan(at).StartsWith(_tokens[i]))];
            int id = fitting.Length > 0 && random.Next(4) > 0 ? fitting[random.Next(fitting.Length)] : bytes[at];
            ids.Add(id);
            at += _tokens[id].Length;
        }

        return ids;
    }
}
