using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk;

/// <summary>A model whose calls are traced and measured. Thread-safe when the model is.</summary>
internal sealed class TracedLanguageModel : ILanguageModel, ICandidateModel
{
    private readonly ILanguageModel _model;

    private TracedLanguageModel(ILanguageModel model) => _model = model;

    public ModelDescription Description => _model.Description;

    /// <summary>The model, traced where somebody listens and it does not trace itself, as a chat client with telemetry of its own does: a call counts once.</summary>
    public static ILanguageModel Of(ILanguageModel model) =>
        (AgentTelemetry.Source.HasListeners() || AgentMetrics.MeasuresCalls) && model.GetService<ActivitySource>() is null ? new TracedLanguageModel(model) : model;

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ICandidateModel) && _model.GetService<ICandidateModel>() is not null ? this : _model.GetService(serviceType, serviceKey);

    public IAsyncEnumerable<GenerationUpdate> GenerateAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        TraceAsync(token => _model.GenerateAsync(prompt, options, token), static (call, update) => call.Receive(update), prompt, options, cancellationToken);

    public IAsyncEnumerable<Completion> GenerateCandidatesAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        TraceAsync(
            token => _model.GetService<ICandidateModel>()!.GenerateCandidatesAsync(prompt, options, token), static (call, completion) => call.Receive(completion), prompt, options, cancellationToken);

    private async IAsyncEnumerable<T> TraceAsync<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> generate,
        Action<ModelCall, T> receive,
        Prompt prompt,
        GenerationOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using ModelCall call = new(Description, prompt, options ?? new GenerationOptions());
        ConfiguredCancelableAsyncEnumerable<T>.Enumerator pieces = generate(cancellationToken).ConfigureAwait(false).GetAsyncEnumerator();
        try
        {
            while (true)
            {
                T piece;
                call.GoOn();
                try
                {
                    if (!await pieces.MoveNextAsync())
                    {
                        yield break;
                    }

                    piece = pieces.Current;
                }
                catch (Exception error)
                {
                    call.Fail(error);
                    throw;
                }

                receive(call, piece);
                yield return piece;
            }
        }
        finally
        {
            await pieces.DisposeAsync();
        }
    }
}
