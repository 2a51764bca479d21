namespace AutoGpt.Sdk;

/// <summary>
/// Text to token ids and back. Ids run from 0 to <see cref="VocabularySize"/> − 1. Implementations are immutable and thread-safe.
/// </summary>
public interface ITokenizer
{
    /// <summary>Number of ids, control tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>The id that begins a text, or null where the model wants none.</summary>
    int? BeginOfText { get; }

    /// <summary>The id that ends a text, or null where there is none.</summary>
    int? EndOfText { get; }

    /// <summary>
    /// Encodes text, adding no control token. Text that spells a control token is encoded as ordinary text, so that nobody's
    /// input can forge one.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <returns>The ids. <see cref="Decode"/> of them gives the text back.</returns>
    int[] Encode(string text);

    /// <summary>Decodes ids; control tokens become nothing and bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="ids">The ids.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id lies outside the vocabulary.</exception>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>The bytes a token stands for; they need not be whole UTF-8 characters. Empty for a control token.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id lies outside the vocabulary.</exception>
    ReadOnlyMemory<byte> GetBytes(int id);

    /// <summary>Whether the id is a control token: one that no text encodes to.</summary>
    /// <param name="id">The id.</param>
    bool IsControl(int id);
}
