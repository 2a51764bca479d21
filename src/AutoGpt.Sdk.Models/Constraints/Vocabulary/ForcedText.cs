using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Tokens for text that must come next. They are those the tokenizer would make of it, whatever comes after: a token that could become another one, or part of
/// one, together with what follows is given back to be chosen.
/// </summary>
/// <remarks>
/// What follows can change the tokens only through a token that begins inside the text and ends behind it. So all places at which an allowed token could begin
/// that does are tried: the tokens that the text has up to each of them, and as a whole, and that all of these have in common, stand.
/// </remarks>
internal static class ForcedText
{
    // Of bytes; the rest comes with the next call.
    private const int Longest = 4096;

    public static int[] Tokens(AutomatonState state, ByteAutomaton automaton, TokenVocabulary vocabulary)
    {
        List<byte> forced = [];
        List<AutomatonState> states = [state];
        while (forced.Count < Longest && states[^1].OnlyByte is >= 0 and int value)
        {
            forced.Add((byte)value);
            states.Add(states[^1].Step((byte)value, automaton));
        }

        byte[] bytes = [.. forced];
        int length = WholeCharacters(bytes);
        if (length == 0 || vocabulary.Encode(Encoding.UTF8.GetString(bytes.AsSpan(0, length))) is not { } tokens)
        {
            return [];
        }

        AutomatonState end = states[length];
        int common = tokens.Length;
        ulong[] crossing = new ulong[vocabulary.MaskWords];
        for (int start = Math.Max(0, length - vocabulary.Trie.MaximumDepth + 1); start < length && common > 0; start++)
        {
            if (vocabulary.Trie.Find(bytes.AsSpan(start, length - start)) is >= 0 and int node)
            {
                vocabulary.Trie.Walk(node, end, automaton, crossing);
                if (crossing.AsSpan().ContainsAnyExcept(0ul))
                {
                    int until = WholeCharacters(bytes.AsSpan(0, start));
                    int[] cut = until == 0 ? [] : vocabulary.Encode(Encoding.UTF8.GetString(bytes.AsSpan(0, until))) ?? [];
                    common = tokens.AsSpan(0, common).CommonPrefixLength(cut);
                    Array.Clear(crossing);
                }
            }
        }

        return tokens[..common];
    }

    // The bytes of the characters that are whole; none where the first one is not.
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        while (Rune.DecodeFromUtf8(bytes[length..], out _, out int read) == System.Buffers.OperationStatus.Done)
        {
            length += read;
        }

        return length;
    }
}
