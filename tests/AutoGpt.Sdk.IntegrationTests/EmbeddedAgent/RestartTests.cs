using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>The sample over a journal that another process left: one that stopped, one that was killed.</summary>
[CancelAfter(120_000)]
public sealed class RestartTests
{
    private const string Overwrite = "Sort names.txt and write the result to names.txt.";

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = EmbeddedApp.NewFolder();

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_host_that_stops_leaves_its_runs_to_the_next()
    {
        string id;
        JsonNode old;
        await using (EmbeddedApp app = new(_folder))
        {
            using HttpClient client = app.CreateClient();
            id = await client.StartAsync(Overwrite);
            old = await client.QuestionAsync(id);
        }

        await GoesOnAsync(id, old);
    }

    [Test]
    public async Task A_run_whose_process_was_killed_goes_on_at_start()
    {
        string url = $"http://localhost:{FreePort()}";
        using HttpClient client = new() { BaseAddress = new Uri(url) };
        string id;
        JsonNode old;
        using (Process victim = Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "--urls", url, .. EmbeddedApp.Arguments(_folder)]) { RedirectStandardOutput = true })!)
        {
            try
            {
                _ = victim.StandardOutput.ReadToEndAsync();
                await ReadyAsync(client);
                id = await client.StartAsync(Overwrite);
                old = await client.QuestionAsync(id);
            }
            finally
            {
                victim.Kill();
                await victim.WaitForExitAsync();
            }
        }

        await GoesOnAsync(id, old);
    }

    [Test]
    public async Task A_run_that_a_person_cancelled_stays_cancelled()
    {
        string id;
        await using (EmbeddedApp app = new(_folder))
        {
            using HttpClient client = app.CreateClient();
            id = await client.StartAsync(Overwrite);
            await client.QuestionAsync(id);
            (await client.DeleteAsync($"/runs/{id}")).Dispose();
        }

        await using EmbeddedApp next = new(_folder);
        using HttpClient again = next.CreateClient();
        Assert.That((await again.EndAsync(id))["status"]!.GetValue<string>(), Is.EqualTo("cancelled"));
    }

    private async Task GoesOnAsync(string id, JsonNode old)
    {
        await using EmbeddedApp app = new(_folder);
        using HttpClient client = app.CreateClient();
        JsonNode question = await client.QuestionAsync(id);
        Assert.That(await client.AnswerAsync(old, "approve"), Is.EqualTo(HttpStatusCode.NotFound), "an answer to the old process is none to the new one");
        Assert.That(await client.AnswerAsync(question, "approve"), Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await client.EndAsync(id))["status"]!.GetValue<string>(), Is.EqualTo("succeeded"));

        List<(long Id, string Type)> events = [];
        await foreach ((long, string) happened in client.EventsAsync(id))
        {
            events.Add(happened);
        }

        // The first step was not run again; the second had begun, and never ended in the first process.
        Assert.That(events.Select(happened => happened.Type), Is.EqualTo([
            "runStarted", "planCreated", "stepStarted", "stepCompleted", "stepStarted", "runResumed", "stepStarted", "stepCompleted", "planEvaluated", "runCompleted"]));
        Assert.That(events.Select(happened => happened.Id), Is.EqualTo(Enumerable.Range(1, 10)));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, "workspace", "names.txt")), Is.EqualTo("Adam\nMia\nZoe\nZoe\n"));
    }

    private static async Task ReadyAsync(HttpClient client)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                (await client.GetAsync("/health")).EnsureSuccessStatusCode().Dispose();
                return;
            }
            catch (HttpRequestException) when (waited.Elapsed < TimeSpan.FromSeconds(60))
            {
                // Not listening yet.
            }
        }
    }

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
