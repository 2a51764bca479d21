namespace AutoGpt.Sdk.Tools;

/// <summary>
/// What the tools of <see cref="HttpTools"/> may reach: named hosts, over named schemes and ports, and never an address that is not public unless its host is named
/// for that as well. Names are checked before a call, addresses when the connection is made: the address that was checked is the one that is dialled.
/// </summary>
public sealed record NetworkPolicy
{
    /// <summary>
    /// Hosts that may be reached, in ASCII: exact names (<c>api.example.com</c>), all names below one (<c>*.example.com</c>, which is not <c>example.com</c> itself), or addresses
    /// (<c>192.0.2.7</c>, <c>[2001:db8::7]</c>). At least one.
    /// </summary>
    public required IReadOnlyList<string> AllowedHosts { get; init; }

    /// <summary>Schemes, of <c>https</c> and <c>http</c>. Default: <c>https</c>.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = ["https"];

    /// <summary>Ports from 1 to 65535. Default: none named, which is the scheme's own, 443 or 80.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>
    /// Those of the allowed hosts, in the same form, that may lie at loopback and private addresses (RFC 1918, unique local, carrier-grade NAT): a server of one's own. Link-local addresses, where
    /// clouds keep their metadata, multicast and reserved ones are never dialled. Default: none.
    /// </summary>
    public IReadOnlyList<string> PrivateHosts { get; init; } = [];

    /// <summary>
    /// Headers that the application adds by origin (<c>https://api.example.com</c>), such as an <c>Authorization</c>: they go to that origin and no other, and no plan, prompt or journal holds
    /// them. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> OriginHeaders { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Whether <c>http_get</c> asks as well, since a request can carry something out in its URL. Default false: reading from an allowed host is free.</summary>
    public bool ReadsNeedApproval { get; init; }

    /// <summary>Bytes of a response's body, after decompression. Default 2 MiB, at least 1.</summary>
    public int MaxResponseBytes { get; init; } = 2 << 20;

    /// <summary>Redirects that are followed, each to an allowed host. Default 5, at least 0.</summary>
    public int MaxRedirects { get; init; } = 5;

    /// <summary>Time of a call with its redirects. Default 30 s, more than zero and at most a day.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Throws when the policy does not make sense.</summary>
    /// <exception cref="ArgumentException">A host, scheme, port, origin or bound is out of its range; the message names it.</exception>
    public void Validate() => _ = new NetworkRules(this);
}
