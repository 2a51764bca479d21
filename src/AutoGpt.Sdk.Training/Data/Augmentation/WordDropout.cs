namespace AutoGpt.Sdk.Training;

/// <summary>Leaves words out by chance, one staying at least (Wei and Zou 2019: random deletion). Words are what white space parts; a text without any is left alone.</summary>
public sealed class WordDropout : ITextAugmentation
{
    private readonly double _share;

    /// <summary>Creates the augmentation.</summary>
    /// <param name="share">Probability that a word is left out, above 0 and below 1. Default .1.</param>
    public WordDropout(double share = .1)
    {
        OptionRange.Require(share is > 0 and < 1, share, "above 0 and below 1");
        _share = share;
    }

    /// <inheritdoc />
    public ValueTask<string?> ApplyAsync(string text, long seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var random = new SplitMix64(seed, 0);
        var pieces = new WordPieces(text);
        bool[] kept = [.. pieces.Words.Select(_ => random.NextDouble() >= _share)];
        if (kept.Length > 0 && !kept.Contains(true))
        {
            kept[random.Next(kept.Length)] = true;
        }

        return ValueTask.FromResult(kept.Contains(false) ? pieces.Join(index => kept[index]).TrimEnd() : null);
    }
}
