using System.Text.Json;
using AutoGpt.Sdk.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class HierarchicalPlannerTests
{
    private static readonly TestTool Echo = new("echo", TestTool.Text, (arguments, _) => Task.FromResult<object?>(arguments["text"]!.GetValue<string>() + "!"));

    [TestCase(StructuredOutput.Masked)]
    [TestCase(StructuredOutput.ValidatedWithRepair)]
    public async Task A_part_is_planned_with_the_results_so_far(StructuredOutput structure, CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new(
            """{"steps":[{"tool":"echo","arguments":{"text":"a"}},{"tool":"subgoal","arguments":{"goal":"Say it twice.","uses":["$1"]}},{"tool":"echo","arguments":{"text":"$2"}}]}""",
            """{"steps":[{"tool":"echo","arguments":{"text":"$1"}},{"tool":"echo","arguments":{"text":"$4"}}]}""")
        {
            Description = new ModelDescription("general", "testing") { StructuredOutput = structure },
        };
        AgentResult result = await Agent(new HierarchicalPlanner(model), [Echo]).RunAsync("Say a.", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer), Is.EqualTo((AgentStatus.Succeeded, "a!!!!")));
        Prompt part = model.Prompts[1];
        Assert.That(part.Sections.ToDictionary(section => section.Name, section => section.Text), Is.EqualTo(new Dictionary<string, string>
        {
            ["goal"] = "Say it twice.", ["whole goal"] = "Say a.", ["progress"] = """step 1 echo {"text":"a"} gave a!""",
        }));
        Assert.That(part.Tools.Select(tool => tool.Name), Is.EqualTo(["echo", "subgoal"]));
    }

    [Test]
    public async Task A_part_is_planned_knowing_what_went_wrong_before(CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new("""{"steps":[{"tool":"echo","arguments":{"text":"a"}}]}""");
        Plan open = Plan((PlanStep.SubGoal, """{"goal":"part"}"""));
        PlanningContext context = new("goal", [Echo])
        {
            Attempts = [new PlanAttempt(Plan(("echo", """{"text":"x"}""")), [new StepResult(1, "echo", StepStatus.Succeeded)], new Feedback("Too short."))],
            Progress = new PlanProgress(open, []) { Expanding = open.Steps[0] },
        };
        Plan part = await new HierarchicalPlanner(model).PlanAsync(context, cancellationToken);
        Assert.That(part.Steps.Single().Number, Is.EqualTo(2));
        Assert.That(model.Prompts[0].Sections.Select(section => section.Name), Is.EqualTo(["goal", "whole goal", "done", "feedback", "progress"]));
    }

    [Test]
    public async Task Sub_goals_go_no_deeper_than_they_may(CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new(
            """{"steps":[{"tool":"subgoal","arguments":{"goal":"one"}}]}""",
            """{"steps":[{"tool":"subgoal","arguments":{"goal":"two"}}]}""",
            """{"steps":[{"tool":"echo","arguments":{"text":"deep"}}]}""");
        AgentResult result = await Agent(new HierarchicalPlanner(model), [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result.Answer, Is.EqualTo("deep!"));
        Assert.That(model.Options.Select(options => options.Schema!.Value.GetRawText().Contains("subgoal", StringComparison.Ordinal)), Is.EqualTo([true, true, false]));
        JsonElement last = model.Options[2].Schema!.Value;
        Assert.That(last.GetProperty("$defs").EnumerateObject().Select(definition => definition.Name), Does.Contain("step3"), "numbered on");
    }

    [Test]
    public async Task A_mask_offers_only_results_that_there_are(CancellationToken cancellationToken)
    {
        TestTool take = new("take", """{"type":"object","properties":{"of":{"type":"string","x-reference":true}},"required":["of"]}""", (arguments, _) => Task.FromResult<object?>($"{arguments["of"]}"));
        ScriptedLanguageModel model = new(
            """{"steps":[{"tool":"echo","arguments":{"text":"a"}},{"tool":"subgoal","arguments":{"goal":"one"}},{"tool":"echo","arguments":{"text":"b"}}]}""",
            """{"steps":[{"tool":"take","arguments":{"of":"$1"}}]}""");
        await Agent(new HierarchicalPlanner(model, new HierarchicalPlannerOptions { MaxPlanSteps = 3 }), [Echo, take]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(model.Options[1].Schema!.Value.GetProperty("$defs").GetProperty("before5").GetRawText(), Is.EqualTo("""{"enum":["$1","$4"]}"""));
    }

    [Test]
    public void The_whole_tree_is_in_the_report()
    {
        Plan plan = Plan((PlanStep.SubGoal, """{"goal":"x"}"""));
        AgentEvent[] events = [.. new AgentEvent[]
        {
            new RunStarted("r", "goal", new AgentLimits(), 0), new PlanCreated(plan), new StepStarted(plan.Steps[0]),
            new PlanExtended(new Plan { Steps = [new PlanStep(2, "echo", [])] }, 1),
        }.Select((happened, index) => happened with { Sequence = index + 1, Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(index) })];
        Assert.That(RunReport.ToHtml(events), Does.Contain("echo").And.Contain("subgoal"));
    }
}
