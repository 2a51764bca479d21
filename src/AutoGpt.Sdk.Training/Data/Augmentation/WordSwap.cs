namespace AutoGpt.Sdk.Training;

/// <summary>Exchanges words by chance (Wei and Zou 2019: random swap). Words are what white space parts; a text of fewer than two is left alone.</summary>
public sealed class WordSwap : ITextAugmentation
{
    private readonly double _share;

    /// <summary>Creates the augmentation.</summary>
    /// <param name="share">Exchanges as a share of the words, above 0 and at most 1; one at least. Default .1.</param>
    public WordSwap(double share = .1)
    {
        OptionRange.Require(share is > 0 and <= 1, share, "above 0 and at most 1");
        _share = share;
    }

    /// <inheritdoc />
    public ValueTask<string?> ApplyAsync(string text, long seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var random = new SplitMix64(seed, 0);
        var pieces = new WordPieces(text);
        List<string> words = pieces.Words;
        if (words.Count < 2)
        {
            return ValueTask.FromResult<string?>(null);
        }

        for (int swap = 0; swap < Math.Max(1, (int)(_share * words.Count)); swap++)
        {
            int first = random.Next(words.Count);
            int second = (first + 1 + random.Next(words.Count - 1)) % words.Count;
            (words[first], words[second]) = (words[second], words[first]);
        }

        string swapped = pieces.Join();
        return ValueTask.FromResult(swapped == text ? null : swapped);
    }
}
