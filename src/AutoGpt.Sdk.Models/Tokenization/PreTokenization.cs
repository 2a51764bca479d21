namespace AutoGpt.Sdk.Models;

/// <summary>How a text is cut into pieces before byte pairs are merged; no token reaches over a cut (but an atomic string).</summary>
public enum PreTokenization
{
    /// <summary>
    /// GPT-2's pattern <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>: a word takes the space before it along.
    /// </summary>
    Gpt2,

    /// <summary>
    /// Every white-space character, digit (<c>\p{N}</c>), punctuation mark or symbol is a piece of its own and a run of letters and marks
    /// (<c>[\p{L}\p{M}]+</c>) is one: a word has the same ids after a space, a quote or a slash, so that a model can copy it.
    /// </summary>
    Words,
}
