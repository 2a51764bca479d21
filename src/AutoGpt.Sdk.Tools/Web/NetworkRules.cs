using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// A policy that was checked, and what it says about URLs and addresses. A URL is taken only as it will be used: a host that means another one once it is
/// normalised – digits of other alphabets, numbers for addresses, percent signs – is refused, so that nobody who reads it is misled. Thread-safe.
/// </summary>
internal sealed class NetworkRules
{
    private const int MaxLength = 8192;

    private static readonly SearchValues<char> s_hostCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");
    private static readonly SearchValues<char> s_addressCharacters = SearchValues.Create("ABCDEFabcdef0123456789.:");

    private readonly string[] _hosts;
    private readonly string[] _privateHosts;
    private readonly string[] _schemes;
    private readonly int[] _ports;
    private readonly Dictionary<string, KeyValuePair<string, string>[]> _headers = new(StringComparer.OrdinalIgnoreCase);

    public NetworkRules(NetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfLessThan(policy.MaxResponseBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(policy.MaxRedirects);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(policy.Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(policy.Timeout, TimeSpan.FromDays(1));
        _hosts = [.. policy.AllowedHosts.Select(Pattern)];
        _privateHosts = [.. policy.PrivateHosts.Select(Pattern)];
        _schemes = [.. policy.Schemes.Select(scheme => scheme is "https" or "http" ? scheme : throw new ArgumentException($"'{scheme}' is no scheme of these tools; give https or http.", nameof(policy)))];
        _ports = [.. policy.Ports.Select(port => port is >= 1 and <= ushort.MaxValue ? port : throw new ArgumentException($"{port} is no port; give 1 to 65535.", nameof(policy)))];
        if (_hosts.Length == 0 || _schemes.Length == 0)
        {
            throw new ArgumentException("A network policy names at least one host and one scheme.", nameof(policy));
        }

        foreach ((string origin, IReadOnlyDictionary<string, string> headers) in policy.OriginHeaders)
        {
            if (!TryParse(origin, out Uri? url, out string? refusal) || url.PathAndQuery != "/" || origin.EndsWith('/'))
            {
                throw new ArgumentException($"'{origin}' is no origin of the policy, such as https://api.example.com. {refusal}".TrimEnd(), nameof(policy));
            }

            _headers.Add(OriginOf(url), [.. headers]);
        }
    }

    /// <summary>The scheme, host and port, in one form.</summary>
    public static string OriginOf(Uri url) => string.Create(CultureInfo.InvariantCulture, $"{url.Scheme}://{url.Host}:{url.Port}");

    /// <summary>The headers that the application adds for the origin of a URL.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HeadersFor(Uri url) => _headers.GetValueOrDefault(OriginOf(url), []);

    /// <summary>Reads a URL that the policy allows.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="url">The URL to request, and no other.</param>
    /// <param name="refusal">What is refused, why, and what to do, in one line.</param>
    public bool TryParse(string text, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? refusal)
    {
        url = null;
        refusal = Syntax(text, out string host);
        if (refusal is not null)
        {
            return false;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? parsed))
        {
            refusal = "This is no URL: its host, port or path is malformed.";
        }
        else if (parsed.UserInfo.Length > 0 || !parsed.Host.Equals(host, StringComparison.OrdinalIgnoreCase) || parsed.IdnHost.Trim('[', ']') != parsed.Host.Trim('[', ']'))
        {
            refusal = $"The host '{host}' is another way to write '{parsed.IdnHost}'; only the plain form is taken.";
        }
        else
        {
            refusal = Refusal(parsed.Scheme, parsed.Host.Trim('[', ']'), parsed.Port);
        }

        url = refusal is null ? parsed : null;
        return refusal is null;
    }

    /// <summary>Why a scheme, host and port are refused, or null.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="host">A name, or an address without brackets.</param>
    /// <param name="port">The port.</param>
    public string? Refusal(string scheme, string host, int port)
    {
        if (!_schemes.Contains(scheme))
        {
            return $"The scheme '{scheme}' is not allowed; use {string.Join(" or ", _schemes)}.";
        }

        if (!Matches(_hosts, host))
        {
            return $"The host '{host}' is not allowed; allowed are {string.Join(", ", _hosts.Take(10))}{(_hosts.Length > 10 ? " and others" : "")}.";
        }

        if (_ports.Length > 0 ? !_ports.Contains(port) : port != (scheme == "https" ? 443 : 80))
        {
            return string.Create(CultureInfo.InvariantCulture, $"The port {port} is not allowed; use {(_ports.Length > 0 ? string.Join(" or ", _ports) : "the scheme's own")}.");
        }

        return IPAddress.TryParse(host, out IPAddress? address) ? Refusal(host, AddressClass.Of(address)) : null;
    }

    /// <summary>Why a host may not lie at an address of a class, or null.</summary>
    /// <param name="host">A name, or an address without brackets.</param>
    /// <param name="address">The class of the address.</param>
    public string? Refusal(string host, AddressClass address) => address.Reach switch
    {
        AddressReach.Public => null,
        AddressReach.Private when Matches(_privateHosts, host) => null,
        AddressReach.Private => $"The host '{host}' lies at a {address.Name} address, which is refused; name it in {nameof(NetworkPolicy)}.{nameof(NetworkPolicy.PrivateHosts)} if it is a server of your own.",
        _ => $"The host '{host}' lies at a {address.Name} address, which is never reached; use a host at a public one.",
    };

    private static string? Syntax(string text, out string host)
    {
        host = "";
        if (text.Length > MaxLength)
        {
            return $"The URL is longer than {MaxLength} characters.";
        }

        if (text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || character == '\\' || char.GetUnicodeCategory(character) == UnicodeCategory.Format))
        {
            return "The URL holds blanks, control characters or backslashes; write them percent-encoded (%20) or leave them out.";
        }

        int colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon < 1)
        {
            return "This is no URL; begin it with https://, then the host.";
        }

        string authority = text[(colon + 3)..];
        authority = authority[..(authority.IndexOfAny(['/', '?', '#']) is >= 0 and int end ? end : authority.Length)];
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            return "The URL holds a user name or password before its host (@); leave them out.";
        }

        int bracket = authority.IndexOf(']', StringComparison.Ordinal);
        int port = authority.IndexOf(':', Math.Max(bracket, 0));
        host = port >= 0 ? authority[..port] : authority;
        bool isAddress = host.Length > 2 && host[0] == '[' && host[^1] == ']' && !host.AsSpan(1..^1).ContainsAnyExcept(s_addressCharacters);
        bool isName = host.Length > 0 && !host.AsSpan().ContainsAnyExcept(s_hostCharacters) && char.IsAsciiLetterOrDigit(host[^1]);
        bool isPort = port < 0 || (authority.Length - port - 1 is >= 1 and <= 5 && authority.AsSpan(port + 1).IndexOfAnyExceptInRange('0', '9') < 0);
        return isPort && (isAddress || isName) ? null : "The URL's host or port is not plainly written; write a host of ASCII letters, digits, hyphens and dots (xn--… for others) and a decimal port.";
    }

    private static bool Matches(string[] patterns, string host)
    {
        foreach (string pattern in patterns)
        {
            if (pattern.StartsWith("*.", StringComparison.Ordinal)
                ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(host, out _)
                : pattern.Equals(host, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // Written with the syntax of URLs, so that what is compared with them is what they can hold.
    private static string Pattern(string host)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        bool isPlain = Syntax("https://" + name + "/", out string written) is null && written == name
            && Uri.TryCreate("https://" + name + "/", UriKind.Absolute, out Uri? url) && url.Host.Equals(name, StringComparison.OrdinalIgnoreCase);
        return isPlain && (name == host || !name.StartsWith('['))
            ? host.Trim('[', ']').ToLowerInvariant()
            : throw new ArgumentException($"'{host}' is no host of a network policy; give a name (api.example.com), a name below one (*.example.com) or an address, in ASCII and plainly written.");
    }
}
