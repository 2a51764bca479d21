using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// How to generate. What a model cannot honour it refuses with a <see cref="NotSupportedException"/>, or, with
/// <see cref="AllowUnsupported"/>, reports in <see cref="GenerationUpdate.NotHonored"/>. Nothing is dropped in silence.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>Tokens to generate at most. Default 256, at least 1.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>How the next token is chosen. Default: greedy.</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>Seeds the sampling. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>A JSON Schema the completion must fit. Default: none.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Texts that end the completion and are not part of it. Default: none.</summary>
    public IReadOnlyList<string> Stops { get; init; } = [];

    /// <summary>Whether a model with an end-of-text token stops at it. Default true.</summary>
    public bool StopAtEndOfText { get; init; } = true;

    /// <summary>Whether to report the log-probability of each token. Default false.</summary>
    public bool LogProbabilities { get; init; }

    /// <summary>
    /// How many of the most probable tokens to report at each place where there was a choice (<see cref="GeneratedToken.Top"/>), for models that report log-probabilities at all. Default 0, from 0 to 20.
    /// </summary>
    public int TopLogProbabilities { get; init; }

    /// <summary>
    /// What the model was taught besides, by the name it was loaded under: a LoRA, a prefix or a prompt over the model's own weights. Default: none. For models whose
    /// <see cref="ModelDescription.Adapters"/> is true.
    /// </summary>
    public string? Adapter { get; init; }

    /// <summary>Report what cannot be honoured instead of refusing the request. Default false.</summary>
    public bool AllowUnsupported { get; init; }
}
