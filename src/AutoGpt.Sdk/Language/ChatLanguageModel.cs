using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// A chat client as a language model. Instructions become a system message, sections titled blocks, tools a description: they are
/// planned with, not called. An answer under a schema is held back until it fits. Thread-safe when the client is.
/// </summary>
internal sealed class ChatLanguageModel : ILanguageModel, ITokenCounter
{
    /// <summary>Reported among what was not honoured when the provider counts no tokens and usage is counted by <see cref="ChatLanguageModelOptions.CountTokens"/>.</summary>
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
            Price = options.Price,
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

    public int CountPrompt(Prompt prompt, GenerationOptions options)
    {
        bool native = _options.StructuredOutput == StructuredOutput.Native;
        long messages = ChatPrompt.ToMessages(prompt, native ? null : options.Schema).Sum(message => (long)_options.CountTokens(message.Text));
        return (int)Math.Min(int.MaxValue, messages + (native && options.Schema is { } schema ? _options.CountTokens(schema.GetRawText()) : 0));
    }

    public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        bool native = _options.StructuredOutput == StructuredOutput.Native;
        (ChatOptions chat, List<string> notHonored) = ChatPrompt.ToChatOptions(options, Description, native);
        List<ChatMessage> messages = ChatPrompt.ToMessages(prompt, native ? null : options.Schema);
        Usage usage = new(_options.CountTokens);
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
                Spending spent = usage.Total(Description.Price);
                throw new ModelOutputException(
                    $"The model '{Description.Name}' gave no answer that fits the schema: {SingleLine.Of(string.Join("; ", problems))}", spent.Tokens)
                {
                    Cost = spent.Cost,
                };
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
    private sealed class Usage(Func<string, int> count)
    {
        private readonly StringBuilder _text = new();
        private long _prompt;
        private long _completion;
        private long _messages;
        private bool _counted;
        private bool _estimated;

        public Spending Total(TokenPrice? price)
        {
            Settle();
            return Spending.Of(Tokens, price);
        }

        private TokenUsage Tokens => new((int)Math.Min(_prompt, int.MaxValue), (int)Math.Min(_completion, int.MaxValue));

        public void Begin(List<ChatMessage> messages)
        {
            Settle();
            _counted = false;
            _text.Clear();
            _messages = messages.Sum(message => (long)count(message.Text));
        }

        public FinishReason? Read(ChatResponseUpdate update)
        {
            _text.Append(update.Text);
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
                Usage = Tokens,
                NotHonored = _estimated ? [.. notHonored, EstimatedUsage] : notHonored,
            };
        }

        private void Settle()
        {
            if (!_counted && _messages > 0)
            {
                _prompt += _messages;
                _completion += count(_text.ToString());
                _estimated = true;
            }

            (_counted, _messages) = (false, 0);
            _text.Clear();
        }
    }
}
