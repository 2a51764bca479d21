using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Testing;

/// <summary>A chat client that says what a test wants, and records what it was asked: a remote model without the network. Thread-safe.</summary>
public sealed class ScriptedChatClient : IChatClient
{
    private readonly ConcurrentQueue<ChatResponse> _replies;
    private readonly ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> _calls = new();

    /// <summary>Creates a client that gives these texts in turn, without usage.</summary>
    /// <param name="replies">The texts.</param>
    public ScriptedChatClient(params IEnumerable<string> replies)
        : this(replies.Select(text => new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = ChatFinishReason.Stop }))
    {
    }

    /// <summary>Creates a client that gives these responses in turn.</summary>
    /// <param name="replies">The responses. Asking for more throws an <see cref="InvalidOperationException"/>.</param>
    public ScriptedChatClient(IEnumerable<ChatResponse> replies) => _replies = new ConcurrentQueue<ChatResponse>(replies);

    /// <summary>What the client was asked, oldest first.</summary>
    public IReadOnlyList<IReadOnlyList<ChatMessage>> Requests => [.. _calls.Select(call => call.Messages)];

    /// <summary>The options it was asked with, oldest first.</summary>
    public IReadOnlyList<ChatOptions?> Options => [.. _calls.Select(call => call.Options)];

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _calls.Enqueue(([.. messages], options?.Clone()));
        return _replies.TryDequeue(out ChatResponse? reply)
            ? Task.FromResult(reply)
            : throw new InvalidOperationException("The script has no more replies.");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
