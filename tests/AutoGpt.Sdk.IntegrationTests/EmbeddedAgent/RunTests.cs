using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>Runs of the sample, over HTTP and with the in-box model.</summary>
[CancelAfter(120_000)]
public sealed class RunTests
{
    private const string Sort = "Sort names.txt and write the result to sorted.txt.";
    private const string Overwrite = "Sort names.txt and write the result to names.txt.";

    private string _folder = "";
    private EmbeddedApp _app = null!;
    private HttpClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = EmbeddedApp.NewFolder();
        _app = new EmbeddedApp(_folder, ("Runs:MaxActive", "2"));
        _client = _app.CreateClient();
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_run_is_started_watched_and_reported()
    {
        string id = await _client.StartAsync(Sort);
        List<(long Id, string Type)> events = [];
        await foreach ((long, string) happened in _client.EventsAsync(id))
        {
            events.Add(happened);
        }

        Assert.That(events.Select(happened => happened.Type), Is.EqualTo([
            "runStarted", "planCreated", "stepStarted", "stepCompleted", "stepStarted", "stepCompleted", "planEvaluated", "runCompleted"]));
        Assert.That(events.Select(happened => happened.Id), Is.EqualTo(Enumerable.Range(1, 8)));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, "workspace", "sorted.txt")), Is.EqualTo("Adam\nMia\nZoe\nZoe\n"));
        Assert.That((await _client.RunAsync(id))["status"]!.GetValue<string>(), Is.EqualTo("succeeded"));
        Assert.That((await _client.GetFromJsonAsync<JsonArray>("/runs"))!.Select(run => run!["id"]!.GetValue<string>()), Is.EqualTo([id]));
        using HttpResponseMessage report = await _client.GetAsync($"/runs/{id}/report");
        Assert.That(report.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/html"));
        Assert.That(await report.Content.ReadAsStringAsync(), Does.Contain("sort_lines").And.Contains("write_file"));
        Assert.That(await _client.GetStringAsync("/health"), Is.EqualTo("Healthy"));
    }

    [Test]
    public async Task A_stream_that_breaks_goes_on_without_gap_and_without_double()
    {
        string id = await _client.StartAsync(Overwrite);
        List<(long Id, string Type)> events = [];

        // Once more after every single event: what is there already, and what is to come.
        for (bool over = false; !over && events.Count < 20;)
        {
            await foreach ((long, string Type) happened in _client.EventsAsync(id, events.Count > 0 ? events[^1].Id : null))
            {
                events.Add(happened);
                over = happened.Type == "runCompleted";
                if (events.Count == 5)
                {
                    Assert.That(await _client.AnswerAsync(await _client.QuestionAsync(id), "approve"), Is.EqualTo(HttpStatusCode.NoContent));
                }

                break;
            }
        }

        Assert.That(events.Select(happened => happened.Id), Is.EqualTo(Enumerable.Range(1, 8)));
        using HttpRequestMessage again = new(HttpMethod.Get, $"/runs/{id}/events");
        again.Headers.Add("Last-Event-ID", "8");
        using HttpResponseMessage nothing = await _client.SendAsync(again);
        Assert.That(nothing.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), "which tells a browser not to come back");
    }

    [Test]
    public async Task A_run_is_cancelled()
    {
        string id = await _client.StartAsync(Overwrite);
        JsonNode question = await _client.QuestionAsync(id);
        using HttpResponseMessage cancelled = await _client.DeleteAsync($"/runs/{id}");
        Assert.That(cancelled.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await _client.EndAsync(id))["status"]!.GetValue<string>(), Is.EqualTo("cancelled"));
        Assert.That(await _client.AnswerAsync(question, "approve"), Is.EqualTo(HttpStatusCode.NotFound), "nobody waits for the answer any more");
        using HttpResponseMessage twice = await _client.DeleteAsync($"/runs/{id}");
        Assert.That(twice.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Too_many_runs_and_wrong_requests_are_told_as_problems()
    {
        string first = await _client.StartAsync(Overwrite);
        string second = await _client.StartAsync(Overwrite);
        await ProblemAsync(await _client.PostAsJsonAsync("/runs", new { goal = Sort }), HttpStatusCode.TooManyRequests);
        await ProblemAsync(await _client.PostAsJsonAsync("/runs", new { goal = "  " }), HttpStatusCode.BadRequest);
        await ProblemAsync(await _client.PostAsJsonAsync("/runs", new { goal = new string('x', 2001) }), HttpStatusCode.BadRequest);
        await ProblemAsync(await _client.PostAsync("/runs", new StringContent("not JSON", Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest);
        await ProblemAsync(await _client.PostAsync("/runs", new StringContent("""{"goal":"x"}""", Encoding.UTF8, "text/plain")), HttpStatusCode.UnsupportedMediaType);
        await ProblemAsync(await _client.GetAsync("/runs/none"), HttpStatusCode.NotFound);
        await ProblemAsync(await _client.GetAsync("/runs/none/events"), HttpStatusCode.NotFound);
        await ProblemAsync(await _client.GetAsync("/runs/none/report"), HttpStatusCode.NotFound);
        await ProblemAsync(await _client.DeleteAsync("/runs/none"), HttpStatusCode.NotFound);

        // A place is free again when a run ends. Both ask at the same time: neither waits for the other's answer.
        await _client.QuestionAsync(second);
        await _client.AnswerAsync(await _client.QuestionAsync(first), "refuse");
        await _client.EndAsync(first);
        await _client.EndAsync(await _client.StartAsync(Sort));
    }

    [TestCase("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [TestCase("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [TestCase("Sec-Fetch-Site", "same-origin", HttpStatusCode.NotFound)]
    [TestCase("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [TestCase("Origin", "null", HttpStatusCode.Forbidden)]
    [TestCase("Origin", "http://localhost", HttpStatusCode.NotFound)]
    [TestCase("Host", "evil.example", HttpStatusCode.BadRequest)]
    public async Task Other_sites_can_make_a_browser_do_nothing(string header, string value, HttpStatusCode expected)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/approvals/x") { Content = JsonContent.Create(new { decision = "approve", hash = "x" }) };
        request.Headers.Add(header, value);
        using HttpResponseMessage response = await _client.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task The_page_cannot_be_framed()
    {
        using HttpResponseMessage page = await _client.GetAsync("/");
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("<title>Embedded agent</title>").And.Not.Contains("innerHTML"));
        Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("frame-ancestors 'none'").And.Contains("default-src 'none'"));
    }

    private static async Task ProblemAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        using (response)
        {
            Assert.That(response.StatusCode, Is.EqualTo(expected), await response.Content.ReadAsStringAsync());
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That((await response.Content.ReadFromJsonAsync<JsonNode>())!["status"]!.GetValue<int>(), Is.EqualTo((int)expected));
        }
    }
}
