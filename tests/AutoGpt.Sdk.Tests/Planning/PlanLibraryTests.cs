using System.Diagnostics;
using AutoGpt.Sdk.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

/// <summary>What every library does, and what a planner does with one.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class PlanLibraryTests(bool onDisk)
{
    private string _folder = "";
    private IPlanLibrary _library = null!;

    [SetUp]
    public void Open()
    {
        _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        _library = onDisk ? new FilePlanLibrary(_folder) : new InMemoryPlanLibrary();
    }

    [TearDown]
    public void Remove()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Keeps_finds_replaces_lists_and_removes()
    {
        Assert.That(await _library.FindAsync("a"), Is.Null);
        Assert.That(await NamesAsync(), Is.Empty);
        await _library.SaveAsync(Template("b", "first"));
        await _library.SaveAsync(Template("a", "x"));
        await _library.SaveAsync(Template("b", "second"));
        Assert.That(await NamesAsync(), Is.EqualTo(["a", "b"]));
        PlanTemplate found = (await _library.FindAsync("b"))!;
        Assert.That((found.Description, found.Goal, found.Parameters.Single(), found.Plan.Steps[0].Arguments.ToJsonString()), Is.EqualTo(("second", "Read {{file}}", new PlanParameter("file"), """{"path":"{{file}}"}""")));
        Assert.That(await _library.RemoveAsync("b"));
        Assert.That(await _library.RemoveAsync("b"), Is.False);
        Assert.That(await _library.FindAsync("b"), Is.Null);
    }

    [Test]
    public async Task Takes_nothing_unsound_and_no_path_for_a_name()
    {
        Assert.That(async () => await _library.SaveAsync(Template("../a", "x")), Throws.ArgumentException);
        Assert.That(async () => await _library.SaveAsync(Template("a", "x") with { Parameters = [new PlanParameter("nowhere")] }), Throws.ArgumentException);
        Assert.That(await _library.FindAsync("../../etc/passwd"), Is.Null);
        Assert.That(await NamesAsync(), Is.Empty);
    }

    [TestCase("Read notes.txt", "notes.txt")]
    [TestCase("  read   \"my notes.txt\". ", "my notes.txt")]
    [TestCase("Read a.txt and write it to b.txt", null)]
    [TestCase("Please read a.txt", null)]
    public async Task A_goal_in_the_words_of_a_template_costs_no_token(string goal, string? file)
    {
        await _library.SaveAsync(Template("read", "x"));
        await _library.SaveAsync(new PlanTemplate("copy", Plan(("copy", """{"from":"{{a}}","to":"{{b}}"}"""))) { Goal = "Read {{a}} and write it to {{b}}", Parameters = [new PlanParameter("a"), new PlanParameter("b")] });
        ScriptedPlanner other = new(Plan(("read", """{"path":"planned"}""")) with { Tokens = 9 });
        TestTool read = new("read", TestTool.Path);
        AgentResult result = await Agent(new LibraryPlanner(_library, other), [read]).RunAsync(goal);
        if (goal.Contains("write", StringComparison.Ordinal))
        {
            // The better fit needs a tool that is not there; what is left reads it all as the name of a file.
            Assert.That(result.Plan!.Steps[0].Arguments["path"]!.GetValue<string>(), Is.EqualTo("a.txt and write it to b.txt"));
            return;
        }

        Assert.That((result.Tokens, read.Calls.Single()), Is.EqualTo((file is null ? 9L : 0L, $$"""{"path":"{{file ?? "planned"}}"}""")));
    }

    [TestCase("Say {{a}}.", "say x", "x")]
    [TestCase(" Say {{a}} ", "Say 'x'.", "x")]
    [TestCase("Say {{a}} and {{a}}", "Say x and x", "x")]
    [TestCase("Say {{a}} and {{a}}", "Say x and y", null, Description = "one parameter has one value")]
    [TestCase("Say the number {{n}}", "Say the number ten", null, Description = "not JSON: another goal, not a failure")]
    [TestCase("Say the number {{n}}", "Say the number 10", "10")]
    public async Task Values_are_read_from_the_goal(string wording, string goal, string? said)
    {
        string name = wording.Contains("{{n}}", StringComparison.Ordinal) ? "n" : "a";
        await _library.SaveAsync(new PlanTemplate("t", Plan(("say", $$$"""{"text":"{{{{{name}}}}}"}""")))
        {
            Goal = wording, Parameters = [new PlanParameter(name) { Kind = name == "n" ? PlanParameterKind.Json : PlanParameterKind.Text }],
        });
        Plan plan = await new LibraryPlanner(_library, new ScriptedPlanner(Sdk.Plan.Ask("?"))).PlanAsync(new PlanningContext(goal, [new TestTool("say", """{"type":"object","properties":{"text":{}}}""")]));
        Assert.That(plan.IsQuestion ? null : plan.Steps[0].Arguments["text"]!.ToString(), Is.EqualTo(said));
    }

    [Test]
    public async Task No_goal_takes_long_to_compare()
    {
        string[] names = ["a", "b", "c", "d", "e"];
        await _library.SaveAsync(new PlanTemplate("t", Plan(("say", """{"text":"{{a}}{{b}}{{c}}{{d}}{{e}}"}"""))) { Goal = "x {{a}} x {{b}} x {{c}} x {{d}} x {{e}} end", Parameters = [.. names.Select(name => new PlanParameter(name))] });
        PlanningContext context = new(string.Concat(Enumerable.Repeat("x ", 2000)) + "x y end", [new TestTool("say", TestTool.Text)]);
        Plan plan = await new LibraryPlanner(_library, new ScriptedPlanner(Sdk.Plan.Ask("?"))).PlanAsync(context);
        Assert.That(plan.Steps.Single().Arguments["text"]!.GetValue<string>(), Does.StartWith("xxxx").And.EndWith("x x y"), "read as it stands, however many ways there are to read it");
        Stopwatch watch = Stopwatch.StartNew();
        await new LibraryPlanner(_library, new ScriptedPlanner(Sdk.Plan.Ask("?"))).PlanAsync(context with { Goal = context.Goal.Text + "s" });
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task When_the_plan_of_the_library_fails_the_other_planner_is_asked()
    {
        await _library.SaveAsync(Template("read", "x"));
        ScriptedPlanner other = new(Plan(("list", "{}")));
        AgentResult result = await Agent(new LibraryPlanner(_library, other), [new TestTool("read", TestTool.Path, (_, _) => throw new InvalidOperationException("gone")), new TestTool("list")]).RunAsync("Read a.txt");
        Assert.That((result.Status, result.Plans), Is.EqualTo((AgentStatus.Succeeded, 2)));
        Assert.That(other.Contexts.Single().Attempts.Single().Feedback.Reason, Does.Contain("gone"));
    }

    [Test]
    public async Task A_plan_can_be_given_to_a_run()
    {
        RecordingJournal journal = new();
        TestTool read = new("read", TestTool.Path);
        ScriptedPlanner planner = new();
        AutonomousAgent agent = Agent(planner, [read], parts => parts.Journal = journal);
        AgentResult result = await agent.RunAsync("goal", new AgentRunOptions { Plan = Template("a", "x").Bind(new Dictionary<string, string> { ["file"] = "f.txt" }) });
        Assert.That((result.Status, read.Calls.Single(), planner.Contexts.Count), Is.EqualTo((AgentStatus.Succeeded, """{"path":"f.txt"}""", 0)));
        Assert.That(() => agent.RunStreamingAsync("goal", new AgentRunOptions { Plan = Plan(("nothing", "{}")) }), Throws.ArgumentException.With.Message.Contains("'nothing'"));

        // It is in the journal, so that the run goes on with it.
        RecordingJournal begun = new();
        await begun.AppendAsync("r", journal.Events[0]);
        AgentResult? resumed = null;
        string id = ((RunStarted)journal.Events[0]).RunId;
        RecordingJournal cut = new();
        await cut.AppendAsync(id, journal.Events[0]);
        await foreach (AgentEvent happened in Agent(planner, [read], parts => parts.Journal = cut).ResumeStreamingAsync(id))
        {
            resumed = (happened as RunCompleted)?.Result;
        }

        Assert.That((resumed!.Status, planner.Contexts.Count), Is.EqualTo((AgentStatus.Succeeded, 0)));
    }

    internal static PlanTemplate Template(string name, string description) =>
        new(name, Plan(("read", """{"path":"{{file}}"}"""))) { Description = description, Goal = "Read {{file}}", Parameters = [new PlanParameter("file")] };

    private async Task<List<string>> NamesAsync()
    {
        List<string> names = [];
        await foreach (PlanTemplate template in _library.ListAsync())
        {
            names.Add(template.Name);
        }

        return names;
    }
}
