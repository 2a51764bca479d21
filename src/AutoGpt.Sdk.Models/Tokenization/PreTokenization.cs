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

    /// <summary>Each digit (<c>\p{N}</c>) by itself, then <see cref="Gpt2"/> (SmolLM, StarCoder).</summary>
    Gpt2Digits,

    /// <summary>
    /// Llama 3's pattern <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
    /// </summary>
    Llama3,

    /// <summary>The pattern of Qwen 2 and 3: <see cref="Llama3"/> with every digit by itself (<c>\p{N}</c>).</summary>
    Qwen2,

    /// <summary>The pattern of Qwen 3.5: <see cref="Qwen2"/> with marks as parts of words (<c>[\p{L}\p{M}]+</c>, <c>[^\s\p{L}\p{M}\p{N}]+</c>).</summary>
    Qwen35,

    /// <summary>
    /// The pattern of Mistral's Tekken: <see cref="Qwen2"/> without contractions, with words cut where a capital follows a small letter, and slashes that stay
    /// with the symbols before them.
    /// </summary>
    Tekken,

    /// <summary>
    /// What llama.cpp calls <c>default</c>: runs of <c>[\p{P}$+&lt;=&gt;^~|]</c>, then <see cref="Gpt2"/>, then runs of digits, of which three ASCII digits each
    /// are a piece.
    /// </summary>
    LlamaCppDefault,
}
