using System.Text.Encodings.Web;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Reads and writes tokenizer.json: byte-level BPE in Hugging Face's format, and <see cref="CharacterTokenizer"/> under the model type
/// <c>autogpt-characters</c>. Parts of the format that change the ids and are not supported are named in the error, never ignored.
/// </summary>
public static class TokenizerFile
{
    /// <summary>Loads a tokenizer from a file.</summary>
    /// <param name="path">The tokenizer.json.</param>
    /// <exception cref="CheckpointException">The file is absent, damaged, or of a kind that is not supported.</exception>
    public static ITokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(CheckpointBytes.Read(path), path);
    }

    /// <summary>Loads a tokenizer from memory, such as an embedded resource.</summary>
    /// <param name="json">The bytes of tokenizer.json.</param>
    /// <param name="name">What errors call it. Default <c>tokenizer.json</c>.</param>
    /// <exception cref="CheckpointException">The bytes are damaged, or of a kind that is not supported.</exception>
    public static ITokenizer Load(ReadOnlyMemory<byte> json, string name = "tokenizer.json") => Load(json, name, null, []);

    /// <summary>Writes a tokenizer to a file, as a whole or not at all.</summary>
    /// <param name="path">The file, replaced if it is there.</param>
    /// <param name="tokenizer">A tokenizer of this library.</param>
    /// <exception cref="ArgumentException">The tokenizer has no file form.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, ITokenizer tokenizer)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Write(tokenizer));
    }

    /// <summary>Loads with the begin and ends of text that config.json states, where it does.</summary>
    internal static ITokenizer Load(ReadOnlyMemory<byte> json, string name, int? beginOfText, IReadOnlyList<int> endsOfText)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, StrictJson.Options);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model"u8, out JsonElement model) || model.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointException(name, "it has no 'model' and is no tokenizer.json.");
            }

            string? type = model.TryGetProperty("type"u8, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            return type switch
            {
                CharacterTokenizerFormat.Type => CharacterTokenizerFormat.Read(model, name, beginOfText, endsOfText),
                BytePairFormat.Type => BytePairFormat.Read(root, model, name, beginOfText, endsOfText),
                _ => throw new CheckpointException(
                    name, $"the tokenizer's model type is '{type}'; '{BytePairFormat.Type}' (byte-level) and '{CharacterTokenizerFormat.Type}' are supported."),
            };
        }
        catch (Exception exception) when (StrictJson.IsMalformed(exception))
        {
            throw new CheckpointException(name, $"it is not valid JSON: {exception.Message}", exception);
        }
    }

    internal static byte[] Write(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            switch (tokenizer)
            {
                case CharacterTokenizer characters:
                    CharacterTokenizerFormat.Write(json, characters);
                    break;
                case BytePairTokenizer bytePairs:
                    BytePairFormat.Write(json, bytePairs);
                    break;
                default:
                    throw new ArgumentException($"A {tokenizer.GetType().Name} cannot be written to a file.", nameof(tokenizer));
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
