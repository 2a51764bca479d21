using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Prompts by the model's own chat template: the instructions become the system message, the sections a user message in front of the conversation, the tools
/// the template's tools; the text ends where the answer begins. Control tokens are read where the template wrote them and nowhere else: a message that spells one
/// is encoded as the text it is. Thread-safe.
/// </summary>
/// <remarks>
/// The text begins with what the template begins it with: <see cref="ITokenizer.BeginOfText"/> is there where the template writes it, as models are trained.
/// Where a template refuses a system message or leaves it out, as some families' do, the instructions begin the first user message instead; found out once, when this is made.
/// </remarks>
public sealed class ChatPromptFormat : IPromptFormat
{
    private readonly ModelChatTemplate _template;
    private readonly ChatTemplateOptions _options;
    private readonly bool _takesSystem;

    /// <summary>Creates the format.</summary>
    /// <param name="template">The model's template.</param>
    /// <param name="options">Variables and limits; its tools are replaced by the prompt's. Default: none.</param>
    /// <exception cref="ChatTemplateException">The template cannot render even one user message.</exception>
    public ChatPromptFormat(ModelChatTemplate template, ChatTemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(template);
        _template = template;
        _options = template.WithSpecialTokens(options) with { Tools = [], AddGenerationPrompt = true };
        ChatMessage user = new(ChatRole.User, "Hi");
        _ = template.Render([user], _options);
        _takesSystem = Takes("Answer with figures.", user);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The prompt is empty, or the tokenizer cannot read control tokens (<see cref="IPromptTokenizer"/>).</exception>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, is at fault or reaches a limit.</exception>
    public int[] Format(Prompt prompt, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer is not IPromptTokenizer trusted)
        {
            throw new ArgumentException($"A {tokenizer.GetType().Name} cannot read a chat template's control tokens.", nameof(tokenizer));
        }

        RenderedPrompt rendered = Render(prompt);
        return trusted.EncodeTrusted(rendered.Text, rendered.Untrusted);
    }

    /// <summary>The text of a prompt.</summary>
    /// <param name="prompt">The prompt; its <see cref="Prompt.Text"/> is null.</param>
    /// <inheritdoc cref="Format"/>
    public RenderedPrompt Render(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        List<ChatMessage> messages = [.. prompt.Messages];
        if (prompt.Sections.Count > 0)
        {
            BeginUser(messages, string.Join("\n\n", prompt.Sections.Select(section => $"# {section.Name}\n{section.Text}")));
        }

        if (prompt.Instructions is { Length: > 0 } instructions)
        {
            if (_takesSystem)
            {
                BeginSystem(messages, instructions);
            }
            else
            {
                BeginUser(messages, instructions);
            }
        }

        return messages.Count > 0 ? _template.Render(messages, _options with { Tools = prompt.Tools }) : throw new ArgumentException("The prompt is empty.", nameof(prompt));
    }

    // Many templates want user and assistant to take turns: what comes first joins the message that is there.
    private static void BeginUser(List<ChatMessage> messages, string text)
    {
        int at = messages.FindIndex(message => message.Role != ChatRole.System);
        at = at < 0 ? messages.Count : at;
        if (at < messages.Count && messages[at].Role == ChatRole.User)
        {
            messages[at] = new ChatMessage(ChatRole.User, [new TextContent(text + "\n\n"), .. messages[at].Contents]) { AuthorName = messages[at].AuthorName };
        }
        else
        {
            messages.Insert(at, new ChatMessage(ChatRole.User, text));
        }
    }

    private static void BeginSystem(List<ChatMessage> messages, string text)
    {
        if (messages is [{ } first, ..] && first.Role == ChatRole.System)
        {
            messages[0] = new ChatMessage(ChatRole.System, [new TextContent(text + "\n\n"), .. first.Contents]);
        }
        else
        {
            messages.Insert(0, new ChatMessage(ChatRole.System, text));
        }
    }

    // Some templates refuse what is no turn of user or assistant, others leave it out.
    private bool Takes(string instructions, ChatMessage user)
    {
        try
        {
            return _template.Render([new ChatMessage(ChatRole.System, instructions), user], _options).Text.Contains(instructions, StringComparison.Ordinal);
        }
        catch (ChatTemplateException exception) when (exception.RaisedByTemplate)
        {
            return false;
        }
    }
}
