using System.IO.Compression;
using System.Net;
using System.Text;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools.Tests.Web;

[CancelAfter(60_000)]
public sealed class HttpToolTests
{
    [Test]
    public async Task Reading_and_sending(CancellationToken cancellationToken)
    {
        await using WebBench bench = new(Policy, request => LoopbackServer.Text($"{request.Method} {request.Target} {request.Headers.GetValueOrDefault("Content-Type")} {request.Body}"));
        Assert.That(await bench.GetAsync("http://allowed.example/a?b=c#d", cancellationToken), Is.EqualTo("GET /a?b=c  "));
        foreach (string method in (string[])["POST", "PUT", "PATCH", "DELETE"])
        {
            Assert.That(await SendAsync(bench, method, "http://allowed.example/x", """{"a":"ä"}""", cancellationToken: cancellationToken), Is.EqualTo($$"""{{method}} /x application/json; charset=utf-8 {"a":"ä"}"""));
        }

        Assert.That(await SendAsync(bench, "POST", "http://allowed.example/x", "plain", cancellationToken: cancellationToken), Is.EqualTo("POST /x text/plain; charset=utf-8 plain"));
        Assert.That(await SendAsync(bench, "POST", "http://allowed.example/x", "a,b", ["Content-Type: text/csv"], cancellationToken), Is.EqualTo("POST /x text/csv a,b"));
        Assert.That(await SendAsync(bench, "DELETE", "http://allowed.example/x", null, cancellationToken: cancellationToken), Is.EqualTo("DELETE /x  "));
    }

    [Test]
    public async Task Nothing_is_remembered_or_told_but_the_request(CancellationToken cancellationToken)
    {
        using System.Diagnostics.Activity activity = new System.Diagnostics.Activity("trace").Start();
        await using WebBench bench = new(Policy, _ => LoopbackServer.Text("x", "Content-Type: text/plain\r\nSet-Cookie: id=1; Path=/"));
        await bench.GetAsync("http://allowed.example/", cancellationToken);
        await bench.GetAsync("http://allowed.example/", cancellationToken);
        Assert.That(bench.Public.Requests.SelectMany(request => request.Headers.Keys).Distinct(), Is.EquivalentTo(["Host", "User-Agent", "Accept", "Accept-Encoding"]));
        Assert.That(bench.Public.Connections, Is.EqualTo(1), "connections are used again");
    }

    [TestCase(301, "POST", "GET")]
    [TestCase(302, "POST", "GET")]
    [TestCase(303, "POST", "GET")]
    [TestCase(307, "POST", "POST")]
    [TestCase(308, "POST", "POST")]
    [TestCase(301, "PUT", "PUT")]
    [TestCase(302, "DELETE", "DELETE")]
    [TestCase(303, "PUT", "GET")]
    public async Task Redirects_change_the_method_as_in_browsers(int status, string method, string then, CancellationToken cancellationToken)
    {
        await using WebBench bench = new(Policy, request => request.Target == "/a" ? LoopbackServer.Redirect(status, "/b#c") : LoopbackServer.Text("end"));
        Assert.That(await SendAsync(bench, method, "http://allowed.example/a", "body", ["X-Key: k", "Content-Language: en"], cancellationToken), Is.EqualTo("end"));
        LoopbackServer.Request last = bench.Public.Requests.Last();
        Assert.That((last.Method, last.Target, last.Body, last.Headers.GetValueOrDefault("X-Key"), last.Headers.ContainsKey("Content-Language")), Is.EqualTo((then, "/b", then == "GET" ? "" : "body", "k", then != "GET")));
    }

    [Test]
    public async Task Headers_do_not_cross_to_another_origin(CancellationToken cancellationToken)
    {
        await using WebBench bench = new(
            bench => Policy(bench) with { OriginHeaders = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["http://allowed.example"] = new Dictionary<string, string> { ["Authorization"] = "Bearer secret" } } },
            request => request.Target switch { "/a" => LoopbackServer.Redirect(303, "http://other.trusted.example/b"), "/b" => LoopbackServer.Redirect(302, "http://allowed.example/c"), _ => LoopbackServer.Text("end") });
        await SendAsync(bench, "POST", "http://allowed.example/a", "body", ["X-Key: k", "Authorization: Basic mine"], cancellationToken);
        Assert.That(bench.Public.Requests.Select(request => (request.Target, request.Headers.GetValueOrDefault("Authorization"), request.Headers.GetValueOrDefault("X-Key"))),
            Is.EqualTo(new[] { ("/a", "Bearer secret", "k"), ("/b", null, null), ("/c", "Bearer secret", null) }), "the application's header is of its origin, and holds");
    }

    [TestCase(200)]
    [TestCase(500)]
    public async Task A_page_that_echoes_its_request_does_not_tell_the_secret(int status, CancellationToken cancellationToken)
    {
        await using WebBench bench = new(
            bench => Policy(bench) with { OriginHeaders = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["http://allowed.example"] = new Dictionary<string, string> { ["Authorization"] = "Bearer s3cr3t-t0ken" } } },
            request => LoopbackServer.Answer(status == 200 ? "200 OK" : "500 Broken", "Content-Type: text/plain", Encoding.UTF8.GetBytes($"you sent {request.Headers.GetValueOrDefault("Authorization")}")));
        string told;
        try
        {
            told = await SendAsync(bench, "POST", "http://allowed.example/a", "body", cancellationToken: cancellationToken);
        }
        catch (Exception error) when (status == 500)
        {
            told = error.Message;
        }

        Assert.That(told, Does.Contain("you sent …").And.Not.Contain("s3cr3t"));
    }

    [TestCase(307)]
    [TestCase(308)]
    [TestCase(301)]
    public async Task What_is_sent_does_not_cross_to_another_origin(int status, CancellationToken cancellationToken)
    {
        await using WebBench bench = new(Policy, request => request.Target == "/a" ? LoopbackServer.Redirect(status, "http://allowed.example:8080/b") : LoopbackServer.Text("end"));
        Assert.That(() => SendAsync(bench, status == 301 ? "PUT" : "POST", "http://allowed.example/a", "body", cancellationToken: cancellationToken), Throws.InstanceOf<ToolException>().With.Message.Contains("another origin"));
        Assert.That(bench.Public.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Redirects_end(CancellationToken cancellationToken)
    {
        await using WebBench bench = new(Policy, request => LoopbackServer.Redirect(302, request.Target + "x"));
        Assert.That(() => bench.GetAsync("http://allowed.example/", cancellationToken), Throws.InstanceOf<ToolException>().With.Message.Contains("more than 5 times"));
        Assert.That(bench.Public.Requests, Has.Count.EqualTo(6));
    }

    [TestCase("text/plain; charset=iso-8859-1", "E4", "ä")]
    [TestCase("text/html; charset=\"windows-1252\"", "80", "€")]
    [TestCase("text/plain; charset=shift_jis", "8ABF8E9A", "漢字")]
    [TestCase("text/plain; charset=utf-16le", "E4006100", "äa")]
    [TestCase("text/plain; charset=iso-8859-1", "EFBBBFC3A4", "ä")]
    [TestCase("application/problem+json", "7B7D", "{}")]
    [TestCase("TEXT/CSV", "C3A4", "ä")]
    [TestCase("text/plain", "61FF62", "a\uFFFDb")]
    [TestCase("application/octet-stream", "61", null)]
    [TestCase("image/png", "61", null)]
    [TestCase("text/plain; charset=klingon", "61", null)]
    [TestCase("", "61", null)]
    [TestCase("", "", "")]
    public async Task Text_is_what_its_content_type_says(string type, string bytes, string? expected, CancellationToken cancellationToken)
    {
        await using WebBench bench = new(Policy, _ => LoopbackServer.Answer("200 OK", type.Length > 0 ? "Content-Type: " + type : "X-None: 1", Convert.FromHexString(bytes)));
        Assert.That(() => bench.GetAsync("http://allowed.example/", cancellationToken), expected is null ? Throws.InstanceOf<ToolException>() : Is.EqualTo(expected));
    }

    [Test]
    public async Task A_large_answer_is_not_read_to_its_end(CancellationToken cancellationToken)
    {
        byte[] bomb = Gzip(new byte[50_000_000]);
        Assert.That(bomb, Has.Length.LessThan(100_000));
        await using WebBench bench = new(bench => Policy(bench) with { MaxResponseBytes = 100_000 }, request => request.Target switch
        {
            "/fits" => LoopbackServer.Text(new string('a', 100_000)),
            "/large" => LoopbackServer.Answer("200 OK", "Content-Type: text/plain", [], 100_001), // Says so, and sends nothing: it must not be waited for.
            "/bomb" => LoopbackServer.Answer("200 OK", "Content-Type: text/plain\r\nContent-Encoding: gzip", bomb),
            _ => Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat("1000\r\n" + new string('b', 4096) + "\r\n", 25))), // And never an end.
        });
        Assert.That(await bench.GetAsync("http://allowed.example/fits", cancellationToken), Has.Length.EqualTo(100_000));
        foreach (string path in (string[])["large", "bomb", "endless"])
        {
            Assert.That(() => bench.GetAsync("http://allowed.example/" + path, cancellationToken), Throws.InstanceOf<ToolException>().With.Message.Contains("larger than 100000 bytes"), path);
        }
    }

    [Test]
    public async Task A_status_that_is_no_success_fails_and_says_what_was_told(CancellationToken cancellationToken)
    {
        await using WebBench bench = new(Policy, request => request.Target switch
        {
            "/missing" => LoopbackServer.Answer("404 Not Found", "Content-Type: text/plain", Encoding.UTF8.GetBytes("no\n such thing" + new string('x', 1000))),
            "/busy" => LoopbackServer.Answer("429 Too Many", "Retry-After: 7", []),
            "/down" => LoopbackServer.Answer("503 Down", "Content-Type: text/html", []),
            _ => LoopbackServer.Answer("304 Not Modified", "X: y", []),
        });
        HttpRequestException missing = (await Assert.ThrowsAsync<HttpRequestException>(() => bench.GetAsync("http://allowed.example/missing", cancellationToken)))!;
        Assert.That((missing.StatusCode, TransientFailure.IsTransient(missing)), Is.EqualTo((HttpStatusCode.NotFound, false)));
        Assert.That(missing.Message, Does.StartWith("GET allowed.example/missing answered 404 Not Found: no such thingxx").And.Length.LessThan(400));
        Assert.That((await Assert.ThrowsAsync<TransientToolException>(() => bench.GetAsync("http://allowed.example/busy", cancellationToken)))!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(TransientFailure.IsTransient((await Assert.ThrowsAsync<HttpRequestException>(() => bench.GetAsync("http://allowed.example/down", cancellationToken)))!));
        Assert.That(() => bench.GetAsync("http://allowed.example/same", cancellationToken), Throws.InstanceOf<HttpRequestException>());
    }

    [Test]
    public async Task Time_and_cancellation_end_a_call(CancellationToken cancellationToken)
    {
        await using WebBench bench = new(bench => Policy(bench) with { Timeout = TimeSpan.FromMilliseconds(300) }, _ => []); // It never answers.
        TimeoutException late = (await Assert.ThrowsAsync<TimeoutException>(() => bench.GetAsync("http://allowed.example/", cancellationToken)))!;
        Assert.That(late.Message, Is.EqualTo("GET allowed.example took longer than 0.3 s."));
        using CancellationTokenSource cancel = new(50);
        Assert.That(() => bench.GetAsync("http://allowed.example/", cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("Host: internal")]
    [TestCase("host: x")]
    [TestCase("Content-Length: 5")]
    [TestCase("Transfer-Encoding: chunked")]
    [TestCase("Connection: upgrade")]
    [TestCase("Proxy-Authorization: x")]
    [TestCase("X-A: b\r\nHost: c")]
    [TestCase("X-A\t: b")]
    [TestCase(": b")]
    [TestCase("nothing")]
    [TestCase("X-A: ä")]
    public async Task Headers_of_the_connection_cannot_be_given(string header, CancellationToken cancellationToken)
    {
        await using WebBench bench = new(Policy);
        Assert.That(() => SendAsync(bench, "POST", "http://allowed.example/", "x", [header], cancellationToken), Throws.InstanceOf<ToolException>());
        Assert.That(bench.Public.Connections, Is.Zero);
    }

    [Test]
    public async Task An_agent_is_told_what_is_refused_reads_freely_and_asks_before_it_sends(CancellationToken cancellationToken)
    {
        int tries = 0;
        await using WebBench bench = new(Policy, request => request.Target == "/busy" && ++tries < 3 ? LoopbackServer.Answer("503 Busy", "Retry-After: 0", []) : LoopbackServer.Text("text of " + request.Target));
        Approval approval = new();
        async Task<StepResult> StepAsync(string tool, string arguments)
        {
            AgentComponents parts = new() { Planner = new ScriptedPlanner(ScriptedPlanner.Of((tool, arguments))), Approval = approval };
            parts.Guards.Add(new NetworkGuard(bench.Policy));
            foreach (AIFunction each in bench.Tools)
            {
                parts.Tools.Add(each);
            }

            parts.Options.MaxReplans = 0;
            return (await new AutonomousAgent(parts).RunAsync("goal", cancellationToken: cancellationToken)).Steps.Single();
        }

        StepResult read = await StepAsync("http_get", """{"url":"http://allowed.example/busy"}""");
        Assert.That((read.Status, read.Text, read.Attempts), Is.EqualTo((StepStatus.Succeeded, "text of /busy", 3)));
        StepResult refused = await StepAsync("http_get", """{"url":"http://169.254.169.254/latest/meta-data/"}""");
        Assert.That((refused.Status, refused.Error), Is.EqualTo((StepStatus.Refused, "The host '169.254.169.254' is not allowed; allowed are allowed.example, *.trusted.example.")));
        Assert.That(approval.Reasons, Is.Empty);
        Assert.That((await StepAsync("http_send", """{"method":"POST","url":"http://allowed.example/x","body":"b"}""")).Status, Is.EqualTo(StepStatus.Succeeded));
        Assert.That((await StepAsync("http_send", """{"method":"POST","url":"http://evil.example/x","body":"b"}""")).Status, Is.EqualTo(StepStatus.Refused));
        Assert.That(approval.Reasons, Is.EqualTo(["http_send would send a request to allowed.example (POST http://allowed.example/x)."]), "nobody is asked about what is refused anyway");
    }

    [Test]
    public async Task Reading_asks_where_the_policy_says_so(CancellationToken cancellationToken)
    {
        NetworkPolicy policy = new() { AllowedHosts = ["allowed.example"], ReadsNeedApproval = true };
        AIFunction get = HttpTools.Create(policy)[0];
        Assert.That((get.AdditionalProperties[ToolHints.ReadOnly], get.AdditionalProperties[ToolHints.Idempotent]), Is.EqualTo((false, true)));
        ActionDecision decision = await new NetworkGuard(policy).DecideAsync(new ActionRequest("run", 1, "http_get", new() { ["url"] = "https://allowed.example/" }), cancellationToken);
        Assert.That(decision.Permission, Is.EqualTo(ActionPermission.Ask));
    }

    [Test]
    public void The_tools_say_what_they_are()
    {
        IReadOnlyList<AIFunction> tools = HttpTools.Create(new NetworkPolicy { AllowedHosts = ["allowed.example"] });
        Assert.That(tools.Select(tool => (tool.Name, tool.AdditionalProperties[ToolHints.ReadOnly], tool.AdditionalProperties[ToolHints.Idempotent])), Is.EqualTo(new (string, object, object)[] { ("http_get", true, true), ("http_send", false, false) }));
        Assert.That(WorkspaceTools.Names, Has.None.StartsWith("http_"), "the in-box model knows the built-in tools and no others");
    }

    private static NetworkPolicy Policy(WebBench bench) => new() { AllowedHosts = ["allowed.example", "*.trusted.example"], Schemes = ["http"], Ports = [80, 8080] };

    private static Task<string> SendAsync(WebBench bench, string method, string url, string? body, string[]? headers = null, CancellationToken cancellationToken = default) =>
        bench.CallAsync("http_send", cancellationToken, ("method", method), ("url", url), ("headers", headers), ("body", body));

    private static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private sealed class Approval : IApprovalHandler
    {
        public List<string> Reasons { get; } = [];

        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            Reasons.Add(reason);
            return ValueTask.FromResult(true);
        }
    }
}
