using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Turns ids into text as they come, in whole characters: bytes of an unfinished UTF-8 character wait for the rest. What it returns, put together,
/// is <see cref="ITokenizer.Decode"/> of all the ids. Used by one thread at a time.
/// </summary>
/// <param name="tokenizer">Whose ids they are.</param>
public sealed class StreamingDetokenizer(ITokenizer tokenizer)
{
    private readonly ITokenizer _tokenizer = tokenizer ?? throw new ArgumentNullException(nameof(tokenizer));
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Takes the next id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The characters it completes, often none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id lies outside the vocabulary.</exception>
    public string Append(int id) => Decode(_tokenizer.GetBytes(id).Span, flush: false);

    /// <summary>Takes the next ids.</summary>
    /// <param name="ids">The ids.</param>
    /// <returns>The characters they complete.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id lies outside the vocabulary.</exception>
    public string Append(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(Append(id));
        }

        return text.ToString();
    }

    /// <summary>Ends the text and begins anew: a character that was cut off becomes U+FFFD.</summary>
    /// <returns>What was still waiting.</returns>
    public string Flush() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[_decoder.GetCharCount(bytes, flush)];
        return new string(characters, 0, _decoder.GetChars(bytes, characters, flush));
    }
}
