using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.Time.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class CancellationTests
{
    [Test]
    public async Task Cancelling_amid_a_step_keeps_what_was_finished(CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancel = new();
        bool toolSawIt = false;
        TestTool slow = new("slow", TestTool.Text, async (_, token) =>
        {
            token.Register(() => toolSawIt = true);
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return null;
        });
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("quick", "{}"), ("slow", """{"text":"$1"}"""))), [new TestTool("quick"), slow]);

        List<AgentEvent> events = await agent.EventsAsync(cancellationToken: cancel.Token).WaitAsync(cancellationToken);

        AgentResult result = ((RunCompleted)events[^1]).Result;
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Cancelled));
        Assert.That(result.Steps.Select(step => step.Status), Is.EqualTo([StepStatus.Succeeded, StepStatus.Cancelled]));
        Assert.That(toolSawIt, "the tool's own token was cancelled");
        Assert.That(events.Select(happened => happened.Sequence), Is.EqualTo(Enumerable.Range(1, events.Count)));
    }

    [Test]
    public async Task A_tool_that_finishes_soon_after_cancellation_is_waited_for(CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancel = new();
        TestTool move = new("move", TestTool.Empty, async (_, _) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(50, CancellationToken.None);
            return "moved";
        });
        // A clock that stands: the grace does not end before the tool.
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("move", "{}"), ("move", "{}"))), [move], parts =>
        {
            parts.TimeProvider = new FakeTimeProvider();
            parts.Options.MaxParallelSteps = 1;
        });
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancel.Token).WaitAsync(cancellationToken);
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Cancelled));
        Assert.That(result.Steps.Select(step => (step.Status, step.Text)), Is.EqualTo([(StepStatus.Succeeded, "moved")]), "what was done is told, and nothing else begun");
    }

    [Test]
    public async Task A_cancelled_token_gives_a_cancelled_run_not_an_exception()
    {
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("tool", "{}"))), [new TestTool("tool")]);
        List<AgentEvent> events = await agent.EventsAsync(cancellationToken: new CancellationToken(canceled: true));
        Assert.That(events.Select(happened => happened.GetType()), Is.EqualTo([typeof(RunStarted), typeof(RunCompleted)]));
        Assert.That(((RunCompleted)events[^1]).Result.Status, Is.EqualTo(AgentStatus.Cancelled));
    }

    [Test]
    public async Task A_consumer_that_stops_enumerating_cancels_the_run(CancellationToken cancellationToken)
    {
        RecordingJournal journal = new();
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TestTool slow = new("slow", TestTool.Empty, async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return null;
        });
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("slow", "{}"))), [slow], parts => parts.Journal = journal);
        await foreach (AgentEvent happened in agent.RunStreamingAsync("goal", cancellationToken: cancellationToken))
        {
            if (happened is StepStarted)
            {
                while (slow.Calls.Count == 0)
                {
                    await Task.Yield();
                }

                break;
            }
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        Assert.That((journal.Events[^1] as RunCompleted)?.Result.Status, Is.EqualTo(AgentStatus.Cancelled), "leaving waits until the journal is complete");
    }

    [Test]
    public async Task A_planner_that_times_out_by_itself_is_a_failure_not_a_cancellation()
    {
        ScriptedLanguageModel model = new((_, _) => throw new TaskCanceledException("the request timed out"));
        AgentResult result = await AutonomousAgent.Create(model, [new TestTool("tool")]).RunAsync("goal");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Reason").Contains("timed out"));
    }
}
