using AutoGpt.Sdk.Models;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Makes examples of records: a text between the tokens that begin and end one; a prompt with its completion, or a conversation, in the model's chat template, with the loss on what the assistant
/// says – up to and with the token that ends its turn – and on nothing else. Prompts are cut into tokens on their own, as they are when the model answers. Not thread-safe.
/// </summary>
/// <remarks>
/// A conversation is one example where the template writes each turn the same whatever follows. Some templates do not, such as those that leave earlier reasoning out: each answer then is an
/// example of its own, after what the model would read when it gives it.
/// </remarks>
public sealed class ExampleEncoder
{
    private readonly ITokenizer _tokenizer;
    private readonly ChatExamples? _chat;
    private readonly ExampleEncoderOptions _options;

    /// <summary>Creates an encoder.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">The model's chat template; null for a model without one, whose prompts and completions follow each other as they are. Default null.</param>
    /// <param name="options">Default: no limit of length.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is a template and the tokenizer cannot read control tokens.</exception>
    public ExampleEncoder(ITokenizer tokenizer, ModelChatTemplate? template = null, ExampleEncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _options = options ?? new ExampleEncoderOptions();
        _options.Validate();
        _chat = template is null ? null
            : tokenizer is IPromptTokenizer trusted ? new ChatExamples(trusted, template, _options.Template)
            : throw new ArgumentException($"A {tokenizer.GetType().Name} cannot read a chat template's control tokens.", nameof(tokenizer));
    }

    /// <summary>Examples that were left out, or cut, because of their length.</summary>
    public long OverlongCount { get; private set; }

    /// <summary>Makes examples of records.</summary>
    /// <param name="records">The records.</param>
    /// <returns>The examples, made as they are asked for.</returns>
    /// <inheritdoc cref="Encode(TextRecord)" path="/exception"/>
    public IEnumerable<TrainingExample> Encode(IEnumerable<TextRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return records.SelectMany(Encode);
    }

    /// <summary>Makes the examples of a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Usually one; none where it is left out.</returns>
    /// <exception cref="DatasetException">The record has nothing to learn from, is a conversation and there is no template, is refused by the template, or is too long.</exception>
    public IReadOnlyList<TrainingExample> Encode(TextRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        TrainingExample[] examples = record.Messages.Count > 0 ? Chat(record, record.Messages)
            : record.Text is { } text ? [new TrainingExample(Framed(_tokenizer.Encode(text)), 0)]
            : record is not { Prompt: { } prompt, Completion: { } completion } ? throw new DatasetException(record.Place, "the record has neither a text nor a prompt with its completion nor messages.")
            : _chat is not null ? Chat(record, [new ChatMessage(ChatRole.User, prompt), new ChatMessage(ChatRole.Assistant, completion)])
            : [Continuation(record, prompt, completion)];
        return [.. examples.SelectMany(example => Fit(record, example))];
    }

    private TrainingExample[] Chat(TextRecord record, IReadOnlyList<ChatMessage> messages) => _chat is not null
        ? _chat.Encode(record.Place, messages, record.Tools)
        : throw new DatasetException(record.Place, "the record is a conversation, and the encoder has no chat template to write it in. Give the model's (ModelChatTemplate), or records of 'prompt' and 'completion'.");

    private TrainingExample Continuation(TextRecord record, string prompt, string completion)
    {
        LearnedText text = new(prompt + completion, null, [(prompt.Length, prompt.Length + completion.Length)]);
        TrainingExample example = text.Encode(_tokenizer);
        int[] ids = Framed(example.Ids.Span);
        int before = _tokenizer.BeginOfText is null ? 0 : 1;
        int promptLength = before + example.Learned.Span.IndexOf(true);
        return promptLength >= before && promptLength < ids.Length ? new TrainingExample(ids, promptLength) : throw new DatasetException(record.Place, "the completion is empty.");
    }

    private int[] Framed(ReadOnlySpan<int> ids) =>
        [.. _tokenizer.BeginOfText is { } begin ? (ReadOnlySpan<int>)[begin] : [], .. ids, .. _tokenizer.EndOfText is { } end ? (ReadOnlySpan<int>)[end] : []];

    private IEnumerable<TrainingExample> Fit(TextRecord record, TrainingExample example)
    {
        int length = example.Ids.Length;
        if (length < 2)
        {
            throw new DatasetException(record.Place, $"the record has {length} tokens, and the first is only read: there is nothing to learn from it.");
        }

        if (!(length > _options.MaximumLength))
        {
            return [example];
        }

        if (_options.Overlong == OverlongAction.Refuse)
        {
            throw new DatasetException(record.Place, $"the record has {length} tokens, more than the {_options.MaximumLength} of MaximumLength. Shorten it, or have such records cut or dropped (Overlong).");
        }

        OverlongCount++;
        return _options.Overlong == OverlongAction.Drop ? [] : record.Text is not null && record.Messages.Count == 0 ? Pieces(example, _options.MaximumLength.Value) : Cut(example, _options.MaximumLength.Value);
    }

    // The last token of a piece is the first of the next: as a target it was foreseen, as an input it foresees.
    private static IEnumerable<TrainingExample> Pieces(TrainingExample example, int length) => Enumerable
        .Range(0, ((example.Ids.Length - 2) / (length - 1)) + 1)
        .Select(piece => new TrainingExample(example.Ids[(piece * (length - 1))..Math.Min(example.Ids.Length, (piece * (length - 1)) + length)], 0));

    private static IEnumerable<TrainingExample> Cut(TrainingExample example, int length)
    {
        TrainingExample cut = example with { Ids = example.Ids[..length], Learned = example.Learned.IsEmpty ? default : example.Learned[..length] };
        return cut.LearnedCount > 0 ? [cut] : [];
    }
}
