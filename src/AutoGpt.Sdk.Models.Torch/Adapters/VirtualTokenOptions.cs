namespace AutoGpt.Sdk.Models.Torch;

/// <summary>How <see cref="PrefixTuning"/> and <see cref="PromptTuning"/> begin.</summary>
public sealed record VirtualTokenOptions
{
    /// <summary>Positions, at least 1. Default 20.</summary>
    public int Tokens { get; init; } = 20;

    /// <summary>
    /// Token ids of a text that says what to do: the adapter begins as what the network makes of it, repeated or cut to <see cref="Tokens"/>. Both papers found that far better than random
    /// numbers, above all with little data. Default: tokens drawn from the vocabulary.
    /// </summary>
    public IReadOnlyList<int>? InitialIds { get; init; }

    /// <summary>Of the tokens drawn. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>The ids to begin with.</summary>
    internal int[] Ids(TransformerConfig config)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Tokens, 1);
        if (Tokens > config.ContextLength - 2)
        {
            throw new ArgumentOutOfRangeException(nameof(Tokens), Tokens, $"{Tokens} tokens leave no room for a text in the context of {config.ContextLength}.");
        }

        if (InitialIds is not { Count: > 0 } ids)
        {
            Random random = new(Seed);
            return [.. Enumerable.Range(0, Tokens).Select(_ => random.Next(config.VocabularySize))];
        }

        return ids.FirstOrDefault(id => (uint)id >= (uint)config.VocabularySize) is var wrong and not 0
            ? throw new ArgumentOutOfRangeException(nameof(InitialIds), wrong, $"Token ids run from 0 to {config.VocabularySize - 1}.")
            : [.. Enumerable.Range(0, Tokens).Select(index => ids[index % ids.Count])];
    }
}
