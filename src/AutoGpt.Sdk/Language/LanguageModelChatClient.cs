using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>A language model as a chat client. Thread-safe. Disposing it does nothing: the model is its owner's.</summary>
internal sealed class LanguageModelChatClient(ILanguageModel model, bool allowUnsupported) : IChatClient
{
    /// <summary>The additional property of a response that names options that were not honoured.</summary>
    public const string NotHonoredProperty = "notHonored";

    private static readonly JsonElement AnyObject = JsonDocument.Parse("""{"type":"object"}""").RootElement;
    private readonly ChatClientMetadata _metadata = new(model.Description.Provider, null, model.Description.Name);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);
        // The updates of a message leave their properties to the message; a caller looks for them in the response.
        response.AdditionalProperties ??= response.Messages is [.., { AdditionalProperties: { } properties }] ? properties : null;
        return response;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Prompt prompt = new() { Instructions = options?.Instructions, Messages = [.. messages] };
        List<string> notHonored = [];
        GenerationOptions generation = Convert(options ?? new ChatOptions(), notHonored);
        string id = Guid.NewGuid().ToString("n");
        await foreach (GenerationUpdate update in model.GenerateAsync(prompt, generation, cancellationToken).ConfigureAwait(false))
        {
            yield return Convert(update, id, notHonored);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? model.GetService(serviceType, serviceKey)
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(model) ? model
            : model.GetService(serviceType);
    }

    public void Dispose()
    {
    }

    private ChatResponseUpdate Convert(GenerationUpdate update, string id, List<string> notHonored)
    {
        ChatResponseUpdate result = new(ChatRole.Assistant, update.Text) { MessageId = id, ResponseId = id, ModelId = model.Description.Name };
        if (update.Finish is { } finish)
        {
            result.FinishReason = finish == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;
        }

        if (update.Usage is { } usage)
        {
            result.Contents.Add(new UsageContent(new UsageDetails
            {
                InputTokenCount = usage.PromptTokens,
                OutputTokenCount = usage.CompletionTokens,
                TotalTokenCount = usage.Total,
            }));
            string[] all = [.. notHonored, .. update.NotHonored];
            if (all.Length > 0)
            {
                result.AdditionalProperties = new AdditionalPropertiesDictionary { [NotHonoredProperty] = all };
            }
        }

        return result;
    }

    private GenerationOptions Convert(ChatOptions options, List<string> notHonored)
    {
        Refuse(options.ModelId is { } id && id != model.Description.Name, nameof(options.ModelId));
        Refuse(options.ConversationId is not null, nameof(options.ConversationId));
        Refuse(options.FrequencyPenalty is not (null or 0), nameof(options.FrequencyPenalty));
        Refuse(options.PresencePenalty is not (null or 0), nameof(options.PresencePenalty));
        Refuse(options.Tools is { Count: > 0 } && options.ToolMode is not NoneChatToolMode, nameof(options.Tools));
        Refuse(options.Reasoning is not null, nameof(options.Reasoning));
        Refuse(options.RawRepresentationFactory is not null, nameof(options.RawRepresentationFactory));
        Refuse(options.Seed is { } seed && seed != (int)seed, nameof(options.Seed));

        // A mask writes only the properties that a schema names: of an object of any kind it would leave {}.
        bool isAnyMasked = options.ResponseFormat is ChatResponseFormatJson { Schema: null } && model.Description.StructuredOutput == StructuredOutput.Masked;
        Refuse(isAnyMasked, nameof(options.ResponseFormat));
        if (notHonored.Count > 0 && !allowUnsupported)
        {
            throw new NotSupportedException($"The model '{model.Description.Name}' cannot honour {string.Join(", ", notHonored)}.");
        }

        GenerationOptions defaults = new() { AllowUnsupported = allowUnsupported };
        bool sampled = options.Temperature is not null || options.TopK is not null || options.TopP is not null;
        return defaults with
        {
            MaxTokens = options.MaxOutputTokens ?? defaults.MaxTokens,
            Sampling = !sampled ? defaults.Sampling
                : new SamplingOptions { Temperature = options.Temperature ?? 1, TopK = options.TopK ?? 0, TopP = options.TopP ?? 1 },
            Seed = unchecked((int)(options.Seed ?? 0)),
            Stops = options.StopSequences is { } stops ? [.. stops] : [],
            Schema = options.ResponseFormat is ChatResponseFormatJson json && !isAnyMasked ? json.Schema ?? AnyObject : null,
        };

        void Refuse(bool asked, string name)
        {
            if (asked)
            {
                notHonored.Add(name);
            }
        }
    }
}
