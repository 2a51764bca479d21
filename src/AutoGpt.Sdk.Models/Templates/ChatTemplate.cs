using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A model's chat template: the Jinja program that turns a conversation into the text the model was trained on, as Hugging Face's <c>apply_chat_template</c>
/// runs it (<c>trim_blocks</c>, <c>lstrip_blocks</c>, <c>loopcontrols</c>, <c>generation</c>, its own <c>tojson</c>). Compiled once, rendered often;
/// immutable and thread-safe.
/// </summary>
/// <remarks>
/// A template comes with a model somebody downloaded. It can read its variables and write text, nothing else, and <see cref="ChatTemplateLimits"/> bound what that costs.
/// A construct, filter, test, function or method that is not supported is refused when the template is compiled.
/// </remarks>
public sealed class ChatTemplate
{
    private const int MaximumLength = 1 << 20;

    private readonly string _source;
    private readonly IReadOnlyList<Statement> _statements;

    private ChatTemplate(string source, IReadOnlyList<Statement> statements)
    {
        _source = source;
        _statements = statements;
    }

    /// <summary>Compiles a template.</summary>
    /// <param name="text">The template, up to a million characters.</param>
    /// <exception cref="ChatTemplateException">It is malformed, or uses what is not supported; with line and column.</exception>
    public static ChatTemplate Compile(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaximumLength)
        {
            throw new ChatTemplateException($"it has {text.Length} characters, more than {MaximumLength}.", 1, 1);
        }

        string source = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        source = source.EndsWith('\n') ? source[..^1] : source;
        return new ChatTemplate(source, StatementParser.Parse(source));
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">
    /// The messages. Calls, results, reasoning and several texts in one become the fields of Hugging Face's convention: <c>tool_calls</c>, a message of the role
    /// <c>tool</c> for each result, <c>reasoning_content</c>.
    /// </param>
    /// <param name="options">Tools, variables and the rest. Default: none, and the prompt for an answer at the end.</param>
    /// <param name="cancellationToken">Stops rendering.</param>
    /// <exception cref="NotSupportedException">A message holds what has no form in a chat template here, such as an image or an argument of a type of its own.</exception>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, is at fault or reaches a limit.</exception>
    public RenderedPrompt Render(IEnumerable<ChatMessage> messages, ChatTemplateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        options ??= new ChatTemplateOptions();
        return Render(ChatMessageValues.Of(messages), options.Tools.Count == 0 ? NoneValue.Instance : ChatMessageValues.Of(options.Tools), options, cancellationToken);
    }

    /// <summary>Renders a conversation that is there as JSON in Hugging Face's convention.</summary>
    /// <param name="messages">An array of objects with a <c>role</c> and whatever else the template reads.</param>
    /// <param name="tools">An array of tools, usually <c>{"type":"function","function":{…}}</c>; null for those of the options.</param>
    /// <param name="options">Variables and the rest. Default: none, and the prompt for an answer at the end.</param>
    /// <param name="cancellationToken">Stops rendering.</param>
    /// <exception cref="ArgumentException">The messages are no array of objects, or the tools no array.</exception>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, is at fault or reaches a limit.</exception>
    public RenderedPrompt Render(JsonElement messages, JsonElement? tools = null, ChatTemplateOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (messages.ValueKind != JsonValueKind.Array || messages.EnumerateArray().Any(message => message.ValueKind != JsonValueKind.Object))
        {
            throw new ArgumentException("The messages must be a JSON array of objects.", nameof(messages));
        }

        if (tools is { ValueKind: not JsonValueKind.Array })
        {
            throw new ArgumentException("The tools must be a JSON array.", nameof(tools));
        }

        options ??= new ChatTemplateOptions();
        TemplateValue listed = tools is { } given ? JsonValues.Of(given, isTrusted: false)
            : options.Tools.Count == 0 ? NoneValue.Instance : ChatMessageValues.Of(options.Tools);
        return Render(ChatMessageValues.Of(messages), listed, options, cancellationToken);
    }

    private RenderedPrompt Render(TemplateValue messages, TemplateValue tools, ChatTemplateOptions options, CancellationToken cancellationToken)
    {
        TemplateScope variables = new(null);
        variables.Set("documents", NoneValue.Instance);
        foreach ((string name, object? value) in options.Variables)
        {
            variables.Set(name, JsonValues.Of(value, isTrusted: true));
        }

        variables.Set("messages", messages);
        variables.Set("tools", tools);
        variables.Set("add_generation_prompt", BooleanValue.Of(options.AddGenerationPrompt));
        RenderState state = new(new RenderBudget(options.Limits, cancellationToken), options.Time);
        return new RenderedPrompt(new TemplateRenderer(_source, state, variables).Render(_statements));
    }
}
