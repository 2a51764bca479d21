using System.Text;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>A token per byte, then an end-of-text token, then tokens of one's choice.</summary>
internal sealed class ByteTokenizer(params string[] extra) : ITokenizer
{
    private readonly byte[][] _tokens = [.. Enumerable.Range(0, 256).Select(value => (byte[])[(byte)value]), [], .. extra.Select(Encoding.UTF8.GetBytes)];

    public int VocabularySize => _tokens.Length;

    public int? BeginOfText => null;

    public int? EndOfText => 256;

    public int[] Encode(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString([.. ids.ToArray().SelectMany(id => _tokens[id])]);

    public ReadOnlyMemory<byte> GetBytes(int id) => _tokens[id];

    public bool IsControl(int id) => id == 256;
}
