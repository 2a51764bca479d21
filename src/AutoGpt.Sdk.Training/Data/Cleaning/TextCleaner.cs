using System.Globalization;
using System.Text;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>Puts text into one form and leaves out records that are too short, too long or in another language. Immutable and thread-safe.</summary>
public sealed class TextCleaner
{
    private readonly TextCleanerOptions _options;

    /// <summary>Creates a cleaner.</summary>
    /// <param name="options">Default: form C, no control characters, nothing empty.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a language is not known.</exception>
    public TextCleaner(TextCleanerOptions? options = null)
    {
        _options = options ?? new TextCleanerOptions();
        _options.Validate();
    }

    /// <summary>Cleans a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cleaned">The record with its texts cleaned.</param>
    /// <returns>Whether it is kept, or why not.</returns>
    public CleaningVerdict Clean(TextRecord record, out TextRecord cleaned)
    {
        ArgumentNullException.ThrowIfNull(record);
        cleaned = record.Map(Clean);
        string content = cleaned.Content;
        ReadOnlySpan<char> core = content.AsSpan().Trim();
        int length = core.Length - Count(core, char.IsLowSurrogate);
        if (length < _options.MinimumLength)
        {
            return CleaningVerdict.TooShort;
        }

        if (length > _options.MaximumLength)
        {
            return CleaningVerdict.TooLong;
        }

        if (_options.Languages.Count == 0)
        {
            return CleaningVerdict.Kept;
        }

        LanguageGuess guess = _options.Detector.Detect(content);
        return guess.Confidence >= _options.MinimumConfidence && _options.Languages.Contains(guess.Language) ? CleaningVerdict.Kept : CleaningVerdict.OtherLanguage;
    }

    /// <summary>Cleans a text.</summary>
    /// <param name="text">The text.</param>
    public string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string clean = _options.RemoveControls ? Visible(text) : text;
        return _options.Compose ? CanonicalComposition.Compose(WellFormedText.Of(clean)).ToString() : clean;
    }

    private static string Visible(string text)
    {
        StringBuilder visible = new(text.Length);
        for (int i = 0, length; i < text.Length; i += length)
        {
            bool whole = Rune.TryGetRuneAt(text, i, out Rune rune);
            length = whole ? rune.Utf16SequenceLength : 1;
            if (text[i] == '\r')
            {
                visible.Append(i + 1 < text.Length && text[i + 1] == '\n' ? "" : "\n");
            }
            else if (whole && (rune.Value is '\t' or '\n' || !(Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control || rune.Value == 0xFEFF || IsNoncharacter(rune.Value))))
            {
                visible.Append(text, i, length);
            }
        }

        return visible.Length == text.Length ? text : visible.ToString();
    }

    private static bool IsNoncharacter(int code) => (code & 0xFFFE) == 0xFFFE || code is >= 0xFDD0 and <= 0xFDEF;

    private static int Count(ReadOnlySpan<char> text, Predicate<char> counts)
    {
        int count = 0;
        foreach (char character in text)
        {
            count += counts(character) ? 1 : 0;
        }

        return count;
    }
}

/// <summary>What becomes of a record.</summary>
public enum CleaningVerdict
{
    /// <summary>It is kept.</summary>
    Kept,

    /// <summary>It has fewer characters than wanted.</summary>
    TooShort,

    /// <summary>It has more characters than wanted.</summary>
    TooLong,

    /// <summary>It is in another language, or too short to tell.</summary>
    OtherLanguage,
}
