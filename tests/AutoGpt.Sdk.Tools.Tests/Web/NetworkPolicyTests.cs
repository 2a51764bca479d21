using System.Net;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools.Tests.Web;

public sealed class NetworkPolicyTests
{
    private static readonly (string Url, bool Allowed)[] Urls =
    [
        ("https://api.example.com/", true), ("https://API.Example.Com/x", true), ("https://api.example.com:443/", true), ("https://a.b.example.org/", true), ("https://93.184.216.34/", true),
        ("https://[2606:2800:220:1::1]/x", true), ("https://example.org/", false), ("https://xexample.org/", false), ("https://api.example.com.evil.net/", false), ("https://1.2.3.4/", false),
        ("http://api.example.com/", false), ("https://api.example.com:8443/", false), ("https://api.example.com./", false), ("https://api.example.com@evil.net/", false), ("https://evil.net/@api.example.com", false),
        ("https://evil.net\\@api.example.com/", false), ("https:/api.example.com/", false), ("api.example.com", false), ("", false), (" https://api.example.com/", false), ("https://api.example.com/a b", false),
        ("https://api.example.com/\u202E", false), ("https://api.example.com:/", false), ("https://api.example.com:0443/", true), ("https://%61pi.example.com/", false), ("https://[2606:2800:220:1:0:0:0:1]/", false),
        ("https://10.0.0.1/", false), ("https://127.0.0.1/", true), ("https://127.1/", false), ("https://2130706433/", false), ("file:///etc/passwd", false), ("javascript:alert(1)", false),
        ("https://api.example.com/" + new string('a', 8000), true), ("https://api.example.com/" + new string('a', 9000), false), ("https://api.example.com#@evil.net/", true),
    ];

    private static readonly NetworkPolicy Policy = new()
    {
        AllowedHosts = ["api.example.com", "*.example.org", "93.184.216.34", "[2606:2800:220:1::1]", "10.0.0.1", "127.0.0.1"],
        PrivateHosts = ["127.0.0.1"],
    };

    [TestCaseSource(nameof(Urls))]
    public async Task The_guard_reads_urls_as_they_are_used((string Url, bool Allowed) test)
    {
        ActionDecision decision = await new NetworkGuard(Policy).DecideAsync(new ActionRequest("run", 1, "http_get", new JsonObject { ["url"] = test.Url }));
        Assert.That(decision.Permission, Is.EqualTo(test.Allowed ? ActionPermission.Allow : ActionPermission.Deny), decision.Reason);
        Assert.That(decision.Reason, test.Allowed ? Is.Null : Does.Not.Contain("\n").And.Length.InRange(20, 300));
    }

    [Test]
    public async Task The_guard_refuses_what_is_no_text_and_abstains_about_other_tools()
    {
        NetworkGuard guard = new(Policy);
        foreach (JsonObject arguments in (JsonObject[])[[], new() { ["url"] = 7 }, new() { ["url"] = new JsonArray("https://api.example.com/") }, new() { ["url"] = null }])
        {
            Assert.That((await guard.DecideAsync(new ActionRequest("run", 1, "http_send", arguments))).Permission, Is.EqualTo(ActionPermission.Deny));
        }

        Assert.That(await guard.DecideAsync(new ActionRequest("run", 1, "read_file", [])), Is.EqualTo(ActionDecision.Abstain));
    }

    [TestCase("https://api.example.com")]
    [TestCase("")]
    [TestCase("*")]
    [TestCase("*.")]
    [TestCase("a*.example.com")]
    [TestCase("*.*.example.com")]
    [TestCase("api.example.com:443")]
    [TestCase("api.example.com/")]
    [TestCase("api.example.com.")]
    [TestCase("münchen.example")]
    [TestCase("127.1")]
    [TestCase("2130706433")]
    [TestCase("*.[::1]")]
    [TestCase("::1")]
    [TestCase("user@api.example.com")]
    public void A_host_is_plainly_written(string host) => Assert.That(new NetworkPolicy { AllowedHosts = [host] }.Validate, Throws.InstanceOf<ArgumentException>());

    [Test]
    public void A_policy_makes_sense()
    {
        NetworkPolicy good = new() { AllowedHosts = ["api.example.com"] };
        Assert.That(good.Validate, Throws.Nothing);
        NetworkPolicy[] bad =
        [
            good with { AllowedHosts = [] }, good with { Schemes = [] }, good with { Schemes = ["ftp"] }, good with { Ports = [0] }, good with { Ports = [65536] }, good with { MaxRedirects = -1 },
            good with { MaxResponseBytes = 0 }, good with { Timeout = TimeSpan.Zero }, good with { PrivateHosts = ["*"] }, Origin("https://other.example.com"), Origin("https://api.example.com/x"), Origin("https://api.example.com/"),
            Origin("http://api.example.com"), Origin("api.example.com"),
        ];
        foreach (NetworkPolicy policy in bad)
        {
            Assert.That(policy.Validate, Throws.InstanceOf<ArgumentException>(), policy.ToString());
            Assert.That(() => HttpTools.Create(policy), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => new NetworkGuard(policy), Throws.InstanceOf<ArgumentException>());
        }

        NetworkPolicy Origin(string origin) => good with { OriginHeaders = new Dictionary<string, IReadOnlyDictionary<string, string>> { [origin] = new Dictionary<string, string>() } };
    }

    [TestCase("8.8.8.8", "Public")]
    [TestCase("100.63.255.255", "Public")]
    [TestCase("100.128.0.0", "Public")]
    [TestCase("172.15.255.255", "Public")]
    [TestCase("172.32.0.0", "Public")]
    [TestCase("11.0.0.0", "Public")]
    [TestCase("192.0.1.0", "Public")]
    [TestCase("198.17.255.255", "Public")]
    [TestCase("198.20.0.0", "Public")]
    [TestCase("223.255.255.255", "Public")]
    [TestCase("2606:4700::1111", "Public")]
    [TestCase("2001:4860:4860::8888", "Public")]
    [TestCase("::ffff:8.8.8.8", "Public")]
    [TestCase("64:ff9b::8.8.8.8", "Public")]
    [TestCase("127.0.0.0", "Private")]
    [TestCase("100.127.255.255", "Private")]
    [TestCase("172.31.255.255", "Private")]
    [TestCase("::1", "Private")]
    [TestCase("fdff::1", "Private")]
    [TestCase("::ffff:10.1.2.3", "Private")]
    [TestCase("64:ff9b::10.1.2.3", "Private")]
    [TestCase("169.254.169.254", "Never")]
    [TestCase("::ffff:169.254.169.254", "Never")]
    [TestCase("0.255.255.255", "Never")]
    [TestCase("255.255.255.255", "Never")]
    [TestCase("::", "Never")]
    [TestCase("::127.0.0.1", "Never")]
    [TestCase("::2", "Never")]
    [TestCase("fe80::1%2", "Never")]
    [TestCase("2606:4700::1111%3", "Never")]
    [TestCase("2002:808:808::1", "Never")]
    [TestCase("2001:0:808:808::1", "Never")]
    [TestCase("2001:db8::1", "Never")]
    [TestCase("3fff:fff::1", "Never")]
    [TestCase("4000::1", "Never")]
    [TestCase("64:ff9b:1::808:808", "Never")]
    [TestCase("168.63.129.16", "Never")]
    [TestCase("100.100.100.200", "Never")]
    [TestCase("fd00:ec2::254", "Never")]
    public void Addresses_are_what_the_registries_say(string address, string reach) => Assert.That(AddressClass.Of(IPAddress.Parse(address)).Reach.ToString(), Is.EqualTo(reach));

    [TestCase("10.0.0.9", true)]
    [TestCase("127.0.0.1", true)]
    [TestCase("169.254.169.254", false)]
    [TestCase("224.0.0.1", false)]
    public async Task A_host_of_ones_own_may_lie_at_a_private_address_and_no_further(string address, bool reached)
    {
        await using WebBench bench = new(_ => new NetworkPolicy { AllowedHosts = ["own.example", "other.example"], PrivateHosts = ["own.example"], Schemes = ["http"] });
        bench.Names["own.example"] = bench.Names["other.example"] = new([[IPAddress.Parse(address)]]);
        Assert.That(() => bench.GetAsync("http://own.example/"), reached ? Is.EqualTo("canary") : Throws.InstanceOf<ToolException>());
        Assert.That(() => bench.GetAsync("http://other.example/"), Throws.InstanceOf<ToolException>().With.Message.Contains("'other.example' lies at a"));
    }
}
