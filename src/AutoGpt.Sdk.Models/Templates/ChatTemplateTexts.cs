namespace AutoGpt.Sdk.Models;

/// <summary>The chat templates that a model came with, as they are written: they can be passed on whether or not this library renders them.</summary>
/// <param name="Source">The file or key they stand in, for errors.</param>
/// <param name="Templates">By name; none where the model has none.</param>
/// <param name="SpecialTokens">The spelling of special tokens by the names that templates use.</param>
internal sealed record ChatTemplateTexts(string Source, IReadOnlyDictionary<string, string> Templates, IReadOnlyDictionary<string, object?> SpecialTokens)
{
    public const string Default = "default";
    public const string WithTools = "tool_use";

    /// <summary>The key of a GGUF file; a further template's has its name appended after a dot.</summary>
    public const string Key = "tokenizer.chat_template";

    /// <summary>Of a model that came with nothing.</summary>
    public static ChatTemplateTexts None { get; } = new("", new Dictionary<string, string>(), new Dictionary<string, object?>());

    public static ChatTemplateTexts FromFolder(string folder)
    {
        (string source, Dictionary<string, string> templates) = FolderTemplates.Read(folder) ?? (folder, []);
        return new ChatTemplateTexts(source, templates, FolderTemplates.ReadSpecialTokens(folder));
    }

    public static ChatTemplateTexts FromGguf(GgufMetadata metadata)
    {
        Dictionary<string, string> templates = [];
        foreach ((string name, string suffix) in (ReadOnlySpan<(string, string)>)[(Default, ""), (WithTools, "." + WithTools)])
        {
            if (metadata.Text(Key + suffix, "") is { Length: > 0 } text)
            {
                templates.Add(name, text);
            }
        }

        if (!templates.ContainsKey(Default))
        {
            templates.Clear();
        }

        Dictionary<string, object?> tokens = [];
        IReadOnlyList<string> spellings = metadata.Texts("tokenizer.ggml.tokens", []);
        foreach ((string name, string id) in (ReadOnlySpan<(string, string)>)[("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"), ("pad_token", "padding")])
        {
            if (metadata.Integer($"tokenizer.ggml.{id}_token_id", -1) is >= 0 and var at && at < spellings.Count)
            {
                tokens.Add(name, spellings[(int)at]);
            }
        }

        return new ChatTemplateTexts(Key, templates, tokens);
    }
}
