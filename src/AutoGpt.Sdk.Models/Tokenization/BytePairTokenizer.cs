using System.Buffers;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019), made by <see cref="BytePairTrainer"/>, <see cref="TokenizerFile"/> or
/// <see cref="GgufTokenizer"/>. Every text encodes and decodes back to itself, except that a lone surrogate, which UTF-8 cannot express, counts as U+FFFD, and
/// that a family whose file composes characters (Qwen's tokenizer.json: Unicode's form C) gives them back composed, and that a byte for which the
/// vocabulary has no token is left out, as by the families' own libraries (StarCoder has none for planes that Unicode does not use). Atomic strings are found first, leftmost
/// and longest, and are one id each; no text that <see cref="Encode(string)"/> reads becomes a control token. Takes n log n in the length of the text. Immutable and
/// thread-safe.
/// </summary>
public sealed class BytePairTokenizer : IPromptTokenizer, IStopTokens
{
    private readonly TokenTable _table;
    private readonly AddedTokens _added;
    private readonly TextSplitter _splitter;
    private readonly PairMerger _merger;
    private readonly PieceCache _cache = new();
    private readonly int[] _byteIds;
    private readonly Dictionary<string, int>? _whole;

    /// <exception cref="ArgumentException">The vocabulary would not round-trip.</exception>
    internal BytePairTokenizer(BytePairVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        byte[]?[] bytes = vocabulary.Bytes();
        if (vocabulary.FindProblem(bytes, out _byteIds) is string problem)
        {
            throw new ArgumentException(problem, nameof(vocabulary));
        }

        var control = new string?[vocabulary.Tokens.Count];
        foreach (AddedToken token in vocabulary.Added.Where(token => token.Control))
        {
            control[token.Id] = token.Content;
        }

        _table = new TokenTable(bytes, control, vocabulary.BeginOfText, vocabulary.EndsOfText, vocabulary.BeginsUnstated);
        _added = new AddedTokens(vocabulary.Added, vocabulary.Normalizer);
        _splitter = new TextSplitter(vocabulary.PreTokenization, new LiteralMatcher([]));

        // No merge may make a control token.
        _merger = new PairMerger([.. vocabulary.Merges.Select((merge, rank) => (merge.Left, merge.Right, rank, merge.Result)).Where(merge => control[merge.Result] is null)]);
        if (vocabulary.IgnoreMerges)
        {
            HashSet<int> added = [.. vocabulary.Added.Select(token => token.Id)];
            _whole = Enumerable.Range(0, vocabulary.Tokens.Count).Where(id => vocabulary.Tokens[id] is not null && !added.Contains(id))
                .ToDictionary(id => vocabulary.Tokens[id]!, StringComparer.Ordinal);
        }
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
    public bool AddsSpace => false;

    /// <summary>How text is cut before merging.</summary>
    public PreTokenization PreTokenization => Vocabulary.PreTokenization;

    /// <summary>The strings that are one id wherever they occur.</summary>
    public IEnumerable<string> AtomicStrings => Vocabulary.Added.Where(token => !token.Control).Select(token => token.Content);

    internal BytePairVocabulary Vocabulary { get; }

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

    private void EncodePiece(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_cache.TryGet(piece, out ReadOnlySpan<int> known))
        {
            ids.AddRange(known);
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(piece.ToString());
        if (_whole is not null && _whole.TryGetValue(ByteAlphabet.Spell(bytes), out int id))
        {
            ids.Add(id);
            _cache.Add(piece, [id]);
            return;
        }

        int[] symbols = ArrayPool<int>.Shared.Rent(bytes.Length);
        try
        {
            int count = 0;
            foreach (byte value in bytes)
            {
                symbols[count] = _byteIds[value];
                count += symbols[count] < 0 ? 0 : 1;
            }

            ReadOnlySpan<int> merged = symbols.AsSpan(0, _merger.Merge(symbols.AsSpan(0, count)));
            ids.AddRange(merged);
            _cache.Add(piece, merged);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(symbols);
        }
    }

    private readonly struct Sink(BytePairTokenizer tokenizer, List<int> ids) : AddedTokens.ISink, TextSplitter.IPieceSink
    {
        public List<int> Ids => ids;

        public void Token(int id) => ids.Add(id);

        public void Text(ReadOnlySpan<char> text, bool first)
        {
            Sink pieces = this;
            tokenizer._splitter.Cut(text, ref pieces);
        }

        public void Piece(ReadOnlySpan<char> text) => tokenizer.EncodePiece(text, ids);

        public void Atomic(int id) => ids.Add(id);
    }
}
