using System.Text;
using Microsoft.ML.Tokenizers;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019), made by <see cref="BytePairTrainer"/> or <see cref="TokenizerFile"/>. Every text encodes and decodes back to itself, except that a lone
/// surrogate, which UTF-8 cannot express, counts as U+FFFD. Atomic strings are found first, leftmost and longest, and are one id each; no text
/// encodes to a control token. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Pieces are merged by <see cref="BpeTokenizer"/>, whose time grows with the square of a piece's length; the rare piece of thousands of characters
/// goes through a heap of our own instead, so that no text takes longer than n log n.
/// </remarks>
public sealed class BytePairTokenizer : ITokenizer, IStopTokens
{
    private readonly TokenTable _table;
    private readonly TextSplitter _splitter;
    private readonly BpeTokenizer _pieces;
    private readonly LongPieceMerger _longPieces;
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

        _table = new TokenTable(bytes, control, vocabulary.BeginOfText, vocabulary.EndsOfText);
        _splitter = new TextSplitter(
            vocabulary.PreTokenization, new LiteralMatcher(vocabulary.AtomicIds.Select(id => KeyValuePair.Create(vocabulary.Tokens[id], id))));
        Dictionary<string, int> ordinary = Ordinary(vocabulary);
        _pieces = BpeTokenizer.Create(new BpeOptions(ordinary)
        {
            ByteLevel = true,
            Merges = vocabulary.Merges.Select(merge => vocabulary.Tokens[merge.Left] + " " + vocabulary.Tokens[merge.Right]),
        });
        _longPieces = new LongPieceMerger(byteIds, vocabulary.Merges);
        _whole = vocabulary.IgnoreMerges ? ordinary : null;
    }

    /// <inheritdoc />
    public int VocabularySize => _table.Size;

    /// <inheritdoc />
    public int? BeginOfText => _table.BeginOfText;

    /// <inheritdoc />
    public int? EndOfText => _table.EndOfText;

    /// <inheritdoc />
    public IReadOnlySet<int> StopTokens => _table.StopTokens;

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
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)); // Surrogates that stand alone become U+FFFD.
        }

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

    // Without control tokens and atomic strings, which no merge may make.
    private static Dictionary<string, int> Ordinary(BytePairVocabulary vocabulary)
    {
        HashSet<int> added = [.. vocabulary.AtomicIds, .. vocabulary.ControlIds];
        return Enumerable.Range(0, vocabulary.Tokens.Count).Where(id => !added.Contains(id))
            .ToDictionary(id => vocabulary.Tokens[id], StringComparer.Ordinal);
    }

    private void EncodePiece(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_whole is not null && _whole.TryGetValue(ByteAlphabet.Spell(Encoding.UTF8.GetBytes(piece.ToString())), out int id))
        {
            ids.Add(id);
        }
        else if (piece.Length <= LongPieceMerger.LongerThan)
        {
            ids.AddRange(_pieces.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
        }
        else
        {
            _longPieces.Encode(Encoding.UTF8.GetBytes(piece.ToString()), ids);
        }
    }

    private readonly struct IdSink(BytePairTokenizer tokenizer, List<int> ids) : TextSplitter.IPieceSink
    {
        public List<int> Ids => ids;

        public void Piece(ReadOnlySpan<char> text) => tokenizer.EncodePiece(text, ids);

        public void Atomic(int id) => ids.Add(id);
    }
}
