using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Testing;

/// <summary>
/// A language model that says what a test wants: replies from a queue, or from a function of the prompt. It records what it was
/// asked, streams in pieces, and can be slow, fail, or be cut off. Thread-safe.
/// </summary>
public sealed class ScriptedLanguageModel : ILanguageModel
{
    private readonly Func<Prompt, GenerationOptions, ScriptedReply> _reply;
    private readonly ConcurrentQueue<(Prompt Prompt, GenerationOptions Options)> _calls = new();

    /// <summary>Creates a model that gives these replies in turn.</summary>
    /// <param name="replies">The replies. Asking for more throws an <see cref="AutoGptException"/>.</param>
    public ScriptedLanguageModel(params IEnumerable<ScriptedReply> replies)
    {
        ConcurrentQueue<ScriptedReply> queue = new(replies);
        int count = queue.Count;
        _reply = (_, _) => queue.TryDequeue(out ScriptedReply? reply)
            ? reply
            : throw new AutoGptException($"The script has {count} replies, and the model was asked once more.");
    }

    /// <summary>Creates a model that answers by a function.</summary>
    /// <param name="reply">Gives the reply to a prompt.</param>
    public ScriptedLanguageModel(Func<Prompt, GenerationOptions, ScriptedReply> reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        _reply = reply;
    }

    /// <summary>What the model says it is. Default: <c>scripted</c>, masked structured output, log-probabilities.</summary>
    public ModelDescription Description { get; init; } = new("scripted", "testing")
    {
        StructuredOutput = StructuredOutput.Masked,
        LogProbabilities = true,
    };

    /// <summary>Characters per update. Default 8, at least 1.</summary>
    public int ChunkLength { get; init; } = 8;

    /// <summary>Lets the delays of replies pass. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What the model was asked, oldest first.</summary>
    public IReadOnlyList<Prompt> Prompts => [.. _calls.Select(call => call.Prompt)];

    /// <summary>The options it was asked with, oldest first.</summary>
    public IReadOnlyList<GenerationOptions> Options => [.. _calls.Select(call => call.Options)];

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">A schema, log-probabilities or an adapter were asked for and the description says that the model has none.</exception>
    public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        Refuse(options.Schema is not null && Description.StructuredOutput == StructuredOutput.None, nameof(options.Schema));
        Refuse(options.LogProbabilities && !Description.LogProbabilities, nameof(options.LogProbabilities));
        Refuse(options.Adapter is not null && !Description.Adapters, nameof(options.Adapter));
        _calls.Enqueue((prompt, options));
        ScriptedReply reply = _reply(prompt, options);
        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        if (reply.Gate is not null)
        {
            await reply.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        int updates = 0;
        for (int start = 0, end; start < reply.Text.Length; start = end, updates++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            end = Math.Min(start + ChunkLength, reply.Text.Length);
            end += end < reply.Text.Length && char.IsLowSurrogate(reply.Text[end]) ? 1 : 0; // Updates hold whole characters.
            string text = reply.Text[start..end];
            yield return new GenerationUpdate { Text = text, Tokens = Token(reply, updates, options) };
        }

        if (reply.Failure is not null)
        {
            throw reply.Failure;
        }

        yield return new GenerationUpdate { Finish = reply.Finish, Usage = reply.Usage ?? Estimate(prompt, reply.Text) };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    private static GeneratedToken[] Token(ScriptedReply reply, int index, GenerationOptions options)
    {
        if (!options.LogProbabilities || reply.LogProbabilities.Count == 0)
        {
            return [];
        }

        double logProbability = reply.LogProbabilities[Math.Min(index, reply.LogProbabilities.Count - 1)];
        return [new GeneratedToken(index, logProbability, logProbability)];
    }

    private static TokenUsage Estimate(Prompt prompt, string text)
    {
        int characters = (prompt.Text ?? prompt.Instructions ?? "").Length
            + prompt.Sections.Sum(section => section.Text.Length) + prompt.Messages.Sum(message => message.Text.Length);
        return new TokenUsage((characters + 3) / 4, (text.Length + 3) / 4);
    }

    private void Refuse(bool asked, string option)
    {
        if (asked)
        {
            throw new NotSupportedException($"The model '{Description.Name}' cannot honour {option}: its description says so.");
        }
    }
}
