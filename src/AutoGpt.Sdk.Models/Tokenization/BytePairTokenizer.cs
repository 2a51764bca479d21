using System.Buffers;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019). Every text encodes and decodes back to itself, except that a lone
/// surrogate, which UTF-8 cannot express, counts as U+FFFD. Atomic strings are found first, leftmost and longest, and are one id each; no text
/// encodes to a control token. Encoding takes n log n time for any text. Immutable and thread-safe.
/// </summary>
/// <remarks>Made by <see cref="BytePairTrainer"/> or <see cref="TokenizerFile"/>.</remarks>
public sealed class BytePairTokenizer : ITokenizer
{
    private readonly TokenTable _table;
    private readonly TextSplitter _splitter;
    private readonly BytePairMerger _merger;
    private readonly Dictionary<string, int>? _whole;

    /// <exception cref="ArgumentException">The vocabulary would not round-trip.</exception>
    internal BytePairTokenizer(BytePairVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        byte[][] bytes = vocabulary.Bytes();
        if (vocabulary.FindProblem(bytes, out int[] byteIds) is string problem)
        {
            throw new ArgumentException(problem, nameof(vocabulary));
        }

        var control = new string?[vocabulary.Tokens.Count];
        foreach (int id in vocabulary.ControlIds)
        {
            control[id] = vocabulary.Tokens[id];
        }

        _table = new TokenTable(bytes, control, vocabulary.BeginOfText, vocabulary.EndOfText);
        _splitter = new TextSplitter(
            vocabulary.PreTokenization, new LiteralMatcher(vocabulary.AtomicIds.Select(id => KeyValuePair.Create(vocabulary.Tokens[id], id))));
        _merger = new BytePairMerger(byteIds, vocabulary.Merges);
        _whole = vocabulary.IgnoreMerges ? WholePieces(vocabulary) : null;
    }

    /// <inheritdoc />
    public int VocabularySize => _table.Size;

    /// <inheritdoc />
    public int? BeginOfText => _table.BeginOfText;

    /// <inheritdoc />
    public int? EndOfText => _table.EndOfText;

    /// <summary>How text is cut before merging.</summary>
    public PreTokenization PreTokenization => Vocabulary.PreTokenization;

    /// <summary>The strings that are one id wherever they occur.</summary>
    public IEnumerable<string> AtomicStrings => Vocabulary.AtomicIds.Select(id => Vocabulary.Tokens[id]);

    internal BytePairVocabulary Vocabulary { get; }

    /// <summary>The id of a control token, or null where there is none of that name.</summary>
    /// <param name="name">Its name, such as <c>&lt;pad&gt;</c>.</param>
    public int? FindControlToken(string name) => _table.FindControlToken(name);

    /// <inheritdoc />
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sink = new IdSink(this, new List<int>((text.Length / 3) + 1));
        _splitter.Split(text, ref sink);
        return [.. sink.Ids];
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids) => _table.Decode(ids);

    /// <inheritdoc />
    public ReadOnlyMemory<byte> GetBytes(int id) => _table.GetBytes(id);

    /// <inheritdoc />
    public bool IsControl(int id) => _table.IsControl(id);

    private static Dictionary<string, int> WholePieces(BytePairVocabulary vocabulary)
    {
        HashSet<int> added = [.. vocabulary.AtomicIds, .. vocabulary.ControlIds];
        return Enumerable.Range(0, vocabulary.Tokens.Count).Where(id => !added.Contains(id))
            .ToDictionary(id => vocabulary.Tokens[id], StringComparer.Ordinal);
    }

    private void EncodePiece(ReadOnlySpan<char> piece, List<int> ids)
    {
        const int OnStack = 512;
        int capacity = Encoding.UTF8.GetMaxByteCount(piece.Length);
        byte[]? rented = capacity > OnStack ? ArrayPool<byte>.Shared.Rent(capacity) : null;
        Span<byte> buffer = rented ?? stackalloc byte[OnStack];
        ReadOnlySpan<byte> bytes = buffer[..Encoding.UTF8.GetBytes(piece, buffer)];
        if (_whole is not null && _whole.TryGetValue(ByteAlphabet.Spell(bytes), out int id))
        {
            ids.Add(id);
        }
        else
        {
            _merger.Encode(bytes, ids);
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private readonly struct IdSink(BytePairTokenizer tokenizer, List<int> ids) : TextSplitter.IPieceSink
    {
        public List<int> Ids => ids;

        public void Piece(ReadOnlySpan<char> text) => tokenizer.EncodePiece(text, ids);

        public void Atomic(int id) => ids.Add(id);
    }
}
