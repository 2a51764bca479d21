namespace AutoGpt.Sdk.Models.Tests;

/// <summary>What the tests of exports share.</summary>
internal static class GgufExports
{
    /// <summary>A byte-level tokenizer of some 270 tokens with a beginning and an end of text.</summary>
    public static BytePairTokenizer Tokenizer(PreTokenization preTokenization = PreTokenization.Gpt2) => BytePairTrainer.Train(
        ["the cat and the hat and the other cat"],
        new BytePairTrainingOptions { VocabularySize = 270, ControlTokens = ["<bos>", "<eos>"], PreTokenization = preTokenization });
}
