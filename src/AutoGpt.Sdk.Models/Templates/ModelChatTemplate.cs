using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The chat template that came with a model, and the special tokens that it reads by name. Some models have a second template for conversations with tools.
/// Immutable and thread-safe.
/// </summary>
public sealed class ModelChatTemplate
{
    private const string Default = "default";
    private const string WithTools = "tool_use";

    private readonly ChatTemplate _template;
    private readonly ChatTemplate? _toolTemplate;

    private ModelChatTemplate(ChatTemplate template, ChatTemplate? toolTemplate, IReadOnlyDictionary<string, object?> specialTokens)
    {
        _template = template;
        _toolTemplate = toolTemplate;
        SpecialTokens = specialTokens;
    }

    /// <summary>The special tokens by the names that templates use, such as <c>bos_token</c>; those the model does not have are not there.</summary>
    public IReadOnlyDictionary<string, object?> SpecialTokens { get; }

    /// <summary>The template of a model as a user has it: a GGUF file, or a folder as Hugging Face lays it out.</summary>
    /// <param name="path">The file or folder.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="CheckpointException">There is nothing, something is damaged, or the template cannot be compiled.</exception>
    public static ModelChatTemplate? Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            return FromFolder(path);
        }

        using GgufFile file = GgufFile.Open(path);
        return FromGguf(file.Metadata);
    }

    /// <summary>
    /// The template of a Hugging Face folder: chat_template.jinja, <c>chat_template</c> of tokenizer_config.json (a text, or a list of named ones of which
    /// <c>default</c> and <c>tool_use</c> are used) or chat_template.json.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="CheckpointException">A file is damaged, or the template cannot be compiled; the cause is then a <see cref="ChatTemplateException"/>.</exception>
    public static ModelChatTemplate? FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return FolderTemplates.Read(folder) is { } found ? Compile(found.Source, found.Templates, FolderTemplates.ReadSpecialTokens(folder)) : null;
    }

    /// <summary>The template of a GGUF file: <c>tokenizer.chat_template</c>, and <c>tokenizer.chat_template.tool_use</c> where it is there.</summary>
    /// <param name="metadata">The file's keys.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="CheckpointException">A key is not what it must be, or the template cannot be compiled; the cause is then a <see cref="ChatTemplateException"/>.</exception>
    public static ModelChatTemplate? FromGguf(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        const string key = "tokenizer.chat_template";
        Dictionary<string, string> templates = [];
        foreach ((string name, string suffix) in (ReadOnlySpan<(string, string)>)[(Default, ""), (WithTools, "." + WithTools)])
        {
            if (metadata.Text(key + suffix, "") is { Length: > 0 } text)
            {
                templates.Add(name, text);
            }
        }

        if (!templates.ContainsKey(Default))
        {
            return null;
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

        return Compile(key, templates, tokens);
    }

    /// <summary>The template for a conversation.</summary>
    /// <param name="withTools">Whether it has tools.</param>
    public ChatTemplate For(bool withTools) => withTools && _toolTemplate is not null ? _toolTemplate : _template;

    /// <summary>Renders a conversation by the template for it, with the model's special tokens unless the options set them.</summary>
    /// <inheritdoc cref="ChatTemplate.Render(IEnumerable{ChatMessage}, ChatTemplateOptions?, CancellationToken)"/>
    public RenderedPrompt Render(IEnumerable<ChatMessage> messages, ChatTemplateOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = WithSpecialTokens(options);
        return For(options.Tools.Count > 0).Render(messages, options, cancellationToken);
    }

    /// <summary>The options with the model's special tokens among the variables, where these do not set them.</summary>
    /// <param name="options">Default: the default options.</param>
    public ChatTemplateOptions WithSpecialTokens(ChatTemplateOptions? options = null)
    {
        options ??= new ChatTemplateOptions();
        Dictionary<string, object?> variables = new(SpecialTokens);
        foreach ((string name, object? value) in options.Variables)
        {
            variables[name] = value;
        }

        return options with { Variables = variables };
    }

    private static ModelChatTemplate Compile(string source, Dictionary<string, string> templates, IReadOnlyDictionary<string, object?> tokens)
    {
        try
        {
            return templates.TryGetValue(Default, out string? text)
                ? new ModelChatTemplate(ChatTemplate.Compile(text), templates.TryGetValue(WithTools, out string? tools) ? ChatTemplate.Compile(tools) : null, tokens)
                : throw new CheckpointException(source, $"none of its chat templates is named '{Default}': {string.Join(", ", templates.Keys)}.");
        }
        catch (ChatTemplateException exception)
        {
            throw new CheckpointException(source, $"unsupported chat template: {exception.Message}", exception);
        }
    }
}
