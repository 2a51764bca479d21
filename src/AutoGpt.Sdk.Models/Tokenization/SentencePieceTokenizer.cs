using System.Buffers;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Byte-pair encoding of characters with bytes as fallback, as SentencePiece makes it (Kudo and Richardson 2018; Llama 1 and 2, Mistral), from
/// <see cref="TokenizerFile"/> or <see cref="GgufTokenizer"/>. Takes n log n in the length of the text. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Where <see cref="AddsSpace"/>, decoding an encoded text gives it back with a space in front, as the model has seen it; U+2581, the family's sign for a
/// space, comes back as one; a lone surrogate, which UTF-8 cannot express, counts as U+FFFD.
/// </remarks>
public sealed class SentencePieceTokenizer : IPromptTokenizer, IStopTokens
{
    private readonly TokenTable _table;
    private readonly AddedTokens _added;
    private readonly PairMerger _merger;
    private readonly PieceCache _cache = new();
    private readonly Rune[] _characters;
    private readonly bool _wordsStandAlone;

    internal SentencePieceTokenizer(SentencePieceVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        var control = new string?[vocabulary.Tokens.Count];
        foreach (AddedToken token in vocabulary.Added.Where(token => token.Control))
        {
            control[token.Id] = token.Content;
        }

        _table = new TokenTable(vocabulary.Bytes(), control, vocabulary.BeginOfText, vocabulary.EndsOfText, vocabulary.BeginsUnstated);
        _added = new AddedTokens(vocabulary.Added, vocabulary.Normalizer);
        _merger = new PairMerger(vocabulary.Merges);
        _characters = [.. vocabulary.Characters.Where(pair => pair.Value >= control.Length).OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        _wordsStandAlone = vocabulary.WordsStandAlone();
    }

    /// <inheritdoc />
    public int VocabularySize => _table.Size;

    /// <inheritdoc />
    public int? BeginOfText => _table.BeginOfText;

    /// <inheritdoc />
    public int? EndOfText => _table.EndOfText;

    /// <inheritdoc />
    public IReadOnlySet<int> StopTokens => _table.StopTokens;

    /// <inheritdoc />
    public bool AddsEndOfText => Vocabulary.AddsEndOfText;

    /// <inheritdoc />
    public bool AddsSpace => Vocabulary.Normalizer.Prefix.Length > 0 || Vocabulary.Metaspace.PrefixesFirst;

    internal SentencePieceVocabulary Vocabulary { get; }

    /// <inheritdoc />
    public int? FindControlToken(string name) => _table.FindControlToken(name);

    /// <inheritdoc />
    public string? ControlName(int id) => _table.ControlName(id);

    /// <inheritdoc />
    public int[] Encode(string text) => Encode(text, trusted: false, []);

    /// <inheritdoc />
    public int[] EncodeTrusted(string text, params ReadOnlySpan<Range> untrusted) => Encode(text, trusted: true, untrusted);

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids) => _table.Decode(ids);

    /// <inheritdoc />
    public ReadOnlyMemory<byte> GetBytes(int id) => _table.GetBytes(id);

    /// <inheritdoc />
    public bool IsControl(int id) => _table.IsControl(id);

    private int[] Encode(string text, bool trusted, ReadOnlySpan<Range> untrusted)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sink = new Sink(this, new List<int>((text.Length / 3) + 1));
        _added.Split(WellFormedText.Of(text), trusted, WellFormedText.Offsets(text, untrusted), ref sink);
        return [.. sink.Ids];
    }

    private void EncodeText(ReadOnlySpan<char> text, bool first, List<int> ids)
    {
        Metaspace metaspace = Vocabulary.Metaspace;
        if (metaspace.Replaces)
        {
            bool prefix = (first ? metaspace.PrefixesFirst : metaspace.PrefixesRest) && text[0] is not (' ' or TextNormalizer.Space);
            char[] replaced = prefix ? [TextNormalizer.Space, .. text] : text.ToArray();
            replaced.AsSpan().Replace(' ', TextNormalizer.Space);
            text = replaced;
        }

        while (!text.IsEmpty)
        {
            int length = metaspace.Splits ? NextSpace(text, 1) : _wordsStandAlone ? NextSpace(text, text.IndexOfAnyExcept(TextNormalizer.Space)) : text.Length;
            EncodePiece(text[..length], ids);
            text = text[length..];
        }
    }

    private static int NextSpace(ReadOnlySpan<char> text, int from) =>
        from >= 0 && text[from..].IndexOf(TextNormalizer.Space) is >= 0 and var space ? from + space : text.Length;

    private void EncodePiece(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_cache.TryGet(piece, out ReadOnlySpan<int> known))
        {
            ids.AddRange(known);
            return;
        }

        // A UTF-16 unit has three bytes at most, and a token at most one symbol to each.
        int[] symbols = ArrayPool<int>.Shared.Rent(piece.Length * 3);
        try
        {
            int count = 0;
            foreach (Rune character in piece.EnumerateRunes())
            {
                if (Vocabulary.Characters.TryGetValue(character, out int symbol))
                {
                    symbols[count++] = symbol;
                }
                else
                {
                    count += WriteBytes(character, symbols.AsSpan(count));
                }
            }

            count = _merger.Merge(symbols.AsSpan(0, count));
            int begin = ids.Count;
            foreach (int symbol in symbols.AsSpan(0, count))
            {
                AddSymbol(symbol, ids);
            }

            _cache.Add(piece, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)[begin..]);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(symbols);
        }
    }

    private void AddSymbol(int symbol, List<int> ids)
    {
        if (symbol < _table.Size)
        {
            ids.Add(symbol);
            return;
        }

        Span<int> bytes = stackalloc int[4];
        ids.AddRange(bytes[..WriteBytes(_characters[symbol - _table.Size], bytes)]);
    }

    private int WriteBytes(Rune character, Span<int> ids)
    {
        Span<byte> bytes = stackalloc byte[4];
        int length = character.EncodeToUtf8(bytes);
        for (int i = 0; i < length; i++)
        {
            ids[i] = Vocabulary.ByteIds[bytes[i]];
        }

        return length;
    }

    private readonly struct Sink(SentencePieceTokenizer tokenizer, List<int> ids) : AddedTokens.ISink
    {
        public List<int> Ids => ids;

        public void Token(int id) => ids.Add(id);

        public void Text(ReadOnlySpan<char> text, bool first) => tokenizer.EncodeText(text, first, ids);
    }
}
