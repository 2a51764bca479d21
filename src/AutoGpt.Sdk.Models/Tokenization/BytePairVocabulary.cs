using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>What makes a <see cref="BytePairTokenizer"/>, as its file has it.</summary>
internal sealed record BytePairVocabulary
{
    /// <summary>The spelling of each id: of control tokens and atomic strings as they are, of the others in the byte alphabet.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>In order of rank.</summary>
    public required IReadOnlyList<(int Left, int Right, int Result)> Merges { get; init; }

    public required IReadOnlyList<int> AtomicIds { get; init; }

    public required IReadOnlyList<int> ControlIds { get; init; }

    public required PreTokenization PreTokenization { get; init; }

    /// <summary>Whether a piece that is a token as a whole becomes it, whatever the merges say (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    public int? BeginOfText { get; init; }

    public IReadOnlyList<int> EndsOfText { get; init; } = [];

    /// <summary>The bytes of each id; none for control tokens.</summary>
    public byte[][] Bytes()
    {
        byte[][] bytes = [.. Tokens.Select(ByteAlphabet.Read)];
        foreach (int id in AtomicIds)
        {
            bytes[id] = Encoding.UTF8.GetBytes(Tokens[id]);
        }

        foreach (int id in ControlIds)
        {
            bytes[id] = [];
        }

        return bytes;
    }

    /// <summary>
    /// What would break "decode of encode is the text" or let text encode to a control token, as a sentence; or null. Every byte must have its token and
    /// every merge must yield the bytes of its parts.
    /// </summary>
    public string? FindProblem(byte[][] bytes, out int[] byteIds)
    {
        byteIds = new int[256];
        var ids = Tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id, StringComparer.Ordinal);
        for (int value = 0; value < 256; value++)
        {
            string spelling = ByteAlphabet.Character((byte)value).ToString();
            if (!ids.TryGetValue(spelling, out byteIds[value]) || bytes[byteIds[value]] is not [var only] || only != value)
            {
                return $"the byte 0x{value:X2} ('{spelling}' in the byte alphabet) has no token of its own";
            }
        }

        foreach (int id in ControlIds.Concat(AtomicIds))
        {
            if (!IsWellFormed(Tokens[id]))
            {
                return $"the added token {id} is empty or no valid Unicode";
            }
        }

        foreach ((int left, int right, int result) in Merges)
        {
            if (!bytes[result].AsSpan().StartsWith(bytes[left]) || !bytes[result].AsSpan(bytes[left].Length).SequenceEqual(bytes[right])
                || bytes[left].Length == 0 || bytes[right].Length == 0)
            {
                return $"the merge of '{Tokens[left]}' and '{Tokens[right]}' does not yield the bytes of '{Tokens[result]}'";
            }
        }

        return null;
    }

    internal static bool IsWellFormed(string text)
    {
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return text.Length > 0;
    }
}
