using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// A chat client as a language model. Instructions become a system message, sections titled blocks, tools a description: they are
/// planned with, not called. An answer under a schema is held back until it fits. Thread-safe when the client is.
/// </summary>
internal sealed class ChatLanguageModel : ILanguageModel
{
    /// <summary>Reported among what was not honoured when the provider counts no tokens and usage is a quarter of the characters.</summary>
    public const string EstimatedUsage = "Usage (estimated)";

    private readonly IChatClient _client;
    private readonly ChatLanguageModelOptions _options;
    private readonly bool _repairs;

    public ChatLanguageModel(IChatClient client, ChatLanguageModelOptions options)
    {
        options.Validate();
        (_client, _options, _repairs) = (client, options, true);
        ChatClientMetadata? metadata = client.GetService<ChatClientMetadata>();
        Description = new ModelDescription(options.Name ?? metadata?.DefaultModelId ?? "chat", metadata?.ProviderName ?? "chat")
        {
            ContextLength = options.ContextLength,
            StructuredOutput = options.StructuredOutput,
        };
    }

    private ChatLanguageModel(ChatLanguageModel original) =>
        (_client, _options, Description, _repairs) = (original._client, original._options, original.Description, false);

    public ModelDescription Description { get; }

    /// <summary>The same model for a caller that checks answers and sends them back itself: it gives each answer as it comes.</summary>
    public ChatLanguageModel WithoutRepairs() => new(this);

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _client.GetService(serviceType, serviceKey);
    }

    public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        bool native = _options.StructuredOutput == StructuredOutput.Native;
        (ChatOptions chat, List<string> notHonored) = ChatPrompt.ToChatOptions(options, Description, native);
        List<ChatMessage> messages = ChatPrompt.ToMessages(prompt, native ? null : options.Schema);
        Usage usage = new();
        if (!_repairs || options.Schema is not { } schema)
        {
            FinishReason finish = FinishReason.Stop;
            usage.Begin(messages);
            await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync(messages, chat, cancellationToken).ConfigureAwait(false))
            {
                finish = usage.Read(update) ?? finish;
                yield return new GenerationUpdate { Text = update.Text };
            }

            yield return usage.Last("", finish, notHonored);
            yield break;
        }

        for (int repairs = 0; ; repairs++)
        {
            StringBuilder text = new();
            FinishReason finish = FinishReason.Stop;
            usage.Begin(messages);
            await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync(messages, chat, cancellationToken).ConfigureAwait(false))
            {
                finish = usage.Read(update) ?? finish;
                text.Append(update.Text);
            }

            string answer = text.ToString();
            IReadOnlyList<string> problems = finish == FinishReason.Length ? [] : Problems(answer, schema);
            if (problems.Count == 0)
            {
                yield return usage.Last(finish == FinishReason.Length ? answer : JsonText.Extract(answer), finish, notHonored);
                yield break;
            }

            if (repairs == _options.MaxRepairs)
            {
                throw new ModelOutputException(
                    $"The model '{Description.Name}' gave no answer that fits the schema: {SingleLine.Of(string.Join("; ", problems))}", usage.Total);
            }

            messages.Add(new ChatMessage(ChatRole.Assistant, answer));
            messages.Add(new ChatMessage(ChatRole.User, "That does not fit:\n- " + string.Join("\n- ", problems) + "\nAnswer with the corrected JSON only."));
        }
    }

    private static IReadOnlyList<string> Problems(string answer, JsonElement schema)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonText.Extract(answer), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new JsonSchemaCheck(schema).Problems(document.RootElement, "answer");
        }
        catch (JsonException error)
        {
            return ["The answer is not JSON: " + SingleLine.Of(error.Message, 200)];
        }
    }

    /// <summary>Adds up the tokens of all requests; estimates those that the provider does not count.</summary>
    private sealed class Usage
    {
        private long _prompt;
        private long _completion;
        private long _messageCharacters;
        private long _textCharacters;
        private bool _counted;
        private bool _estimated;

        public long Total
        {
            get
            {
                Settle();
                return _prompt + _completion;
            }
        }

        public void Begin(List<ChatMessage> messages)
        {
            Settle();
            (_counted, _textCharacters) = (false, 0);
            _messageCharacters = messages.Sum(message => (long)message.Text.Length);
        }

        public FinishReason? Read(ChatResponseUpdate update)
        {
            _textCharacters += update.Text.Length;
            foreach (UsageContent content in update.Contents.OfType<UsageContent>())
            {
                _prompt += content.Details.InputTokenCount ?? 0;
                _completion += content.Details.OutputTokenCount ?? 0;
                _counted |= content.Details.InputTokenCount is not null || content.Details.OutputTokenCount is not null;
            }

            // A filtered answer is cut off, too: it must not pass for a whole one.
            return update.FinishReason is not { } reason ? null
                : reason == ChatFinishReason.Length || reason == ChatFinishReason.ContentFilter ? FinishReason.Length : FinishReason.Stop;
        }

        public GenerationUpdate Last(string text, FinishReason finish, List<string> notHonored)
        {
            Settle();
            return new GenerationUpdate
            {
                Text = text,
                Finish = finish,
                Usage = new TokenUsage((int)Math.Min(_prompt, int.MaxValue), (int)Math.Min(_completion, int.MaxValue)),
                NotHonored = _estimated ? [.. notHonored, EstimatedUsage] : notHonored,
            };
        }

        private void Settle()
        {
            if (!_counted && _messageCharacters > 0)
            {
                _prompt += (_messageCharacters + 3) / 4;
                _completion += (_textCharacters + 3) / 4;
                _estimated = true;
            }

            (_counted, _messageCharacters, _textCharacters) = (false, 0, 0);
        }
    }
}
