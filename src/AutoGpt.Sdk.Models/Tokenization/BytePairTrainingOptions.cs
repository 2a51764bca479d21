namespace AutoGpt.Sdk.Models;

/// <summary>What <see cref="BytePairTrainer"/> makes.</summary>
public sealed record BytePairTrainingOptions
{
    /// <summary>Ids of the tokenizer: control tokens, 256 bytes, atomic strings and merges. Fewer when the corpus runs out of pairs.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>How text is cut before pairs are counted. Default <see cref="PreTokenization.Gpt2"/>.</summary>
    public PreTokenization PreTokenization { get; init; } = PreTokenization.Gpt2;

    /// <summary>Strings that become one id each wherever they occur, longest first. Default none.</summary>
    public IReadOnlyList<string> AtomicStrings { get; init; } = [];

    /// <summary>
    /// Control tokens, which get the first ids; <c>&lt;bos&gt;</c> begins a text and <c>&lt;eos&gt;</c> ends it (<c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c>,
    /// <c>&lt;|begin_of_text|&gt;</c>, <c>&lt;|end_of_text|&gt;</c> and <c>&lt;|endoftext|&gt;</c> are understood too). Default none.
    /// </summary>
    public IReadOnlyList<string> ControlTokens { get; init; } = [];

    /// <summary>A pair must occur this often to be merged. Default 2, at least 1.</summary>
    public int MinFrequency { get; init; } = 2;
}

/// <summary>How far training has come.</summary>
/// <param name="VocabularySize">Ids so far.</param>
/// <param name="Target">Ids wanted.</param>
public readonly record struct BytePairTrainingProgress(int VocabularySize, int Target);
