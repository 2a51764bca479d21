namespace AutoGpt.Sdk.Models;

/// <summary>
/// What to do when a text reaches the end of the model's window, instead of ending it with <see cref="FinishReason.Length"/>: the older half of what lies behind a
/// kept beginning is dropped and the rest is read again, at new positions. The model then no longer sees what was dropped, and a schema goes on where it was.
/// Reading again costs as much as a prompt of that length.
/// </summary>
public sealed record ContextShift
{
    /// <summary>Tokens at the beginning that are never dropped, such as instructions. Default 4, at least 0, at most the window less two.</summary>
    public int KeptTokens { get; init; } = 4;
}
