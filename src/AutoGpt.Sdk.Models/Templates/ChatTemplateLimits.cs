namespace AutoGpt.Sdk.Models;

/// <summary>What rendering a chat template may cost at most: a template is a file from somewhere, and its loops are its own.</summary>
public sealed record ChatTemplateLimits
{
    /// <summary>Expressions and statements evaluated, and items gone through. Default: ten million.</summary>
    public long Steps { get; init; } = 10_000_000;

    /// <summary>Characters made, those of intermediate texts included. Default: 64 Mi.</summary>
    public long Characters { get; init; } = 64 << 20;

    /// <summary>Macro calls inside each other. Default: 100.</summary>
    public int MacroDepth { get; init; } = 100;
}
