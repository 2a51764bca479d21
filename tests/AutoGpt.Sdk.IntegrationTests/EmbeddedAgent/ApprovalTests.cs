using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>Approvals over HTTP: for what was shown, once, in time.</summary>
[CancelAfter(120_000)]
public sealed class ApprovalTests
{
    private const string Overwrite = "Sort names.txt and write the result to names.txt.";
    private const string Before = "Zoe\nAdam\nZoe\nMia\n";

    private string _folder = "";

    private string Names => File.ReadAllText(Path.Combine(_folder, "workspace", "names.txt"));

    [SetUp]
    public void SetUp() => _folder = EmbeddedApp.NewFolder();

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task An_answer_counts_once_and_for_what_was_shown()
    {
        await using EmbeddedApp app = new(_folder);
        using HttpClient client = app.CreateClient();
        string id = await client.StartAsync(Overwrite);
        JsonNode question = await client.QuestionAsync(id);
        Assert.That(question["tool"]!.GetValue<string>(), Is.EqualTo("write_file"));
        Assert.That(question["arguments"]!["text"]!.GetValue<string>(), Is.EqualTo("Adam\nMia\nZoe\nZoe"), "the very arguments, with references resolved");
        Assert.That((await client.QuestionAsync(id)).ToJsonString(), Is.EqualTo(question.ToJsonString()), "the same when the page is loaded again");

        Assert.That(await client.AnswerAsync(question, "approve", new string('0', 64)), Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await client.AnswerAsync(question, "yes"), Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Names, Is.EqualTo(Before), "nothing was done yet");
        Assert.That(await client.AnswerAsync(question, "approve"), Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await client.EndAsync(id))["status"]!.GetValue<string>(), Is.EqualTo("succeeded"));
        Assert.That(Names, Is.EqualTo("Adam\nMia\nZoe\nZoe\n"));

        // The answer is used up: the same run asks anew for the same call, and the old answer opens nothing.
        await File.WriteAllTextAsync(Path.Combine(_folder, "workspace", "names.txt"), Before);
        string second = await client.StartAsync(Overwrite);
        JsonNode asked = await client.QuestionAsync(second);
        Assert.That(await client.AnswerAsync(question, "approve"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await client.AnswerAsync(asked, "approve", question["hash"]!.GetValue<string>()), Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(Names, Is.EqualTo(Before));
        Assert.That(await client.AnswerAsync(asked, "refuse"), Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await client.EndAsync(second))["status"]!.GetValue<string>(), Is.EqualTo("refused"));
        Assert.That(Names, Is.EqualTo(Before));
    }

    [Test]
    public async Task Of_many_answers_at_once_one_counts()
    {
        await using EmbeddedApp app = new(_folder);
        using HttpClient client = app.CreateClient();
        string id = await client.StartAsync(Overwrite);
        JsonNode question = await client.QuestionAsync(id);
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.AnswerAsync(question, "refuse")));
        Assert.That(answers.Count(answer => answer == HttpStatusCode.NoContent), Is.EqualTo(1));
        Assert.That((await client.EndAsync(id))["status"]!.GetValue<string>(), Is.EqualTo("refused"));
    }

    [Test]
    public async Task What_nobody_answers_is_refused()
    {
        await using EmbeddedApp app = new(_folder, ("Approvals:Timeout", "00:00:01"));
        using HttpClient client = app.CreateClient();
        string id = await client.StartAsync(Overwrite);
        JsonNode question = await client.QuestionAsync(id);
        Assert.That((await client.EndAsync(id))["status"]!.GetValue<string>(), Is.EqualTo("refused"));
        Assert.That(await client.AnswerAsync(question, "approve"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await client.GetFromJsonAsync<JsonArray>("/approvals"), Is.Empty);
        Assert.That(Names, Is.EqualTo(Before));
    }
}
