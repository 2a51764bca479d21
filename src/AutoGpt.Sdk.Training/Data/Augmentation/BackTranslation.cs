namespace AutoGpt.Sdk.Training;

/// <summary>Puts a text into another language and back by a language model (Sennrich et al. 2016; Edunov et al. 2018): the same in other words, as far as the model can.</summary>
/// <remarks>What the model was given and said is not checked for meaning: look at a sample before learning from it.</remarks>
public sealed class BackTranslation : ITextAugmentation
{
    private readonly ILanguageModel _there;
    private readonly ILanguageModel _back;
    private readonly BackTranslationOptions _options;

    /// <summary>Creates the augmentation.</summary>
    /// <param name="there">Translates into the pivot.</param>
    /// <param name="back">Translates back; null for the same model. Default null.</param>
    /// <param name="options">Default: English by way of French, asked of a chat model.</param>
    public BackTranslation(ILanguageModel there, ILanguageModel? back = null, BackTranslationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(there);
        _there = there;
        _back = back ?? there;
        _options = options ?? new BackTranslationOptions();
    }

    /// <inheritdoc />
    /// <returns>Null where a translation is empty, was cut off by the limit of tokens, or comes back as the text was.</returns>
    /// <exception cref="AutoGptException">The model failed.</exception>
    public async ValueTask<string?> ApplyAsync(string text, long seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var random = new SplitMix64(seed, 0);
        string? pivot = await TranslateAsync(_there, text, _options.Pivot, random, cancellationToken).ConfigureAwait(false);
        string? result = pivot is null ? null : await TranslateAsync(_back, pivot, _options.Language, random, cancellationToken).ConfigureAwait(false);
        return result == text.Trim() ? null : result;
    }

    private async Task<string?> TranslateAsync(ILanguageModel model, string text, string language, SplitMix64 random, CancellationToken cancellationToken)
    {
        Completion completion = await model.CompleteAsync(
            _options.Prompt(text, language), _options.Generation with { Seed = random.Next(int.MaxValue) }, cancellationToken).ConfigureAwait(false);
        string translated = completion.Text.Trim();
        return completion.Finish == FinishReason.Length || translated.Length == 0 ? null : translated;
    }
}
