using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools.Tests.Web;

/// <summary>
/// Requests that try to reach what is not public, by grammar: an address × ways to write it × scheme × port × user name × path, given by the URL, by one or two redirects, or by a name server
/// that answers with it – at once, among others, or only when it is asked again. The judge is a server at those addresses: it counts connections. Beside them as many honest requests.
/// </summary>
[CancelAfter(300_000)]
public sealed class SsrfTests
{
    private static readonly string[] Addresses =
    [
        "127.0.0.1", "127.1.2.3", "127.255.255.254", "10.0.0.5", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "0.0.0.0", "0.1.2.3",
        "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    ];

    private static readonly string[] OtherHosts =
    [
        "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::1%25lo]", "[::1%lo]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[2002::1]",
        "[64:ff9b:1::1]", "[5f00::1]", "[4000::1]", "localhost", "LOCALHOST", "localhost.", "foo.localhost", "lo\tcalhost", "lo\ncalhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loc\u00ADalhost", "loc%61lhost", "127.0.0.1.nip.example",
        "allowed.example.evil.example", "evilallowed.example", "trusted.example", "evil-trusted.example", "allowed.example.", "allowed。example", "allowed．example", "аllowed.example", "allowed.example\u0000.evil.example",
    ];

    private static readonly string[] UserInfo = ["", "allowed.example@", "allowed.example:80@", "user:password@", "allowed.example%40", "allowed.example\\@", "a@b@", "allowed.example\t@", "allowed.example#@", "allowed.example?@", ":@", "@"];
    private static readonly string[] Paths = ["/", "", "/x?y=1#z", "?@allowed.example", "#@allowed.example", "/\\allowed.example", "/%2e%2e/", "\\x", "/latest/meta-data/", "/@allowed.example/", ";x", " ", "/\r\nHost: allowed.example"];
    private static readonly string[] Schemes = ["http://", "https://", "HTTP://", "http:", "http:/", "http:\\\\", "http:////", "//", " http://", "ht\ntp://", "ftp://", "file://", "gopher://", "ws://", "jar:http://", "http://http://"];
    private static readonly string[] HonestPaths = ["/", "/a", "/a/b.html", "/search?q=x&y=1", "/a%20b", "/%C3%A4", "/x#part", "/~user/", "/a;b=1", "/mail?to=a@b.example", "/?u=http://127.0.0.1/", "/10.0.0.5/", "/a:b", "/(x)", "/dir/../up", "/ä", "/漢字", "/'x'", "/a+b"];

    [Test]
    public async Task Nothing_reaches_what_is_not_public(CancellationToken cancellationToken)
    {
        (int cases, int hits, int refusals, int harmless, string report) = await AttackAsync(null, cancellationToken);
        TestContext.Out.WriteLine($"{cases} attacks: {refusals} refused with a reason, {harmless} that mean an allowed host after all, {hits} hits");
        Assert.That(cases, Is.GreaterThan(10_000));
        Assert.That(hits, Is.Zero, report);
        Assert.That(refusals + harmless, Is.EqualTo(cases), report);
        Assert.That(harmless, Is.LessThan(cases / 8), report);
    }

    [Test]
    public async Task Without_the_check_of_the_connection_the_same_requests_get_through(CancellationToken cancellationToken)
    {
        (int cases, int hits, _, _, _) = await AttackAsync(_ => new AddressClass(AddressReach.Public, "unchecked"), cancellationToken);
        TestContext.Out.WriteLine($"{cases} attacks, {hits} hits");
        Assert.That(hits, Is.GreaterThan(cases / 10), "the requests that only the connection can tell");
    }

    [Test]
    public async Task Honest_requests_are_never_refused(CancellationToken cancellationToken)
    {
        await using WebBench bench = new(bench => Policy(bench, ["*.trusted.example", "allowed.example", "xn--mnchen-3ya.example", "intranet.example", "93.184.216.34", "[2606:2800:220:1::1]"]) with { PrivateHosts = ["intranet.example"] }, Answer);
        NetworkGuard guard = new(bench.Policy);
        bench.Names["v6.trusted.example"] = new([[IPAddress.Parse("2606:2800:220:1::1"), WebBench.PublicAddress]]);
        bench.Names["nat.trusted.example"] = new([[IPAddress.Parse("64:ff9b::93.184.216.34")]]);
        bench.Names["mapped.trusted.example"] = new([[IPAddress.Parse("::ffff:93.184.216.34")]]);
        bench.Names["intranet.example"] = new([[IPAddress.Loopback]]);
        string[] hosts = ["allowed.example", "Allowed.Example", "a.trusted.example", "a.b-c.trusted.example", "a_b.trusted.example", "127.trusted.example", "v6.trusted.example", "nat.trusted.example", "mapped.trusted.example", "xn--mnchen-3ya.example", "93.184.216.34", "[2606:2800:220:1::1]", "intranet.example"];
        Random random = new(11);
        int requests = 0;
        List<string> refused = [];
        while (requests < 11_000)
        {
            string host = hosts[random.Next(hosts.Length)];
            string port = host == "intranet.example" ? $":{bench.Public.Port}" : random.Next(3) switch { 0 => "", 1 => ":80", _ => ":8080" };
            string path = HonestPaths[random.Next(HonestPaths.Length)];
            string url = $"http://{host}{port}{path}";
            string asked = random.Next(4) == 0 ? $"http://allowed.example/r/{random.Next(5) switch { 0 => 301, 1 => 302, 2 => 303, 3 => 307, _ => 308 }}/{Encode(url)}" : url;
            requests++;
            try
            {
                ActionDecision decision = await guard.DecideAsync(new ActionRequest("run", 1, "http_get", new JsonObject { ["url"] = asked }), cancellationToken);
                string expected = "honest " + new Uri(url).PathAndQuery;
                string got = await bench.GetAsync(asked, cancellationToken);
                if (decision != ActionDecision.Allow || got != expected)
                {
                    refused.Add($"{asked}: {decision}, '{got}' instead of '{expected}'");
                }
            }
            catch (Exception error) when (error is ToolException or HttpRequestException)
            {
                refused.Add($"{asked}: {error.Message}");
            }
        }

        TestContext.Out.WriteLine($"{requests} honest requests, {refused.Count} refused");
        Assert.That(refused, Is.Empty);
        Assert.That(bench.Canary.Connections, Is.Zero);
    }

    private static async Task<(int Cases, int Hits, int Refusals, int Harmless, string Report)> AttackAsync(Func<IPAddress, AddressClass>? classify, CancellationToken cancellationToken)
    {
        // One policy allows names alone, the other the very addresses as well: what stops a request there is what kind of address it is.
        int cases = 0, hits = 0, refusals = 0, harmless = 0;
        StringBuilder report = new();
        foreach (bool generous in (bool[])[false, true])
        {
            string[] names = ["allowed.example", "*.trusted.example"];
            await using WebBench bench = new(
                bench => Policy(bench, generous ? [.. names, "localhost", .. Addresses, "[::1]", "[::]", "[fc00::1]", "[fe80::1]", .. Addresses.Select(address => $"[{Mapped(address)}]")] : names), Answer, classify);
            foreach ((string tool, string url) in Attacks(bench))
            {
                int before = bench.Canary.Connections, asked = bench.Public.Connections;
                string outcome;
                try
                {
                    outcome = await bench.CallAsync(tool, cancellationToken, tool == "http_get" ? [("url", url)] : [("method", "POST"), ("url", url), ("body", "x")]);

                    // 'http://allowed.example?@127.0.0.1' is a request to allowed.example.
                    bool stayed = outcome.StartsWith("honest /", StringComparison.Ordinal);
                    harmless += stayed ? 1 : 0;
                    outcome = stayed ? "" : "gave " + outcome;
                }
                catch (Exception error) when (error is ToolException)
                {
                    outcome = "";
                    refusals++;
                    Assert.That(error.Message, Has.Length.InRange(20, 600), url);
                }
                catch (HttpRequestException error)
                {
                    // An allowed host that was asked for TLS, of which this server knows nothing.
                    bool stayed = error.HttpRequestError == HttpRequestError.SecureConnectionError && bench.Public.Connections > asked;
                    harmless += stayed ? 1 : 0;
                    outcome = stayed ? "" : error.Message;
                }

                cases++;
                hits += bench.Canary.Connections > before ? 1 : 0;
                if (outcome.Length > 0 || bench.Canary.Connections > before)
                {
                    report.AppendLine(CultureInfo.InvariantCulture, $"{tool} {url}: {outcome}, {bench.Canary.Connections - before} hits");
                }
            }
        }

        return (cases, hits, refusals, harmless, report.Length > 4000 ? report.ToString(0, 4000) : report.ToString());
    }

    private static IEnumerable<(string Tool, string Url)> Attacks(WebBench bench)
    {
        Random random = new(7);
        T Any<T>(T[] of) => of[random.Next(of.Length)];
        string Tool() => random.Next(3) == 0 ? "http_send" : "http_get";
        int name = 0;
        string[] ports = ["", ":80", ":443", $":{bench.Canary.Port}", $":{bench.Canary.Port}", ":0", ":99999", ":", ":8０"];
        foreach (string host in Addresses.SelectMany(Writings).Concat(OtherHosts))
        {
            // Plainly, with the canary's own port, and three times somehow.
            yield return (Tool(), $"http://{host}:{bench.Canary.Port}/");
            for (int each = 0; each < 3; each++)
            {
                yield return (Tool(), Any(Schemes) + Any(UserInfo) + host + Any(ports) + Any(Paths));
            }

            string target = $"{Any(["http://", "https://", "//", "HTTP:", "/\\", "\\\\"])}{Any([.. Enumerable.Repeat("", 6), .. UserInfo])}{host}:{bench.Canary.Port}{Any(Paths)}";
            string first = $"http://allowed.example/r/{Any([301, 302, 303, 307, 308])}/{Encode(target)}";
            yield return (Tool(), first);
            yield return (Tool(), $"http://a.trusted.example/r/{Any([301, 302, 303])}/{Encode(first)}");
        }

        // A name that is allowed, and a name server that is not honest.
        foreach (IPAddress address in Addresses.SelectMany(address => (string[])[address, Mapped(address), Nat64(address), SixToFour(address), Teredo(address), "::" + address, "::ffff:0:" + address])
            .Concat(["::1", "::", "fe80::1", "fe80::1%1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001:2::1", "64:ff9b:1::a00:1", "3fff::1", "5f00::1", "100::1"]).Select(IPAddress.Parse))
        {
            foreach (IPAddress[] answer in (IPAddress[][])[[address], [WebBench.PublicAddress, address], [address, WebBench.PublicAddress]])
            {
                string host = Host([answer]);
                yield return (Tool(), $"http://{host}:{Any([80, bench.Canary.Port])}/");
                yield return ("http_get", $"http://allowed.example/r/302/{Encode($"http://{Host([answer])}/")}");
            }

            // Public when first asked, and something else when asked again: here for the second connection, which a redirect to another port needs.
            string rebinding = Host([[WebBench.PublicAddress], [address]]);
            yield return ("http_get", $"http://{rebinding}/r/302/{Encode($"http://{rebinding}:{bench.Canary.Port}/")}");
        }

        string Host(IPAddress[][] answers)
        {
            string host = $"n{++name}.trusted.example";
            bench.Names[host] = new Queue<IPAddress[]>(answers);
            return host;
        }
    }

    private static IEnumerable<string> Writings(string address)
    {
        byte[] parts = IPAddress.Parse(address).GetAddressBytes();
        uint number = (uint)((parts[0] << 24) | (parts[1] << 16) | (parts[2] << 8) | parts[3]);
        string Join(Func<byte, string> write) => string.Join('.', parts.Select(write));
        yield return address;
        yield return number.ToString(CultureInfo.InvariantCulture);
        yield return $"0x{number:x8}";
        yield return "0" + Convert.ToString(number, 8);
        yield return Join(part => $"0x{part:X}");
        yield return Join(part => "0" + Convert.ToString(part, 8));
        yield return Join(part => part.ToString("000", CultureInfo.InvariantCulture));
        yield return $"{parts[0]}.{number & 0xffffff}";
        yield return $"{parts[0]}.{parts[1]}.{number & 0xffff}";
        yield return address + ".";
        yield return "%" + string.Join('%', Encoding.ASCII.GetBytes(address).Select(character => character.ToString("x2", CultureInfo.InvariantCulture)));
        yield return address.Replace('.', '。');
        yield return address.Replace(".", "%2e", StringComparison.Ordinal);
        yield return string.Concat(address.Select(character => char.IsAsciiDigit(character) ? char.ConvertFromUtf32(character == '0' ? 0x24EA : 0x2460 + character - '1') : "."));
        yield return string.Concat(address.Select(character => char.IsAsciiDigit(character) ? ((char)(character - '0' + '０')).ToString() : "．"));
        yield return string.Concat(address.Select(character => char.IsAsciiDigit(character) ? char.ConvertFromUtf32(character - '0' + 0x1D7CE) : "."));
        yield return string.Concat(address.Select(character => char.IsAsciiDigit(character) ? ((char)(character - '0' + '٠')).ToString() : "."));
        yield return address.Insert(2, "\u200b");
        yield return address.Insert(2, "\t");
        yield return $"[{Mapped(address)}]";
        yield return $"[::ffff:{address}]";
        yield return $"[0:0:0:0:0:ffff:{number >> 16:x}:{number & 0xffff:x}]";
        yield return $"[::{address}]";
        yield return $"[{Nat64(address)}]";
        yield return $"[{SixToFour(address)}]";
        yield return $"[{Teredo(address)}]";
        yield return $"[::ffff:0:{address}]";
        yield return $"[{address}]";
        yield return address + "%00.allowed.example";
        yield return address + "#.allowed.example";
        yield return address + ":80:80";
    }

    private static string Mapped(string address) => IPAddress.Parse(address).MapToIPv6().ToString();

    private static string Nat64(string address) => "64:ff9b::" + address;

    private static string SixToFour(string address) => IPAddress.Parse(address).GetAddressBytes() is var parts ? $"2002:{parts[0]:x2}{parts[1]:x2}:{parts[2]:x2}{parts[3]:x2}::1" : "";

    private static string Teredo(string address) => IPAddress.Parse(address).GetAddressBytes() is var parts ? $"2001:0:5db8:d822:0:0:{parts[0] ^ 255:x2}{parts[1] ^ 255:x2}:{parts[2] ^ 255:x2}{parts[3] ^ 255:x2}" : "";

    private static NetworkPolicy Policy(WebBench bench, string[] hosts) => new() { AllowedHosts = hosts, Schemes = ["http", "https"], Ports = [80, 443, 8080, bench.Canary.Port, bench.Public.Port], Timeout = TimeSpan.FromSeconds(10) };

    // /r/STATUS/HEX redirects to what the hexadecimal digits say.
    private static byte[] Answer(LoopbackServer.Request request) => request.Target.Split('/') is ["", "r", var status, var where] && where.All(char.IsAsciiHexDigitUpper)
        ? LoopbackServer.Redirect(int.Parse(status, CultureInfo.InvariantCulture), Encoding.Latin1.GetString(Convert.FromHexString(where)))
        : LoopbackServer.Text("honest " + request.Target);

    private static string Encode(string location) => Convert.ToHexString(Encoding.UTF8.GetBytes(string.Concat(location.Split('\r', '\n', '\0')))); // A header has no lines.
}
