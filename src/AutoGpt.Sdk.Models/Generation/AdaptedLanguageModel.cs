namespace AutoGpt.Sdk.Models;

/// <summary>A model whose generations and contexts have an adapter, unless they ask for another.</summary>
internal sealed class AdaptedLanguageModel(CausalLanguageModel model, string adapter) : ITokenModel, ICandidateModel, ITokenCounter
{
    public ModelDescription Description => model.Description;

    public ITokenizer Tokenizer => model.Tokenizer;

    public ITokenContext CreateContext(ContextOptions? options = null)
    {
        options ??= new ContextOptions();
        return model.CreateContext(options with { Adapter = options.Adapter ?? adapter });
    }

    public IAsyncEnumerable<GenerationUpdate> GenerateAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        model.GenerateAsync(prompt, Adapted(options), cancellationToken);

    public IAsyncEnumerable<Completion> GenerateCandidatesAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        model.GenerateCandidatesAsync(prompt, Adapted(options), cancellationToken);

    public int CountPrompt(Prompt prompt, GenerationOptions options) => model.CountPrompt(prompt, options);

    // What the model is as a whole, this is; what else it holds is the model's.
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : model.GetService(serviceType, serviceKey);
    }

    private GenerationOptions Adapted(GenerationOptions? options)
    {
        options ??= new GenerationOptions();
        return options with { Adapter = options.Adapter ?? adapter };
    }
}
