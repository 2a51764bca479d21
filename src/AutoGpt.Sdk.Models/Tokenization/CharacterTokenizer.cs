using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// One id per Unicode character (scalar value): the characters of a corpus in ascending order, then control tokens. It knows no other character.
/// A lone surrogate counts as U+FFFD, so it does not survive a round trip. Immutable and thread-safe.
/// </summary>
public sealed class CharacterTokenizer : ITokenizer, IStopTokens
{
    private readonly FrozenDictionary<int, int> _ids;
    private readonly TokenTable _table;

    internal CharacterTokenizer(IReadOnlyList<Rune> characters, IReadOnlyList<string> controlTokens, int? beginOfText, IReadOnlyList<int> endsOfText)
    {
        Characters = characters;
        ControlTokens = controlTokens;
        _ids = characters.Select((rune, id) => KeyValuePair.Create(rune.Value, id)).ToFrozenDictionary();
        byte[][] bytes = [.. characters.Select(rune => Encoding.UTF8.GetBytes(rune.ToString())), .. controlTokens.Select(_ => Array.Empty<byte>())];
        _table = new TokenTable(bytes, [.. characters.Select(_ => (string?)null), .. controlTokens], beginOfText, endsOfText);
    }

    /// <inheritdoc />
    public int VocabularySize => _table.Size;

    /// <inheritdoc />
    public int? BeginOfText => _table.BeginOfText;

    /// <inheritdoc />
    public int? EndOfText => _table.EndOfText;

    /// <inheritdoc />
    public IReadOnlySet<int> StopTokens => _table.StopTokens;

    internal IReadOnlyList<Rune> Characters { get; }

    internal IReadOnlyList<string> ControlTokens { get; }

    /// <summary>Takes the vocabulary from a corpus.</summary>
    /// <param name="corpus">Text that has every character the model is to know.</param>
    /// <param name="controlTokens">
    /// Names of control tokens, which get the last ids; <c>&lt;bos&gt;</c> begins a text and <c>&lt;eos&gt;</c> ends it. Default none.
    /// </param>
    /// <exception cref="ArgumentException">A control token is empty or given twice, or there would be no id at all.</exception>
    public static CharacterTokenizer FromText(string corpus, IReadOnlyList<string>? controlTokens = null)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        string[] control = [.. controlTokens ?? []];
        if (control.Any(string.IsNullOrEmpty) || control.Distinct(StringComparer.Ordinal).Count() != control.Length)
        {
            throw new ArgumentException("Control tokens must have names, all different.", nameof(controlTokens));
        }

        var seen = new HashSet<Rune>();
        foreach (Rune rune in corpus.EnumerateRunes())
        {
            seen.Add(rune);
        }

        return seen.Count + control.Length > 0
            ? new CharacterTokenizer([.. seen.Order()], control, null, [])
            : throw new ArgumentException("The corpus is empty.", nameof(corpus));
    }

    /// <summary>The id of a control token, or null where there is none of that name.</summary>
    /// <param name="name">Its name, such as <c>&lt;pad&gt;</c>.</param>
    public int? FindControlToken(string name) => _table.FindControlToken(name);

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The text has a character outside the vocabulary; the message names it.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            ids.Add(_ids.TryGetValue(rune.Value, out int id) ? id : throw Unknown(rune, text));
        }

        return [.. ids];
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids) => _table.Decode(ids);

    /// <inheritdoc />
    public ReadOnlyMemory<byte> GetBytes(int id) => _table.GetBytes(id);

    /// <inheritdoc />
    public bool IsControl(int id) => _table.IsControl(id);

    private ArgumentException Unknown(Rune rune, string text)
    {
        string shown = Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) ? "" : $" '{rune}'";
        return new(
            string.Create(CultureInfo.InvariantCulture, $"The character U+{rune.Value:X4}{shown} at index {text.IndexOf(rune.ToString(), StringComparison.Ordinal)} ")
            + $"is not among the {Characters.Count} characters this tokenizer knows. Remove it, or train with a corpus that has it.",
            nameof(text));
    }
}
