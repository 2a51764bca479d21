using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The chat template that came with a model, and the special tokens that it reads by name. Some models have a second template for conversations with tools.
/// Immutable and thread-safe.
/// </summary>
public sealed class ModelChatTemplate
{
    private readonly ChatTemplate _template;
    private readonly ChatTemplate? _toolTemplate;

    private ModelChatTemplate(ChatTemplate template, ChatTemplate? toolTemplate, ChatTemplateTexts texts)
    {
        _template = template;
        _toolTemplate = toolTemplate;
        Texts = texts;
    }

    /// <summary>The special tokens by the names that templates use, such as <c>bos_token</c>; those the model does not have are not there.</summary>
    public IReadOnlyDictionary<string, object?> SpecialTokens => Texts.SpecialTokens;

    internal ChatTemplateTexts Texts { get; }

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
        return Compile(ChatTemplateTexts.FromFolder(folder));
    }

    /// <summary>The template of a GGUF file: <c>tokenizer.chat_template</c>, and <c>tokenizer.chat_template.tool_use</c> where it is there.</summary>
    /// <param name="metadata">The file's keys.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="CheckpointException">A key is not what it must be, or the template cannot be compiled; the cause is then a <see cref="ChatTemplateException"/>.</exception>
    public static ModelChatTemplate? FromGguf(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return Compile(ChatTemplateTexts.FromGguf(metadata));
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

    /// <summary>Compiles what a model came with; null where it has none.</summary>
    internal static ModelChatTemplate? Compile(ChatTemplateTexts texts)
    {
        if (texts.Templates.Count == 0)
        {
            return null;
        }

        try
        {
            return texts.Templates.TryGetValue(ChatTemplateTexts.Default, out string? text)
                ? new ModelChatTemplate(ChatTemplate.Compile(text), texts.Templates.TryGetValue(ChatTemplateTexts.WithTools, out string? tools) ? ChatTemplate.Compile(tools) : null, texts)
                : throw new CheckpointException(texts.Source, $"none of its chat templates is named '{ChatTemplateTexts.Default}': {string.Join(", ", texts.Templates.Keys)}.");
        }
        catch (ChatTemplateException exception)
        {
            throw new CheckpointException(texts.Source, $"unsupported chat template: {exception.Message}", exception);
        }
    }
}
