using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Tools;

/// <summary>A request before it is sent, and what becomes of it on the way through redirects.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">An allowed URL.</param>
internal sealed record WebRequest(HttpMethod Method, Uri Url)
{
    // They steer the connection, not the request: the client sets them.
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Content-Length", "Content-Encoding", "Expect", "HTTP2-Settings", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
    };

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string? Body { get; init; }

    /// <summary>Reads headers of the form <c>Name: value</c>.</summary>
    /// <exception cref="ToolException">One is malformed, or is the client's own.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ParseHeaders(IEnumerable<string> lines) => [.. lines.Select(ParseHeader)];

    /// <summary>The request that a redirect asks for, by the rules of browsers (Fetch, HTTP-redirect fetch).</summary>
    /// <param name="status">The status of the answer.</param>
    /// <param name="url">Where it leads: an allowed URL.</param>
    /// <exception cref="ToolException">It leads what is to be sent to another origin than the one it was meant for.</exception>
    public WebRequest Redirect(int status, Uri url)
    {
        bool becomesGet = Method != HttpMethod.Get && (status == 303 || (status is 301 or 302 && Method == HttpMethod.Post));
        bool crosses = NetworkRules.OriginOf(url) != NetworkRules.OriginOf(Url);
        if (crosses && !becomesGet && Method != HttpMethod.Get)
        {
            // Who approved the call approved this body for that host.
            throw new ToolException($"{Url.Host} redirects the {Method} to another origin, {NetworkRules.OriginOf(url)}; call that one if it is meant.");
        }

        return this with
        {
            Method = becomesGet ? HttpMethod.Get : Method,
            Url = url,
            Body = becomesGet ? null : Body,
            Headers = crosses ? [] : becomesGet ? [.. Headers.Where(header => !IsOfContent(header.Key))] : Headers,
        };
    }

    public HttpRequestMessage ToMessage(IEnumerable<KeyValuePair<string, string>> originHeaders)
    {
        HttpRequestMessage message = new(Method, Url);
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("AutoGpt.Sdk", null));
        message.Headers.TryAddWithoutValidation("Accept", "text/*, application/json, application/xml;q=0.9, */*;q=0.1");
        if (Body is not null)
        {
            message.Content = new StringContent(Body, Encoding.UTF8, IsJson(Body) ? "application/json" : "text/plain");
        }

        foreach ((string name, string value) in Headers.Concat(originHeaders)) // The application's own last: they hold.
        {
            HttpHeaders headers = IsOfContent(name) ? message.Content?.Headers ?? throw new ToolException($"The header '{name}' is for a body, and there is none.") : message.Headers;
            headers.Remove(name);
            if (!headers.TryAddWithoutValidation(name, value))
            {
                throw new ToolException($"The header '{name}' cannot be sent.");
            }
        }

        return message;
    }

    private static KeyValuePair<string, string> ParseHeader(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string name = colon > 0 ? line[..colon] : "", value = line[(colon + 1)..].Trim(' ');
        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_') || value.Any(character => character is < ' ' or > '~'))
        {
            throw new ToolException("A header is malformed; write it as 'Name: value' in ASCII.");
        }

        return s_reserved.Contains(name) || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
            ? throw new ToolException($"The header '{name}' belongs to the connection and cannot be given; leave it out.")
            : KeyValuePair.Create(name, value);
    }

    private static bool IsOfContent(string name) => name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
