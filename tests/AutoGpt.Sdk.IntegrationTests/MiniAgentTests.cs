using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>The whole agent, on the in-box model, over real files.</summary>
public sealed class MiniAgentTests
{
    private const string Contacts = "Anna <anna@example.com>\nBen ben@example.org\nanna@example.com again\n";
    private const string Sales = "region,product,price,quantity\nnorth,tea,4.50,120\nsouth,coffee,7.20,80\nnorth,coffee,7.10,60\n";

    private static readonly CausalLanguageModel Mini = MiniModel.Load();

    private string _folder = "";

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("autogpt-mini-").FullName;
        File.WriteAllText(Path.Combine(_folder, "contacts.txt"), Contacts);
        File.WriteAllText(Path.Combine(_folder, "sales.csv"), Sales);
        File.WriteAllText(Path.Combine(_folder, "names.txt"), "Zoe\nAdam\nZoe\nMia\n");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [OneTimeTearDown]
    public void Free() => Mini.Dispose();

    [TestCase("Extract the e-mail addresses from contacts.txt, remove the duplicates and write them to emails.txt.", "emails.txt", "anna@example.com\nben@example.org")]
    [TestCase("Sort names.txt and save the result to sorted.txt.", "sorted.txt", "Adam\nMia\nZoe\nZoe")]
    [TestCase("Write the total quantity in sales.csv to total.txt.", "total.txt", "260")]
    [TestCase("Remove the duplicate lines from names.txt, then sort them and write the result to clean.txt.", "clean.txt", "Adam\nMia\nZoe")]
    [TestCase("Copy names.txt to backup.txt.", "backup.txt", "Zoe\nAdam\nZoe\nMia")]
    public async Task Goals_leave_the_right_file(string goal, string file, string expected)
    {
        AgentResult result = await Agent(Mini).RunAsync(goal);
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Succeeded), result.Question ?? result.Reason);
        Assert.That((await File.ReadAllTextAsync(Path.Combine(_folder, file))).TrimEnd('\n'), Is.EqualTo(expected));
    }

    [TestCase("How many lines does names.txt have?", "4")]
    [TestCase("What is the highest price in sales.csv?", "7.2")]
    [TestCase("Which product has the highest price in sales.csv?", "coffee")]
    [TestCase("What is (12.5 + 3) * 4?", "62")]
    public async Task Questions_are_answered(string goal, string expected)
    {
        AgentResult result = await Agent(Mini).RunAsync(goal);
        Assert.That((result.Status, result.Answer), Is.EqualTo((AgentStatus.Succeeded, expected)), result.Question ?? result.Reason);
    }

    [Test]
    public async Task The_same_goal_gives_the_same_plan()
    {
        Plan first = (await Agent(Mini).RunAsync("How many words are in names.txt?")).Plan!;
        Plan again = (await Agent(Mini).RunAsync("How many words are in names.txt?")).Plan!;
        Assert.That(again.Steps.Select(step => step.Arguments.ToJsonString()), Is.EqualTo(first.Steps.Select(step => step.Arguments.ToJsonString())));
        Assert.That(again.Confidence, Is.EqualTo(first.Confidence));
    }

    [Test]
    public async Task Other_tools_are_refused_with_a_hint()
    {
        AIFunction weather = AIFunctionFactory.Create((string city) => "rain", "get_weather");
        AgentResult result = await AutonomousAgent.Create(Mini, [weather]).RunAsync("What is the weather in Paris?");
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Failed));
        Assert.That(result.Reason, Does.Contain("mini").And.Contain("general model"));
    }

    [Test]
    public void It_only_plans() =>
        Assert.That(async () => await Mini.CompleteAsync(new Prompt { Messages = [new ChatMessage(ChatRole.User, "hello")] }), Throws.InstanceOf<NotSupportedException>());

    [Test]
    public void It_is_small() =>
        Assert.That(new FileInfo(typeof(MiniModel).Assembly.Location).Length, Is.LessThan(16 << 20));

    [Test]
    public async Task Bytes_as_weights_plan_alike()
    {
        using CausalLanguageModel small = MiniModel.Load(new MiniModelOptions { Weights = SimdWeightFormat.Int8 });
        AgentResult result = await Agent(small).RunAsync("Sort names.txt and save the result to sorted.txt.");
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Succeeded));
    }

    private AutonomousAgent Agent(ILanguageModel model)
    {
        Workspace workspace = Workspace.Open(_folder);
        return AutonomousAgent.Create(model, WorkspaceTools.Create(workspace), components => components.Guards.Add(new WorkspaceGuard(workspace)));
    }
}
