using System.Text;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Training;

/// <summary>Puts synonyms from WordNet in the place of words (Zhang et al. 2015; Wei and Zou 2019). For English.</summary>
/// <remarks>
/// A word is looked up as it stands, in small letters: inflected forms that WordNet does not list are left alone, and no sense is chosen by the context, so take few senses and small shares. A capital
/// letter at the beginning stays.
/// </remarks>
public sealed partial class SynonymReplacement : ITextAugmentation
{
    private readonly WordNet _wordNet;
    private readonly double _share;
    private readonly int _senses;

    /// <summary>Creates the augmentation.</summary>
    /// <param name="wordNet">The words.</param>
    /// <param name="share">Probability that a word with synonyms is replaced, above 0 and at most 1. Default .1.</param>
    /// <param name="senses">Senses of a word, the most frequent first, that synonyms are taken from, at least 1. Default 1.</param>
    public SynonymReplacement(WordNet wordNet, double share = .1, int senses = 1)
    {
        ArgumentNullException.ThrowIfNull(wordNet);
        OptionRange.Require(share is > 0 and <= 1, share, "above 0 and at most 1");
        OptionRange.Require(senses >= 1, senses, "at least 1");
        _wordNet = wordNet;
        _share = share;
        _senses = senses;
    }

    /// <inheritdoc />
    public ValueTask<string?> ApplyAsync(string text, long seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var random = new SplitMix64(seed, 0);
        StringBuilder replaced = new(text.Length);
        int place = 0;
        foreach (Match word in Word().Matches(text))
        {
            IReadOnlyList<string> synonyms = _wordNet.Synonyms(word.Value, _senses);
            if (synonyms.Count > 0 && random.NextDouble() < _share)
            {
                replaced.Append(text, place, word.Index - place).Append(Cased(synonyms[random.Next(synonyms.Count)], word.Value));
                place = word.Index + word.Length;
            }
        }

        return ValueTask.FromResult(place == 0 ? null : replaced.Append(text, place, text.Length - place).ToString());
    }

    private static string Cased(string synonym, string word) => char.IsUpper(word[0]) ? char.ToUpperInvariant(synonym[0]) + synonym[1..] : synonym;

    [GeneratedRegex(@"\p{L}+(?:['-]\p{L}+)*")]
    private static partial Regex Word();
}
