namespace AutoGpt.Sdk.Models;

/// <summary>A string that is one id wherever it occurs, as tokenizer.json's <c>added_tokens</c> have it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Content">The string.</param>
/// <param name="Control">Whether it is a control token, which only trusted text can spell.</param>
internal readonly record struct AddedToken(int Id, string Content, bool Control)
{
    /// <summary>Whether it swallows the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether it swallows the white space after it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Whether it is looked for, normalized, in normalized text.</summary>
    public bool Normalized { get; init; }
}
