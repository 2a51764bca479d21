using System.Net.Http.Headers;
using System.Text;

namespace AutoGpt.Sdk.Tools;

/// <summary>Reads the text of a response: what its content type calls text, and no more of it than is allowed.</summary>
internal static class WebText
{
    private const int ExcerptLength = 300;

    private static readonly HashSet<string> s_types = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/json", "application/xml", "application/javascript", "application/yaml", "application/x-yaml", "application/toml", "application/csv", "application/sql",
        "application/x-ndjson", "application/jsonl", "application/x-www-form-urlencoded", "application/graphql", "image/svg+xml",
    };

    /// <summary>Reads the whole text. Bytes that its charset does not know become U+FFFD, as in browsers.</summary>
    /// <exception cref="ToolException">It is no text, in no charset that is known, or too large.</exception>
    public static async Task<string> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        // One byte more than may be, to see whether there is one.
        byte[] bytes = await ReadBytesAsync(content, maxBytes + 1L, cancellationToken).ConfigureAwait(false);
        if (bytes.Length > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        if (bytes.Length == 0)
        {
            return "";
        }

        if (content.Headers.ContentType is not { } type || !IsText(type))
        {
            throw new ToolException($"The answer is {content.Headers.ContentType?.MediaType ?? "of no stated type"}, not text; only text can be read.");
        }

        return Decode(bytes, type);
    }

    /// <summary>The beginning of a text on one line; empty where there is none.</summary>
    public static async Task<string> ExcerptAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType is not { } type || !IsText(type))
        {
            return "";
        }

        try
        {
            string text = Decode(await ReadBytesAsync(content, 4 * ExcerptLength, cancellationToken).ConfigureAwait(false), type);
            string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return line.Length > ExcerptLength ? line[..ExcerptLength] + "…" : line;
        }
        catch (Exception error) when (error is IOException or ToolException)
        {
            return ""; // The status says enough.
        }
    }

    private static bool IsText(MediaTypeHeaderValue type) => type.MediaType is { } name
        && (name.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || s_types.Contains(name)
            || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase) || name.EndsWith("+xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith("+yaml", StringComparison.OrdinalIgnoreCase));

    private static async Task<byte[]> ReadBytesAsync(HttpContent content, long atMost, CancellationToken cancellationToken)
    {
        using MemoryStream read = new();
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = new byte[16 * 1024];
            while (read.Length < atMost)
            {
                int count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, atMost - read.Length)), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                read.Write(buffer, 0, count);
            }
        }

        return read.ToArray();
    }

    // A byte order mark says more than the header.
    private static string Decode(byte[] bytes, MediaTypeHeaderValue type)
    {
        using StreamReader reader = new(new MemoryStream(bytes), EncodingOf(type.CharSet?.Trim('"', '\'', ' ')), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private static Encoding EncodingOf(string? charset)
    {
        try
        {
            return string.IsNullOrEmpty(charset) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8
                : CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ToolException($"The answer is in the charset '{charset}', which is not known.", error);
        }
    }

    private static ToolException TooLarge(int maxBytes) => new($"The answer is larger than {maxBytes} bytes; ask for less, or for a part.");
}
