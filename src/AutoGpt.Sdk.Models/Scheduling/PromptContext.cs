namespace AutoGpt.Sdk.Models;

/// <summary>The context of one generation, and what others hear of it: that its prompt is read, and in the end all that it read.</summary>
internal sealed class PromptContext(DecodingContext tokens, LoadedAdapter? adapter, PrefixCache? prefixes, PrefixCache.Reading? reading) : IDisposable
{
    private PrefixCache.Reading? _reading = reading;

    public DecodingContext Tokens => tokens;

    /// <summary>Tells that the prompt is read. Every time but the first does nothing.</summary>
    public void PromptRead()
    {
        if (_reading is { } reading)
        {
            _reading = null;
            tokens.Publish(prefixes!, reading);
        }
    }

    /// <summary>Closes the context, and keeps what it read for prompts that go on with it.</summary>
    /// <param name="text">The tokens of the text, of which the context has read the first.</param>
    public void Keep(ReadOnlySpan<int> text)
    {
        if (prefixes is not null)
        {
            tokens.DisposeInto(prefixes, adapter, text[..tokens.Length]);
        }
    }

    public void Dispose()
    {
        if (_reading is { } reading)
        {
            prefixes!.End(reading);
        }

        tokens.Dispose();
    }
}
