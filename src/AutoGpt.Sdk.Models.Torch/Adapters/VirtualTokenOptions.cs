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
        Require(Tokens >= 1 && Tokens <= config.ContextLength - 2, nameof(Tokens), Tokens, $"from 1 to {config.ContextLength - 2}, which leaves room for a text in the context of {config.ContextLength}");

        if (InitialIds is not { Count: > 0 } ids)
        {
            Random random = new(Seed);
            return [.. Enumerable.Range(0, Tokens).Select(_ => random.Next(config.VocabularySize))];
        }

        foreach (int id in ids)
        {
            Require((uint)id < (uint)config.VocabularySize, nameof(InitialIds), id, $"from 0 to {config.VocabularySize - 1}, the network's ids");
        }

        return [.. Enumerable.Range(0, Tokens).Select(index => ids[index % ids.Count])];
    }

    private static void Require(bool holds, string name, int value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be {range}.");
        }
    }
}
