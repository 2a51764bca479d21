using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>What the <c>post_processor</c> of tokenizer.json puts around a text.</summary>
/// <param name="Stated">Whether there is one at all.</param>
/// <param name="IsTemplate">Whether it says what it puts around a text.</param>
/// <param name="BeginOfText">The id that it puts in front, if one.</param>
/// <param name="EndOfText">The id that it puts behind, if one.</param>
internal readonly record struct PostProcessorFormat(bool Stated, bool IsTemplate, int? BeginOfText, int? EndOfText)
{
    private const string Supported = "a template of one text with at most one control token before and one after it is supported";

    public static PostProcessorFormat Read(JsonElement root, TokenizerJson json)
    {
        if (!root.TryGetProperty("post_processor"u8, out JsonElement processor) || processor.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        JsonElement[] parts = json.Type(processor) == "Sequence" ? [.. json.Array(processor, "processors").EnumerateArray()] : [processor];
        var result = new PostProcessorFormat(true, false, null, null);
        foreach (JsonElement part in parts)
        {
            string type = json.Type(part);
            if (type == "TemplateProcessing")
            {
                result = ReadTemplate(part, json);
            }
            else if (type != "ByteLevel")
            {
                throw json.Error($"its post_processor is of type '{type}'; 'ByteLevel' and 'TemplateProcessing' are supported");
            }
        }

        return result;
    }

    /// <summary>The ids to begin a text with, given what config.json says.</summary>
    /// <param name="configured">bos_token_id.</param>
    /// <param name="tokens">The tokens by their ids.</param>
    /// <returns>The id, and whether one of a usual name is it where there is none.</returns>
    public (int? BeginOfText, bool Unstated) Begin(int? configured, IReadOnlyList<string?> tokens) =>
        !Stated ? (configured, true)
        : IsTemplate ? (BeginOfText, false)
        : configured is int id && TokenTable.IsUsualBegin(tokens[id]) ? (id, false)
        : (null, true); // Files of GPT-2 and Qwen state a bos_token_id that no text begins with: it is the end.

    private static PostProcessorFormat ReadTemplate(JsonElement template, TokenizerJson json)
    {
        int? begin = null;
        int? end = null;
        bool text = false;
        foreach (JsonElement item in json.Array(template, "single").EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("Sequence"u8, out _) && !text)
            {
                text = true;
            }
            else if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("SpecialToken"u8, out JsonElement special) && (text ? end : begin) is null)
            {
                int id = Id(special, template, json);
                (begin, end) = text ? (begin, (int?)id) : (id, end);
            }
            else
            {
                throw json.Error($"its post_processor has the template {template.GetProperty("single").GetRawText()}; {Supported}");
            }
        }

        return text ? new PostProcessorFormat(true, true, begin, end) : throw json.Error($"its post_processor's template has no text; {Supported}");
    }

    private static int Id(JsonElement special, JsonElement template, TokenizerJson json)
    {
        string? name = special.ValueKind == JsonValueKind.Object && special.TryGetProperty("id"u8, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
        JsonElement[] ids = name is null ? [] : [.. json.Array(json.Object(json.Object(template, "special_tokens"), name), "ids").EnumerateArray()];
        return ids is [var only] && only.ValueKind == JsonValueKind.Number && only.TryGetInt32(out int id)
            ? id
            : throw json.Error($"its post_processor's special token '{name}' is not one id");
    }
}
