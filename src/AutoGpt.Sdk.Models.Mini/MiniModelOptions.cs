namespace AutoGpt.Sdk.Models.Mini;

/// <summary>How the in-box model runs.</summary>
public sealed record MiniModelOptions
{
    /// <summary>Threads of the decoder. Default 1: the model is too small for a second thread to pay.</summary>
    public int? Threads { get; init; }

    /// <summary>How weights are kept in memory. Default single precision.</summary>
    public SimdWeightFormat Weights { get; init; } = SimdWeightFormat.F32;

    /// <summary>How it decodes: batching, shared prefixes, forced tokens, speculation. Name, prompt format and trained tools are the model's own. Default: as of <see cref="CausalLanguageModelOptions"/>.</summary>
    public CausalLanguageModelOptions Decoding { get; init; } = new();
}
