using System.Diagnostics;
using System.Text;

namespace AutoGpt.Sdk;

/// <summary>One call of a model, from its request to the last piece of its answer: the span <c>chat</c>, and what it took. Used by one thread at a time.</summary>
internal sealed class ModelCall : IDisposable
{
    private readonly Activity? _activity;
    private readonly ModelDescription _model;
    private readonly StringBuilder? _text;
    private readonly List<string> _finishes = [];
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private TimeSpan? _firstChunk;
    private TokenUsage? _usage;
    private string? _error;

    public ModelCall(ModelDescription model, Prompt prompt, GenerationOptions options)
    {
        _model = model;
        if (!AgentTelemetry.Source.HasListeners())
        {
            return;
        }

        Activity? agent = AgentTelemetry.AgentOf(Activity.Current);
        _activity = AgentTelemetry.Start(
            $"chat {model.Name}",
            "chat",
            [
                new("gen_ai.request.model", model.Name), new("gen_ai.request.max_tokens", options.MaxTokens), new("gen_ai.request.seed", options.Seed),
                new("gen_ai.output.type", options.Schema is null ? "text" : "json"), new("autogpt.prompt.task", prompt.Task), .. AgentTelemetry.Identity(agent),
            ],
            kind: ActivityKind.Client,
            provider: model.Provider);
        if (_activity is not null && AgentTelemetry.WantsContent(agent))
        {
            _text = new StringBuilder();
            _activity.SetTag("gen_ai.system_instructions", prompt.Instructions is { } told ? MessageJson.Instructions(told) : null)
                .SetTag("gen_ai.input.messages", MessageJson.Of(prompt));
        }
    }

    /// <summary>Makes the call's span the current one again, for what the model does next: an iterator loses it whenever it gives something back.</summary>
    public void GoOn() => Activity.Current = _activity ?? Activity.Current;

    public void Receive(GenerationUpdate update)
    {
        _firstChunk ??= update.Text.Length > 0 || update.Tokens.Count > 0 ? TimeProvider.System.GetElapsedTime(_start) : null;
        _text?.Append(update.Text);
        End(update.Finish, update.Usage);
    }

    public void Receive(Completion completion)
    {
        // Candidates come whole: when their first piece came cannot be seen.
        _text?.Append(_text.Length > 0 ? "\n" : "").Append(completion.Text);
        End(completion.Finish, completion.Usage);
    }

    public void Fail(Exception error)
    {
        _error = error.GetType().FullName;
        AgentTelemetry.Fail(_activity, _error, _text is null ? null : error.Message);
    }

    public void Dispose()
    {
        _activity?.SetTag("gen_ai.response.model", _model.Name).SetTag("gen_ai.response.finish_reasons", _finishes.ToArray())
            .SetTag("gen_ai.usage.input_tokens", _usage?.PromptTokens).SetTag("gen_ai.usage.output_tokens", _usage?.CompletionTokens)
            .SetTag("gen_ai.response.time_to_first_chunk", _firstChunk?.TotalSeconds)
            .SetTag("gen_ai.output.messages", _text is null ? null : MessageJson.Of("assistant", _text.ToString(), _finishes is [.., var last] ? last : "error"));
        _activity?.Dispose();
        AgentMetrics.RecordCall(_model, _error, TimeProvider.System.GetElapsedTime(_start), _firstChunk, _usage);
    }

    private void End(FinishReason? finish, TokenUsage? usage)
    {
        if (finish is { } reason)
        {
            _finishes.Add(reason == FinishReason.Length ? "length" : "stop");
        }

        if (usage is { } took)
        {
            _usage = new TokenUsage((_usage?.PromptTokens ?? 0) + took.PromptTokens, (_usage?.CompletionTokens ?? 0) + took.CompletionTokens);
        }
    }
}
