using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>What makes a <see cref="SentencePieceTokenizer"/>, as its file has it.</summary>
internal sealed record SentencePieceVocabulary
{
    /// <summary>The spelling of each id, spaces as U+2581. Null for an id that stands for nothing.</summary>
    public required IReadOnlyList<string?> Tokens { get; init; }

    /// <summary>The id of each byte's own token.</summary>
    public required IReadOnlyList<int> ByteIds { get; init; }

    /// <summary>The symbol of each character that has one. From <c>Tokens.Count</c> on it is no token, but may become a part of one.</summary>
    public required IReadOnlyDictionary<Rune, int> Characters { get; init; }

    /// <summary>Pairs of symbols, each once, that become a token; the lowest rank first, of equals the leftmost.</summary>
    public required IReadOnlyList<(int Left, int Right, int Rank, int Result)> Merges { get; init; }

    /// <summary>Control tokens and atomic strings.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    public required TextNormalizer Normalizer { get; init; }

    public required Metaspace Metaspace { get; init; }

    public int? BeginOfText { get; init; }

    /// <summary>Whether, without a <see cref="BeginOfText"/>, a control token of a usual name is it.</summary>
    public bool BeginsUnstated { get; init; } = true;

    public IReadOnlyList<int> EndsOfText { get; init; } = [];

    public bool AddsEndOfText { get; init; }

    /// <summary>How a byte's token is spelt.</summary>
    public static string ByteName(int value) => $"<0x{value:X2}>";

    /// <summary>The bytes of each id; none for control tokens.</summary>
    public byte[]?[] Bytes()
    {
        byte[]?[] bytes = [.. Tokens.Select(token => token is null ? null : Encoding.UTF8.GetBytes(token.Replace(TextNormalizer.Space, ' ')))];
        for (int value = 0; value < 256; value++)
        {
            bytes[ByteIds[value]] = [(byte)value];
        }

        foreach (AddedToken token in Added)
        {
            bytes[token.Id] = token.Control ? [] : Encoding.UTF8.GetBytes(token.Content);
        }

        return bytes;
    }

    /// <summary>
    /// Whether no merge reaches over the beginning of a word: then a text can be cut there and every word merged by itself, with the same ids.
    /// </summary>
    public bool WordsStandAlone() => Merges.All(merge => Tokens[merge.Result]!.AsSpan().TrimStart(TextNormalizer.Space).IndexOf(TextNormalizer.Space) < 0);
}

/// <summary>The <c>Metaspace</c> pre-tokenizer: spaces become U+2581 and, where no space is, one is put in front.</summary>
/// <param name="Replaces">Whether there is one at all.</param>
/// <param name="PrefixesFirst">Whether the text as a whole gets a space in front.</param>
/// <param name="PrefixesRest">Whether what follows an added token gets one too.</param>
/// <param name="Splits">Whether text is cut before every space.</param>
internal readonly record struct Metaspace(bool Replaces, bool PrefixesFirst, bool PrefixesRest, bool Splits);
