using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>tokenizer.json of a <see cref="CharacterTokenizer"/>: <c>{"model":{"type":"autogpt-characters", …}}</c>.</summary>
internal static class CharacterTokenizerFormat
{
    public const string Type = "autogpt-characters";

    public static CharacterTokenizer Read(JsonElement model, string name, int? beginOfText, IReadOnlyList<int> endsOfText)
    {
        if (!model.TryGetProperty("characters"u8, out JsonElement text) || text.ValueKind != JsonValueKind.String
            || !model.TryGetProperty("control_tokens"u8, out JsonElement control) || control.ValueKind != JsonValueKind.Array
            || control.EnumerateArray().Any(token => token.ValueKind != JsonValueKind.String))
        {
            throw new CheckpointException(name, $"a model of type '{Type}' must have the string 'characters' and the list of strings 'control_tokens'.");
        }

        Rune[] characters = [.. text.GetString()!.EnumerateRunes()];
        string[] tokens = [.. control.EnumerateArray().Select(token => token.GetString()!)];
        if (characters.Distinct().Count() != characters.Length || tokens.Distinct(StringComparer.Ordinal).Count() != tokens.Length
            || characters.Length + tokens.Length == 0)
        {
            throw new CheckpointException(name, "its characters and control tokens must be at least one and all different.");
        }

        // Control tokens have the last ids.
        HashSet<int> controlIds = [.. Enumerable.Range(characters.Length, tokens.Length)];
        new TokenizerJson(name).RequireControl(beginOfText, endsOfText, controlIds);
        return new CharacterTokenizer(characters, tokens, beginOfText, endsOfText);
    }

    public static void Write(Utf8JsonWriter json, CharacterTokenizer tokenizer)
    {
        json.WriteStartObject("model"u8);
        json.WriteString("type"u8, Type);
        json.WriteString("characters"u8, string.Concat(tokenizer.Characters));
        json.WriteStartArray("control_tokens"u8);
        foreach (string token in tokenizer.ControlTokens)
        {
            json.WriteStringValue(token);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
