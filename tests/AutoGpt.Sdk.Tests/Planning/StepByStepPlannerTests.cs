using AutoGpt.Sdk.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class StepByStepPlannerTests
{
    private static readonly TestTool Find = new("find", TestTool.Text, (arguments, _) => Task.FromResult<object?>(
        arguments["text"]!.GetValue<string>() == "missing" ? throw new InvalidOperationException("There is no 'missing'.") : new string('x', 5000)));

    private static readonly TestTool Count = new("count", TestTool.Text, (arguments, _) => Task.FromResult<object?>(arguments["text"]!.GetValue<string>().Length));

    [TestCase(StructuredOutput.Masked)]
    [TestCase(StructuredOutput.ValidatedWithRepair)]
    public async Task Looks_at_results_and_goes_on_until_it_can_answer(StructuredOutput structure, CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new(
            """{"steps":[{"tool":"find","arguments":{"text":"missing"}}]}""",
            """{"steps":[{"tool":"find","arguments":{"text":"there"}}]}""",
            """{"steps":[{"tool":"count","arguments":{"text":"$2"}}]}""",
            """{"steps":[],"answer":"It has 5000 characters."}""")
        {
            Description = new ModelDescription("general", "testing") { StructuredOutput = structure },
        };
        AgentResult result = await Agent(new StepByStepPlanner(model), [Find, Count]).RunAsync("How long is it?", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer), Is.EqualTo((AgentStatus.Succeeded, "It has 5000 characters.")));
        Assert.That(result.Steps.Select(step => step.Status), Is.EqualTo([StepStatus.Failed, StepStatus.Succeeded, StepStatus.Succeeded]));
        string[] progress = [.. model.Prompts.Skip(1).Select(prompt => prompt.Sections.Single(section => section.Name == "progress").Text)];
        Assert.That(progress[0], Is.EqualTo("""step 1 find {"text":"missing"} failed: There is no 'missing'."""));
        Assert.That(progress[1], Does.EndWith("xxx… (the first 2000 of 5000 characters; the whole is $2)").And.Length.LessThan(2300), "a large result is referred to, not pasted");
        Assert.That(result.Steps[2].Text, Is.EqualTo("5000"), "and the tool gets all of it");
        Assert.That(model.Prompts[0].Sections.Select(section => section.Name), Is.EqualTo(["goal"]));
    }

    [Test]
    public async Task Steps_at_once_run_side_by_side(CancellationToken cancellationToken)
    {
        TaskCompletionSource both = new();
        int running = 0;
        TestTool wait = new("wait", TestTool.Text, async (_, token) =>
        {
            if (Interlocked.Increment(ref running) == 2)
            {
                both.SetResult();
            }

            await both.Task.WaitAsync(token);
            return "met";
        });
        ScriptedLanguageModel model = new("""{"steps":[{"tool":"wait","arguments":{"text":"a"}},{"tool":"wait","arguments":{"text":"b"}}]}""", """{"steps":[],"answer":"ok"}""");
        Assert.That((await Agent(new StepByStepPlanner(model), [wait]).RunAsync("goal", cancellationToken: cancellationToken)).Answer, Is.EqualTo("ok"));
    }

    [Test]
    public async Task Without_words_of_its_own_the_last_result_is_the_answer(CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new("""{"steps":[{"tool":"count","arguments":{"text":"abc"}}]}""", """{"steps":[]}""");
        Assert.That((await Agent(new StepByStepPlanner(model), [Count]).RunAsync("goal", cancellationToken: cancellationToken)).Answer, Is.EqualTo("3"));
    }

    [Test]
    public async Task Saying_nothing_before_anything_was_done_is_no_answer(CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new("""{"steps":[]}""", """{"steps":[],"answer":"nothing to do"}""") { Description = new ModelDescription("general", "testing") { StructuredOutput = StructuredOutput.ValidatedWithRepair } };
        AgentResult result = await Agent(new StepByStepPlanner(model), [Count]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer), Is.EqualTo((AgentStatus.Succeeded, "nothing to do")));
        Assert.That(model.Prompts[1].Messages[^1].Text, Does.Contain("no steps, no answer and no question"));
    }

    [Test]
    public async Task Asks(CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new("""{"steps":[],"question":"Which file?"}""");
        AgentResult result = await Agent(new StepByStepPlanner(model), [Count]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Question), Is.EqualTo((AgentStatus.NeedsInput, "Which file?")));
    }

    [Test]
    public async Task A_reference_to_a_step_that_gave_nothing_is_sent_back(CancellationToken cancellationToken)
    {
        ScriptedLanguageModel model = new(
            """{"steps":[{"tool":"find","arguments":{"text":"missing"}}]}""",
            """{"steps":[{"tool":"count","arguments":{"text":"$1"}}]}""",
            """{"steps":[],"answer":"nothing there"}""");
        AgentResult result = await Agent(new StepByStepPlanner(model), [Find, Count]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result.Answer, Is.EqualTo("nothing there"));
        Assert.That(model.Prompts[2].Messages[^1].Text, Does.Contain("refers to $1, which has no result"));
    }

    [Test]
    public async Task Never_ends_by_itself_only_within_the_limits(CancellationToken cancellationToken)
    {
        int number = 0;
        ScriptedLanguageModel endless = new((_, _) => $$$"""{"steps":[{"tool":"count","arguments":{"text":"{{{new string('x', ++number)}}}"}}]}""");
        AgentResult result = await Agent(new StepByStepPlanner(endless), [Count], parts => parts.Options.MaxSteps = 7).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Steps.Count), Is.EqualTo((AgentStatus.LimitReached, 7)));
    }

    [Test]
    public void A_model_trained_on_whole_goals_is_refused() => Assert.That(
        () => new StepByStepPlanner(new ScriptedLanguageModel { Description = new ModelDescription("mini", "x") { TrainedTools = "1" } }),
        Throws.ArgumentException.With.Message.Contains("whole goals"));
}
