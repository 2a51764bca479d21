using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AutoGpt.Sdk.Tests;

public sealed class AddAutoGptTests
{
    private const string Reply = """{"steps":[{"tool":"write","arguments":{"path":"a.txt"}}]}""";

    [Test]
    public async Task The_agent_is_made_of_what_was_registered()
    {
        RecordingJournal journal = new();
        Approve approval = new();
        ServiceCollection services = new();
        services.AddAutoGpt(options => options.MaxSteps = 5)
            .UseModel(new ScriptedLanguageModel(Reply))
            .AddTools([new TestTool("write", TestTool.Path, readOnly: false)])
            .AddTools(_ => [new TestTool("read", TestTool.Path)])
            .UseApproval(_ => approval)
            .UseJournal(_ => journal);
        using ServiceProvider provider = services.BuildServiceProvider();

        AgentResult result = await provider.GetRequiredService<IAgent>().RunAsync("write a.txt");

        Assert.That(result.Status, Is.EqualTo(AgentStatus.Succeeded));
        Assert.That(((RunStarted)journal.Events[0]).Limits.MaxSteps, Is.EqualTo(5));
        Assert.That(approval.Asked, Is.EqualTo(1));
    }

    [Test]
    public void Limits_come_from_configuration()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AutoGpt:Name"] = "clerk",
            ["AutoGpt:MaxTokens"] = "123",
            ["AutoGpt:MaxDuration"] = "00:00:42",
            ["AutoGpt:IncludeContent"] = "true",
            ["AutoGpt:MaxResultLength"] = "1000",
            ["AutoGpt:Retry:MaxRetries"] = "7",
            ["AutoGpt:Retry:JitterSeed"] = "3",
        }).Build();
        ServiceCollection services = new();
        services.AddAutoGpt().Configure(configuration.GetSection("AutoGpt"));
        using ServiceProvider provider = services.BuildServiceProvider();
        AgentOptions options = provider.GetRequiredService<IOptions<AgentOptions>>().Value;
        Assert.That((options.Name, options.MaxTokens, options.MaxDuration, options.IncludeContent, options.MaxSteps),
            Is.EqualTo(("clerk", 123L, TimeSpan.FromSeconds(42), true, 32)));
        Assert.That((options.MaxResultLength, options.Retry), Is.EqualTo((1000, new ToolRetryOptions { MaxRetries = 7, JitterSeed = 3 })));
    }

    [Test]
    public async Task What_passes_and_how_often_it_is_tried_again_can_be_chosen()
    {
        int calls = 0;
        TestTool tool = new("x", TestTool.Empty, (_, _) => ++calls < 4 ? throw new InvalidDataException("y") : Task.FromResult<object?>("z"));
        IAgent agent = Resolve(builder => builder
            .UsePlanner(_ => new ScriptedPlanner(Runs.Plan(("x", "{}")))).AddTools([tool])
            .Configure(options => options.Retry = new ToolRetryOptions { MaxRetries = 3, BaseDelay = TimeSpan.Zero }).UseTransientFailures(error => error is InvalidDataException));
        Assert.That((await agent.RunAsync("goal")).Answer, Is.EqualTo("z"));
    }

    [Test]
    public void What_is_missing_or_wrong_is_named()
    {
        Assert.That(() => Resolve(_ => { }), Throws.InvalidOperationException.With.Message.Contains("UseModel"));
        Assert.That(() => Resolve(builder => builder.UseModel(new ScriptedLanguageModel(Reply))), Throws.InvalidOperationException.With.Message.Contains("AddTools"));
        Assert.That(
            () => Resolve(builder => builder.UseModel(new ScriptedLanguageModel(Reply)).AddTools([new TestTool("x")]).Configure(options => options.MaxReplans = -1)),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("MaxReplans"));
        Assert.That(
            () => Resolve(builder => builder.UseModel(new ScriptedLanguageModel(Reply)).AddTools([new TestTool("x")]).Configure(options => options.Retry.MaxRetries = -1)),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("MaxRetries"));
    }

    [Test]
    public async Task Of_two_choices_the_later_holds()
    {
        IAgent agent = Resolve(builder => builder
            .UsePlanner(_ => new ScriptedPlanner(Plan.Ask("first"))).UsePlanner(_ => new ScriptedPlanner(Plan.Ask("second"))).AddTools([new TestTool("x")]));
        Assert.That((await agent.RunAsync("goal")).Question, Is.EqualTo("second"));
    }

    private static IAgent Resolve(Action<AutoGptBuilder> configure)
    {
        ServiceCollection services = new();
        configure(services.AddAutoGpt());
        return services.BuildServiceProvider().GetRequiredService<IAgent>();
    }

    private sealed class Approve : IApprovalHandler
    {
        public int Asked { get; private set; }

        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            Asked++;
            return ValueTask.FromResult(true);
        }
    }
}
