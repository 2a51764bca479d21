using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>tokenizer.json of BPE as Hugging Face's tokenizers library writes it: byte-level here, the other kind by <see cref="SentencePieceFormat"/>.</summary>
/// <remarks>
/// Not read, because they concern what a caller does with ids rather than the ids of a text: <c>truncation</c>, <c>padding</c>.
/// </remarks>
internal static class BytePairFormat
{
    public const string Type = "BPE";

    public static ITokenizer Read(JsonElement root, JsonElement model, string name, int? beginOfText, IReadOnlyList<int> endsOfText)
    {
        var json = new TokenizerJson(name);
        json.RequireNone(model, "dropout");
        json.RequireNone(model, "continuing_subword_prefix");
        json.RequireNone(model, "end_of_word_suffix");
        Dictionary<string, int> ids = VocabularyFormat.ReadIds(model, json);
        List<(int Left, int Right, int Result)> merges = VocabularyFormat.ReadMerges(model, ids, json);
        List<AddedToken> added = AddedTokenFormat.Read(root, ids, json);
        string?[] tokens = VocabularyFormat.InOrder(ids, json);
        HashSet<int> control = [.. added.Where(token => token.Control).Select(token => token.Id)];
        json.RequireControl(beginOfText, endsOfText, control);
        PostProcessorFormat post = PostProcessorFormat.Read(root, json);
        json.RequireControlAround(post.BeginOfText, control);
        json.RequireControlAround(post.EndOfText, control);
        (int? begin, bool unstated) = post.Begin(beginOfText, tokens);
        if (json.Flag(model, "byte_fallback"))
        {
            return SentencePieceFormat.Read(root, model, json, new SentencePieceFormat.Parts(ids, tokens, merges, added)
            {
                BeginOfText = begin,
                BeginsUnstated = unstated,
                EndsOfText = endsOfText,
                AddsEndOfText = post.EndOfText is not null,
            });
        }

        json.RequireType(root, "decoder", "ByteLevel");
        if (Enumerable.Range(0, 256).Any(value => !ids.ContainsKey(ByteAlphabet.Character((byte)value).ToString())))
        {
            json.RequireNone(model, "unk_token"); // It would stand for the bytes that have no token.
        }

        TextNormalizer normalizer = NormalizerFormat.Read(root, json);
        if (normalizer != TextNormalizer.None && !normalizer.Composes)
        {
            throw json.Error("its normalizer puts U+2581 for spaces, which does not go with byte-level tokens");
        }

        var vocabulary = new BytePairVocabulary
        {
            Tokens = tokens,
            Merges = merges,
            Added = added,
            PreTokenization = PreTokenizerFormat.Read(root, json),
            Normalizer = normalizer,
            IgnoreMerges = json.Flag(model, "ignore_merges"),
            BeginOfText = begin,
            BeginsUnstated = unstated,
            EndsOfText = endsOfText,
            AddsEndOfText = post.EndOfText is not null,
        };
        try
        {
            return new BytePairTokenizer(vocabulary);
        }
        catch (ArgumentException exception)
        {
            throw json.Error($"its vocabulary does not hold together: {exception.Message}", exception);
        }
    }

    public static void Write(Utf8JsonWriter json, BytePairTokenizer tokenizer)
    {
        BytePairVocabulary vocabulary = tokenizer.Vocabulary;
        json.WriteString("version"u8, "1.0"u8);
        json.WriteNull("truncation"u8);
        json.WriteNull("padding"u8);
        AddedTokenFormat.Write(json, vocabulary.Added);
        NormalizerFormat.Write(json, vocabulary.Normalizer);
        PreTokenizerFormat.Write(json, vocabulary.PreTokenization);
        json.WriteNull("post_processor"u8);
        json.WriteStartObject("decoder"u8);
        PreTokenizerFormat.WriteByteLevel(json, useRegex: true);
        json.WriteEndObject();
        json.WriteStartObject("model"u8);
        json.WriteString("type"u8, Type);
        json.WriteNull("dropout"u8);
        json.WriteNull("unk_token"u8);
        json.WriteNull("continuing_subword_prefix"u8);
        json.WriteNull("end_of_word_suffix"u8);
        json.WriteBoolean("fuse_unk"u8, false);
        json.WriteBoolean("byte_fallback"u8, false);
        json.WriteBoolean("ignore_merges"u8, vocabulary.IgnoreMerges);
        json.WriteStartObject("vocab"u8);
        for (int id = 0; id < vocabulary.Tokens.Count; id++)
        {
            if (vocabulary.Tokens[id] is string token)
            {
                json.WriteNumber(token, id);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("merges"u8);
        foreach ((int left, int right, _) in vocabulary.Merges)
        {
            json.WriteStringValue($"{vocabulary.Tokens[left]} {vocabulary.Tokens[right]}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
