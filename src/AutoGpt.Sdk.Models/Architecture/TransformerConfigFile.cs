using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// <see cref="TransformerConfig"/> as config.json. Hugging Face's <c>llama</c>, <c>mistral</c>, <c>qwen2</c>, <c>qwen3</c> and <c>gpt2</c> are read. A shape
/// that one of the first four expresses is written as such, so that other programs read it; every other shape as <c>autogpt</c>, which is read too. What a
/// file asks for and this library does not do is named in the error, never ignored.
/// </summary>
public static class TransformerConfigFile
{
    internal const string Native = "autogpt";

    /// <summary>Reads config.json.</summary>
    /// <param name="json">The file's bytes, UTF-8.</param>
    /// <param name="name">What errors call it. Default <c>config.json</c>.</param>
    /// <exception cref="CheckpointException">It is no valid JSON, lacks a field, or describes a network this library does not have.</exception>
    public static TransformerConfig Read(ReadOnlyMemory<byte> json, string name = "config.json") => Parse(json, name).Config;

    /// <summary>Writes config.json.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="tokenizer">Whose begin and ends of text are recorded; other programs assume ids 1 and 2 where a file says nothing. Default none.</param>
    /// <returns>The file's bytes, UTF-8.</returns>
    /// <exception cref="ArgumentException">The shape is impossible.</exception>
    public static byte[] Write(TransformerConfig config, ITokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            if (LlamaFamily.Of(config) is LlamaFamily family)
            {
                LlamaConfigFormat.Write(json, config, family);
            }
            else
            {
                NativeConfigFormat.Write(json, config);
            }

            WriteId(json, "bos_token_id"u8, tokenizer?.BeginOfText);
            WriteEnds(json, tokenizer);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    internal static ConfigFile Parse(ReadOnlyMemory<byte> json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, StrictJson.Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointException(name, "it is not a JSON object. A model's config.json is one.");
            }

            var fields = new ConfigFields(document.RootElement, name);
            string type = fields.Text("model_type");
            TransformerConfig config = type switch
            {
                Native => NativeConfigFormat.Read(fields),
                Gpt2ConfigFormat.ModelType => Gpt2ConfigFormat.Read(fields),
                _ when LlamaFamily.All.FirstOrDefault(family => family.ModelType == type) is LlamaFamily family => LlamaConfigFormat.Read(fields, family),
                _ => throw new CheckpointException(
                    name, $"model_type is '{type}'; {string.Join(", ", LlamaFamily.All.Select(family => $"'{family.ModelType}'"))}, '{Gpt2ConfigFormat.ModelType}' and '{Native}' are supported."),
            };
            RequirePossible(config, name);
            return new ConfigFile(type, config, fields.Ids("bos_token_id") is [int begin, ..] ? begin : null, fields.Ids("eos_token_id"));
        }
        catch (Exception exception) when (StrictJson.IsMalformed(exception))
        {
            throw new CheckpointException(name, $"it is not valid JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a shape that a file describes and that cannot be, or is beyond reason.</summary>
    /// <param name="config">The shape; each number is at least 1.</param>
    /// <param name="name">The file.</param>
    internal static void RequirePossible(TransformerConfig config, string name)
    {
        RequireAddressable(config, name);
        try
        {
            config.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new CheckpointException(name, $"the shape it describes is impossible: {exception.Message}", exception);
        }
    }

    // Every tensor's size is computed from these products in 32 or 64 bits further on. Each number is at least 1: the readers of the fields see to it.
    private static void RequireAddressable(TransformerConfig config, string name)
    {
        long widest = Math.Max((long)config.Heads * config.HeadSize, Math.Max(config.FeedForwardWidth, config.Width));
        long rows = Math.Max(config.VocabularySize, Math.Max(config.ContextLength, widest));
        if (widest > 1 << 24 || rows > 1 << 28 || config.Layers > 1 << 16)
        {
            throw new CheckpointException(
                name, $"the network it describes is beyond reason: {config.Layers} layers, {config.Heads} heads of {config.HeadSize}, "
                + $"width {config.Width}, feed-forward width {config.FeedForwardWidth}, vocabulary {config.VocabularySize}, context {config.ContextLength}.");
        }

        if (config.ContextLength > config.LongestContext)
        {
            throw new CheckpointException(
                name, $"the context (max_position_embeddings) is {config.ContextLength}; a network of this shape can have at most {config.LongestContext}.");
        }
    }

    // Of several ids the first is the one that ends a text of this library's making.
    private static void WriteEnds(Utf8JsonWriter json, ITokenizer? tokenizer)
    {
        int? end = tokenizer?.EndOfText;
        int[] further = tokenizer is IStopTokens stops ? [.. stops.StopTokens.Where(id => id != end).Order()] : [];
        if (end is not int first || further.Length == 0)
        {
            WriteId(json, "eos_token_id"u8, end);
            return;
        }

        json.WriteStartArray("eos_token_id"u8);
        foreach (int id in (int[])[first, .. further])
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
    }

    private static void WriteId(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? id)
    {
        if (id is int value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

/// <summary>What config.json says.</summary>
/// <param name="ModelType">model_type.</param>
/// <param name="Config">The shape.</param>
/// <param name="BeginOfText">bos_token_id.</param>
/// <param name="EndsOfText">eos_token_id, which may be several; empty where there is none.</param>
internal sealed record ConfigFile(string ModelType, TransformerConfig Config, int? BeginOfText, IReadOnlyList<int> EndsOfText);
