using AutoGpt.Sdk.Models;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training;

/// <summary>Examples of conversations in a model's chat template.</summary>
internal sealed class ChatExamples(IPromptTokenizer tokenizer, ModelChatTemplate template, ChatTemplateOptions options)
{
    public TrainingExample[] Encode(RecordPlace place, IReadOnlyList<ChatMessage> messages, IReadOnlyList<AIFunctionDeclaration> tools)
    {
        try
        {
            Turn[] turns = [.. Enumerable.Range(0, messages.Count).Where(index => messages[index].Role == ChatRole.Assistant).Select(index => Render(place, [.. messages.Take(index + 1)], tools))];
            if (turns.Length == 0)
            {
                throw new DatasetException(place, "no message of the conversation is the assistant's: there is nothing to learn from it.");
            }

            // What follows the last answer would only be read.
            Turn last = turns[^1];
            return Array.TrueForAll(turns, turn => last.Text.StartsWith(turn.Text[..turn.End], StringComparison.Ordinal))
                ? [Encode(last, turns)]
                : [.. turns.Select(turn => Encode(turn, [turn]))];
        }
        catch (ChatTemplateException exception)
        {
            throw new DatasetException(place, $"the chat template does not take the conversation: {exception.Message}", null, exception);
        }
        catch (NotSupportedException exception)
        {
            throw new DatasetException(place, exception.Message, null, exception);
        }
    }

    private TrainingExample Encode(Turn whole, Turn[] turns) => new LearnedText(whole.Text[..whole.End], whole.Untrusted, [.. turns.Select(turn => (turn.Start, turn.End))]).Encode(tokenizer);

    // The conversation up to an answer, as the model reads it before it answers and as it stands afterwards.
    private Turn Render(RecordPlace place, IReadOnlyList<ChatMessage> messages, IReadOnlyList<AIFunctionDeclaration> tools)
    {
        string prompt = template.Render(messages.SkipLast(1), options with { Tools = tools, AddGenerationPrompt = true }).Text;
        RenderedPrompt answered = template.Render(messages, options with { Tools = tools, AddGenerationPrompt = false });
        if (!answered.Text.StartsWith(prompt, StringComparison.Ordinal))
        {
            int common = answered.Text.AsSpan().CommonPrefixLength(prompt);
            throw new DatasetException(
                place,
                $"the chat template begins the answer of message {messages.Count} with '{prompt[common..]}' when the model is to give it, and writes it otherwise once it is given. What the model would have to say cannot be told from that; give records of 'prompt' and 'completion' in the model's own form, without a template.");
        }

        // The line feed after the token that ends a turn is written by the template when the next turn comes, never by the model. Where no token ends the turn, the space does.
        int trimmed = answered.Text.AsSpan().TrimEnd().Length;
        int end = answered.Untrusted is [.., var content] && trimmed <= content.End.Value ? answered.Text.Length : trimmed;
        return end > prompt.Length ? new Turn(answered.Text, [.. answered.Untrusted], prompt.Length, end) : throw new DatasetException(place, $"message {messages.Count}, an answer, is empty.");
    }

    private sealed record Turn(string Text, Range[] Untrusted, int Start, int End);
}
