namespace AutoGpt.Sdk.Training;

/// <summary>Puts a text into one of several phrasings, for instance of an instruction.</summary>
public sealed class TextTemplates : ITextAugmentation
{
    private const string Place = "{text}";

    private readonly string[] _templates;

    /// <summary>Creates the augmentation.</summary>
    /// <param name="templates">Phrasings, at least one, each with <c>{text}</c> where the text goes, for instance <c>Translate into Chinese: {text}</c>.</param>
    /// <exception cref="ArgumentException">There is none, or one has no such place.</exception>
    public TextTemplates(params IEnumerable<string> templates)
    {
        ArgumentNullException.ThrowIfNull(templates);
        _templates = [.. templates];
        if (_templates.Length == 0 || Array.Exists(_templates, template => !template.Contains(Place, StringComparison.Ordinal)))
        {
            throw new ArgumentException($"There must be a template, and each must have {Place} where the text goes.", nameof(templates));
        }
    }

    /// <inheritdoc />
    public ValueTask<string?> ApplyAsync(string text, long seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        string template = _templates[new SplitMix64(seed, 0).Next(_templates.Length)];
        return ValueTask.FromResult<string?>(template.Replace(Place, text, StringComparison.Ordinal));
    }
}
