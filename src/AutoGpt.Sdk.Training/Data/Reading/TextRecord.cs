using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training;

/// <summary>A piece of training data as text: a plain text, a prompt with its completion, or a conversation. Immutable.</summary>
public sealed record TextRecord
{
    /// <summary>A plain text; null where the record is none.</summary>
    public string? Text { get; init; }

    /// <summary>What a completion follows; null where the record is none.</summary>
    public string? Prompt { get; init; }

    /// <summary>What is to follow the prompt.</summary>
    public string? Completion { get; init; }

    /// <summary>A conversation; empty where the record is none.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>The tools that the conversation's assistant may call.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Tools { get; init; } = [];

    /// <summary>The class that the text belongs to; null where it has none.</summary>
    public string? Label { get; init; }

    /// <summary>Where the record came from.</summary>
    public RecordPlace Place { get; init; }

    /// <summary>All of its text in order, without label and roles: what is measured, compared and split by.</summary>
    public string Content => Messages.Count > 0 ? string.Join('\n', Messages.SelectMany(message => message.Contents.Select(Written))) : Text ?? $"{Prompt}\n{Completion}";

    /// <summary>The record with its texts changed, those of messages included; label, calls and tools stay.</summary>
    /// <param name="change">Gives the text to put in place of another.</param>
    public TextRecord Map(Func<string, string> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return this with
        {
            Text = Text is null ? null : change(Text),
            Prompt = Prompt is null ? null : change(Prompt),
            Completion = Completion is null ? null : change(Completion),
            Messages = [.. Messages.Select(message => new ChatMessage(message.Role, [.. message.Contents.Select(Changed)]) { AuthorName = message.AuthorName })],
        };

        AIContent Changed(AIContent content) => content switch
        {
            TextContent text => new TextContent(change(text.Text)),
            TextReasoningContent thought => new TextReasoningContent(change(thought.Text)),
            FunctionResultContent { Result: string result } call => new FunctionResultContent(call.CallId, change(result)),
            _ => content,
        };
    }

    private static string Written(AIContent content) => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent thought => thought.Text,
        FunctionCallContent call => $"{call.Name} {string.Join(' ', call.Arguments?.Select(argument => $"{argument.Key} {argument.Value}") ?? [])}",
        FunctionResultContent result => result.Result?.ToString() ?? "",
        _ => "",
    };
}
