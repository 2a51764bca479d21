namespace AutoGpt.Sdk.Models;

/// <summary>What a token of a GGUF file is, by its number there.</summary>
internal enum GgufTokenType
{
    Undefined,
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

/// <summary>The tokens of a GGUF file with their types, checked.</summary>
internal sealed class GgufTokens
{
    private const string Tokens = "tokenizer.ggml.tokens";
    private const string Types = "tokenizer.ggml.token_type";

    private readonly GgufMetadata _metadata;
    private readonly string?[] _texts;
    private readonly GgufTokenType[] _types;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    private GgufTokens(GgufMetadata metadata, IReadOnlyList<string> texts, IReadOnlyList<long>? types)
    {
        _metadata = metadata;
        _texts = new string?[texts.Count];
        _types = new GgufTokenType[texts.Count];
        for (int id = 0; id < texts.Count; id++)
        {
            _types[id] = types is null ? GgufTokenType.Normal
                : types[id] is >= 0 and <= (long)GgufTokenType.Byte ? (GgufTokenType)types[id]
                : throw metadata.Broken($"token {id} of the tokenizer has the type {types[id]}; 0 to {(long)GgufTokenType.Byte} exist");
            if (texts[id].Length == 0 || _types[id] == GgufTokenType.Unused)
            {
                continue; // Fills the vocabulary up to the network's; no text becomes it.
            }

            _texts[id] = texts[id];
            if (!_ids.TryAdd(texts[id], id))
            {
                throw metadata.Broken($"the tokens {_ids[texts[id]]} and {id} of the tokenizer are both '{texts[id]}'");
            }
        }
    }

    /// <summary>The spelling of each id; null where it stands for nothing.</summary>
    public IReadOnlyList<string?> Texts => _texts;

    public static GgufTokens Read(GgufMetadata metadata)
    {
        IReadOnlyList<string> texts = metadata.Texts(Tokens);
        IReadOnlyList<long>? types = metadata.ContainsKey(Types) ? metadata.Integers(Types) : null;
        return texts.Count == 0 ? throw metadata.Broken($"{Tokens} is empty")
            : types is not null && types.Count != texts.Count ? throw metadata.Broken($"{Tokens} has {texts.Count} entries, {Types} {types.Count}")
            : new GgufTokens(metadata, texts, types);
    }

    public int? Find(string text) => _ids.TryGetValue(text, out int id) ? id : null;

    public int? FindControl(string text) => Find(text) is int id && _types[id] == GgufTokenType.Control ? id : null;

    /// <summary>Whether text can become this token by merging.</summary>
    public bool IsOrdinary(int id) => _texts[id] is not null && _types[id] is GgufTokenType.Normal or GgufTokenType.UserDefined or GgufTokenType.Undefined;

    /// <summary>The id that a key names, if it is there; from now on a control token.</summary>
    public int? Control(GgufMetadata metadata, string key)
    {
        if (!metadata.ContainsKey(key))
        {
            return null;
        }

        long id = metadata.Integer(key);
        if (id < 0 || id >= _texts.Length || _texts[id] is null || _types[id] == GgufTokenType.Byte)
        {
            throw metadata.Broken($"{key} is {id}, which is no token that could stand for it");
        }

        _types[id] = GgufTokenType.Control;
        return (int)id;
    }

    /// <summary>Makes tokens of certain names control tokens, where they are there and no bytes.</summary>
    public void MakeControl(IEnumerable<string> names)
    {
        foreach (int id in names.Select(Find).OfType<int>().Where(id => _types[id] != GgufTokenType.Byte))
        {
            _types[id] = GgufTokenType.Control;
        }
    }

    public void RequireNone(GgufTokenType type, string model)
    {
        if (Array.IndexOf(_types, type) is >= 0 and var id)
        {
            throw _metadata.Broken($"token {id} of the tokenizer, '{_texts[id]}', is of type {type}, which a '{model}' tokenizer does not have");
        }
    }

    /// <summary>The ids of the 256 bytes.</summary>
    public int[] ByteIds() => [.. Enumerable.Range(0, 256).Select(value => Find(SentencePieceVocabulary.ByteName(value)) is int id && _types[id] == GgufTokenType.Byte
        ? id
        : throw _metadata.Broken($"the tokenizer has no token for the byte {SentencePieceVocabulary.ByteName(value)}"))];

    /// <summary>Tokens that are looked for before merging. That of the unknown counts as control: bytes leave nothing unknown.</summary>
    public List<AddedToken> Added()
    {
        var added = new List<AddedToken>();
        for (int id = 0; id < _texts.Length; id++)
        {
            if (_texts[id] is string text && _types[id] is GgufTokenType.Control or GgufTokenType.Unknown or GgufTokenType.UserDefined)
            {
                added.Add(WellFormedText.Is(text)
                    ? new AddedToken(id, text, _types[id] != GgufTokenType.UserDefined)
                    : throw _metadata.Broken($"token {id} of the tokenizer is no valid Unicode"));
            }
        }

        return added;
    }
}
