using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>The sample, with a folder and a journal of its own; several hosts, one after another, can be over the same.</summary>
internal sealed class EmbeddedApp(string folder, params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
{
    public static string NewFolder()
    {
        string folder = Directory.CreateTempSubdirectory("autogpt-embedded-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "workspace"));
        File.WriteAllText(Path.Combine(folder, "workspace", "names.txt"), "Zoe\nAdam\nZoe\nMia\n");
        return folder;
    }

    /// <summary>The same settings for a process of its own.</summary>
    public static IEnumerable<string> Arguments(string folder) =>
        [$"--Storage:Workspace={Path.Combine(folder, "workspace")}", $"--Storage:Journal={Path.Combine(folder, "runs.db")}"];

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Storage:Workspace", Path.Combine(folder, "workspace"));
        builder.UseSetting("Storage:Journal", Path.Combine(folder, "runs.db"));
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        foreach ((string key, string value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}

/// <summary>What a client of the sample does.</summary>
internal static class EmbeddedClient
{
    public static async Task<string> StartAsync(this HttpClient client, string goal)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync("/runs", new { goal });
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        return response.Headers.Location!.ToString()["/runs/".Length..];
    }

    public static async Task<JsonNode> RunAsync(this HttpClient client, string id) => (await client.GetFromJsonAsync<JsonNode>($"/runs/{id}"))!;

    public static async IAsyncEnumerable<(long Id, string Type)> EventsAsync(this HttpClient client, string id, long? last = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"/runs/{id}/events");
        if (last is { } number)
        {
            request.Headers.Add("Last-Event-ID", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(response.IsSuccessStatusCode, Is.True, response.StatusCode.ToString());
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync())
        {
            using JsonDocument json = JsonDocument.Parse(item.Data);
            long sequence = json.RootElement.GetProperty("sequence").GetInt64();
            Assert.That(item.EventId, Is.EqualTo(sequence.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            yield return (sequence, json.RootElement.GetProperty("type").GetString()!);
        }
    }

    /// <summary>Waits until a run is over, and gives its result.</summary>
    public static async Task<JsonNode> EndAsync(this HttpClient client, string id)
    {
        await foreach ((long, string Type) happened in client.EventsAsync(id))
        {
            if (happened.Type == "runCompleted")
            {
                return (await client.RunAsync(id))["result"]!;
            }
        }

        throw new AssertionException("The stream ended before the run.");
    }

    /// <summary>Waits for the question of a run, other than one that is known.</summary>
    public static async Task<JsonNode> QuestionAsync(this HttpClient client, string run)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30);)
        {
            JsonArray open = (await client.GetFromJsonAsync<JsonArray>("/approvals"))!;
            if (open.FirstOrDefault(question => question!["runId"]!.GetValue<string>() == run) is { } found)
            {
                return found;
            }

            await Task.Delay(20);
        }

        throw new AssertionException("No question came.");
    }

    public static async Task<HttpStatusCode> AnswerAsync(this HttpClient client, JsonNode question, string decision, string? hash = null)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(
            $"/approvals/{question["id"]}", new { decision, hash = hash ?? question["hash"]!.GetValue<string>() });
        return response.StatusCode;
    }
}
