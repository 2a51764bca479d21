using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>What makes a <see cref="BytePairTokenizer"/>, as its file has it.</summary>
internal sealed record BytePairVocabulary
{
    /// <summary>The spelling of each id: of added tokens as they are, of the others in the byte alphabet. Null for an id that stands for nothing.</summary>
    public required IReadOnlyList<string?> Tokens { get; init; }

    /// <summary>In order of rank.</summary>
    public required IReadOnlyList<(int Left, int Right, int Result)> Merges { get; init; }

    /// <summary>Control tokens and atomic strings.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    public required PreTokenization PreTokenization { get; init; }

    public TextNormalizer Normalizer { get; init; } = TextNormalizer.None;

    /// <summary>Whether a piece that is a token as a whole becomes it, whatever the merges say (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    public int? BeginOfText { get; init; }

    /// <summary>Whether, without a <see cref="BeginOfText"/>, a control token of a usual name is it.</summary>
    public bool BeginsUnstated { get; init; } = true;

    public IReadOnlyList<int> EndsOfText { get; init; } = [];

    public bool AddsEndOfText { get; init; }

    /// <summary>The bytes of each id; none for control tokens.</summary>
    public byte[]?[] Bytes()
    {
        byte[]?[] bytes = [.. Tokens.Select(token => token is null ? null : ByteAlphabet.Read(token))];
        foreach (AddedToken token in Added)
        {
            bytes[token.Id] = token.Control ? [] : Encoding.UTF8.GetBytes(token.Content);
        }

        return bytes;
    }

    /// <summary>
    /// What would break "decode of encode is the text" or let text encode to a control token, as a sentence; or null. Printable ASCII must have a
    /// token for each byte and every merge must yield the bytes of its parts, unless it is one of control tokens, which never comes about.
    /// </summary>
    /// <param name="bytes">The bytes of each id.</param>
    /// <param name="byteIds">The id of each byte; −1 where a vocabulary that was trained without a whole alphabet has none.</param>
    public string? FindProblem(byte[]?[] bytes, out int[] byteIds)
    {
        byteIds = new int[256];
        var ids = new Dictionary<string, int>(Tokens.Count, StringComparer.Ordinal);
        for (int id = 0; id < Tokens.Count; id++)
        {
            if (Tokens[id] is string token && !ids.TryAdd(token, id))
            {
                return $"the tokens {ids[token]} and {id} are both '{token}'";
            }
        }

        for (int value = 0; value < 256; value++)
        {
            string spelling = ByteAlphabet.Character((byte)value).ToString();
            if ((value is < ' ' or > '~') && !ids.ContainsKey(spelling))
            {
                byteIds[value] = -1;
                continue;
            }

            if (!ids.TryGetValue(spelling, out byteIds[value]) || bytes[byteIds[value]] is not [var only] || only != value)
            {
                return $"the byte 0x{value:X2} ('{spelling}' in the byte alphabet) has no token of its own";
            }
        }

        foreach (AddedToken token in Added)
        {
            if (!WellFormedText.Is(token.Content))
            {
                return $"the added token {token.Id} is empty or no valid Unicode";
            }
        }

        HashSet<int> control = [.. Added.Where(token => token.Control).Select(token => token.Id)];
        foreach ((int left, int right, int result) in Merges)
        {
            (byte[] first, byte[] second, byte[] both) = (bytes[left]!, bytes[right]!, bytes[result]!);
            bool happens = !control.Contains(left) && !control.Contains(right) && !control.Contains(result);
            if (happens && (both.Length != first.Length + second.Length || !both.AsSpan().StartsWith(first) || !both.AsSpan().EndsWith(second)))
            {
                return $"the merge of '{Tokens[left]}' and '{Tokens[right]}' does not yield the bytes of '{Tokens[result]}'";
            }
        }

        return null;
    }
}
