using AutoGpt.Sdk.Models;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Puts records behind examples: as earlier turns of the conversation where the model has a chat template, otherwise as text in front of the prompt. What is scored, what is generated from and what
/// training made of a record (<see cref="ExampleEncoder"/>) agree. Thread-safe.
/// </summary>
/// <param name="tokenizer">The model's tokenizer; null for a model that does not show its tokens, which is given messages.</param>
/// <param name="template">The model's chat template; null where it has none.</param>
/// <param name="options">Form of labels, separator of examples.</param>
/// <param name="window">Tokens that fit the context.</param>
internal sealed class EvaluationEncoder(ITokenizer? tokenizer, ModelChatTemplate? template, ModelEvaluationOptions options, int window)
{
    private readonly bool _chat = template is not null || tokenizer is null;

    /// <summary>What is to be foreseen of a record, behind its examples; several for a text that is longer than the context. None where it does not fit.</summary>
    public IReadOnlyList<TrainingExample> Encode(TextRecord record, IReadOnlyList<TextRecord> shots) => Encode(options.LabelFormat.Write(record, _chat), Written(shots), asIs: shots.Count == 0);

    /// <summary>The same with another label than the record's.</summary>
    public IReadOnlyList<TrainingExample> Encode(TextRecord record, string label, IReadOnlyList<TextRecord> shots) =>
        Encode(options.LabelFormat.Write(record, label, _chat), Written(shots), asIs: shots.Count == 0);

    /// <summary>The question a record asks, and its answer; null where it asks none.</summary>
    public (Prompt Prompt, string Reference)? Ask(TextRecord record, IReadOnlyList<TextRecord> shots)
    {
        if (record.Messages.Count > 0)
        {
            // The last answer, after all that was said before.
            int last = record.Messages.ToList().FindLastIndex(message => message.Role == ChatRole.Assistant);
            return last >= 0 && record.Messages[last].Text is { Length: > 0 } answer
                ? (new Prompt { Messages = Behind(Written(shots), [.. record.Messages.Take(last)]), Tools = record.Tools }, answer.Trim())
                : null;
        }

        return record is not { Prompt: { } question, Completion: { } completion } ? null
            : _chat ? (new Prompt { Messages = Behind(Written(shots), [new ChatMessage(ChatRole.User, question)]) }, completion.Trim())
            : (Prompt.Continue(Before(Written(shots)) + question), completion.Trim());
    }

    private TextRecord[] Written(IReadOnlyList<TextRecord> shots) => [.. shots.Select(shot => options.LabelFormat.Write(shot, _chat))];

    private IReadOnlyList<TrainingExample> Encode(TextRecord record, TextRecord[] shots, bool asIs)
    {
        // A text goes on in further pieces. Of an answer a piece would say little.
        OverlongAction overlong = record.Text is null ? OverlongAction.Drop : OverlongAction.Cut;
        ExampleEncoder encoder = new(tokenizer!, template, new ExampleEncoderOptions { MaximumLength = Math.Max(2, window + 1), Overlong = overlong });
        if (asIs)
        {
            return encoder.Encode(record);
        }

        if (!_chat)
        {
            return [.. encoder.Encode(record with { Prompt = Before(shots) + record.Prompt }).Select(WithoutEnd)];
        }

        ChatMessage[] turns = [.. shots.SelectMany(Turns)];
        IReadOnlyList<TrainingExample> examples = encoder.Encode(record with { Prompt = null, Completion = null, Messages = Behind(shots, record.Messages.Count > 0 ? record.Messages : Turns(record)) });
        int shown = turns.Count(message => message.Role == ChatRole.Assistant);

        // One example of all answers, or one for each where the template rewrites what was said.
        return examples is [var whole] && Runs(whole) > shown ? [WithoutFirst(whole, shown)] : [.. examples.Skip(shown)];
    }

    // The examples taught that an empty line comes after an answer, not the end of the text.
    private TrainingExample WithoutEnd(TrainingExample example) =>
        tokenizer!.EndOfText is int end && example.Ids.Span[^1] == end && example.Ids.Length - 1 > example.PromptLength ? example with { Ids = example.Ids[..^1] } : example;

    private static int Runs(TrainingExample example) => Enumerable.Range(1, example.Ids.Length - 1).Count(place => example.Counts(place) && !example.Counts(place - 1));

    // Of a conversation that is one example: the answers of the examples are read, and do not count.
    private static TrainingExample WithoutFirst(TrainingExample example, int answers)
    {
        bool[] learned = [.. Enumerable.Range(0, example.Ids.Length).Select(example.Counts)];
        int place = 0;
        for (int answer = 0; answer < answers; answer++)
        {
            place += learned.AsSpan(place).IndexOf(true);
            int length = learned.AsSpan(place).IndexOf(false);
            learned.AsSpan(place, length).Clear();
            place += length;
        }

        return example with { Learned = learned };
    }

    private string Before(TextRecord[] shots) => string.Concat(shots.Select(shot => shot.Prompt + shot.Completion + options.ShotSeparator));

    // Templates want a system message to come first.
    private static IReadOnlyList<ChatMessage> Behind(TextRecord[] shots, IReadOnlyList<ChatMessage> messages)
    {
        int system = messages.TakeWhile(message => message.Role == ChatRole.System).Count();
        return [.. messages.Take(system), .. shots.SelectMany(Turns), .. messages.Skip(system)];
    }

    // Without a system message, which is the conversation's that is asked.
    private static ChatMessage[] Turns(TextRecord record) => record.Messages.Count > 0
        ? [.. record.Messages.Where(message => message.Role != ChatRole.System)]
        : [new ChatMessage(ChatRole.User, record.Prompt), new ChatMessage(ChatRole.Assistant, record.Completion)];
}
