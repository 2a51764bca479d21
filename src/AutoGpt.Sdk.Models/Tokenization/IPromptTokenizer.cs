namespace AutoGpt.Sdk.Models;

/// <summary>
/// A tokenizer that can also read control tokens spelt in text: what a rendered chat template needs, whose text is the application's own. Text that others
/// wrote goes through <see cref="ITokenizer.Encode"/>, or is named as untrusted here. Thread-safe.
/// </summary>
public interface IPromptTokenizer : ITokenizer
{
    /// <summary>Whether the model's own pipeline puts <see cref="ITokenizer.EndOfText"/> behind every text. Rarely so.</summary>
    bool AddsEndOfText { get; }

    /// <summary>
    /// Whether <see cref="ITokenizer.Encode"/> puts a space in front of a text that begins with a word (SentencePiece), so that decoding gives the text
    /// back with that space.
    /// </summary>
    bool AddsSpace { get; }

    /// <summary>
    /// Encodes text in which a control token's spelling is that token. Adds none of itself: whoever wants <see cref="ITokenizer.BeginOfText"/> in front and does
    /// not find it in the text puts it there.
    /// </summary>
    /// <param name="text">Text of the application's own, such as a chat template with the messages filled in.</param>
    /// <param name="untrusted">
    /// The parts of it that somebody else wrote, such as the messages: no control token reaches into one of them. What is cut and merged is the text as a whole all
    /// the same, so that the ids are those of the whole text unless it forges a control token. Default: none.
    /// </param>
    /// <returns>The ids.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A range lies outside the text.</exception>
    int[] EncodeTrusted(string text, params ReadOnlySpan<Range> untrusted);

    /// <summary>The id of a control token, or null where there is none of that name.</summary>
    /// <param name="name">How it is spelt, such as <c>&lt;|im_start|&gt;</c>.</param>
    int? FindControlToken(string name);

    /// <summary>How a control token is spelt, or null where the id is none.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id lies outside the vocabulary.</exception>
    string? ControlName(int id);
}
