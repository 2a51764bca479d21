namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Whether a tokenizer suits a network.</summary>
internal static class VocabularyFit
{
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="config">The network's shape.</param>
    /// <param name="further">Ids that the network needs after the tokenizer's.</param>
    public static void Require(ITokenizer tokenizer, TransformerConfig config, int further)
    {
        if (tokenizer.VocabularySize + further > config.VocabularySize)
        {
            throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} ids{(further > 0 ? $", {further} more is needed," : "")} and the network {config.VocabularySize}.", nameof(tokenizer));
        }
    }
}
