using AutoGpt.Sdk.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class ParallelTests
{
    /// <summary>
    /// A diamond with an odd branch, its tools opened by hand in rounds. The oracle is the critical path: 1 → 2,3,4 → 5 → 6 takes four
    /// rounds when, and only when, everything that can run at the same time does. Two at a time need no more.
    /// </summary>
    [TestCase(4, ExpectedResult = "1|2,3,4|5|6")]
    [TestCase(2, ExpectedResult = "1|2,3|4,5|6")]
    [TestCase(1, ExpectedResult = "1|2|3|4|5|6")]
    public async Task<string> Independent_steps_run_at_the_same_time(int parallel)
    {
        using Gates gates = new();
        Plan plan = Plan(
            ("work", """{"texts":["1"]}"""), ("work", """{"texts":["2","$1"]}"""), ("work", """{"texts":["3","$1"]}"""),
            ("work", """{"texts":["4","$1"]}"""), ("work", """{"texts":["5","$2","$3"]}"""), ("work", """{"texts":["6","$4","$5"]}"""));
        AutonomousAgent agent = Agent(new ScriptedPlanner(plan), [gates.Tool], parts => parts.Options.MaxParallelSteps = parallel);
        Task<AgentResult> running = agent.RunAsync("goal");
        List<string> rounds = [];
        foreach (int expected in (int[])(parallel switch { 4 => [1, 3, 1, 1], 2 => [1, 2, 2, 1], _ => [1, 1, 1, 1, 1, 1] }))
        {
            // If fewer ran together this would hang, and if more, the round would not match.
            rounds.Add(string.Join(',', await gates.RoundAsync(expected)));
        }

        Assert.That((await running).Status, Is.EqualTo(AgentStatus.Succeeded));
        return string.Join('|', rounds);
    }

    [Test]
    public async Task A_failed_step_skips_what_depends_on_it_and_nothing_else(CancellationToken cancellationToken)
    {
        TestTool echo = new("echo", TestTool.Text);
        Plan plan = Plan(("bad", "{}"), ("echo", """{"text":"$1"}"""), ("echo", """{"text":"$2"}"""), ("echo", """{"text":"free"}"""));
        AutonomousAgent agent = Agent(new ScriptedPlanner(plan), [TestTool.Throwing("bad", "x"), echo], parts => parts.Options.MaxReplans = 0);
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result.Steps.OrderBy(step => step.Number).Select(step => step.Status),
            Is.EqualTo([StepStatus.Failed, StepStatus.Skipped, StepStatus.Skipped, StepStatus.Succeeded]));
        Assert.That(result.Steps.Single(step => step.Number == 3).Error, Is.EqualTo("Step 2 did not succeed."));
        Assert.That(echo.Calls, Is.EqualTo(["""{"text":"free"}"""]));
    }

    [Test]
    public async Task Steps_that_write_the_same_path_keep_their_order(CancellationToken cancellationToken)
    {
        List<string> log = [];
        TestTool Writer(string name) => new(name, TestTool.Path, async (_, _) =>
        {
            lock (log)
            {
                log.Add(name + " begins");
            }

            await Task.Yield();
            lock (log)
            {
                log.Add(name + " ends");
            }

            return name;
        }, readOnly: name == "read");
        Plan plan = Plan(("write", """{"path":"a.txt"}"""), ("append", """{"path":"./A.txt"}"""), ("read", """{"path":"a.txt"}"""));
        AutonomousAgent agent = Agent(
            new ScriptedPlanner(plan), [Writer("write"), Writer("append"), Writer("read")], parts => parts.Guards.Add(new AllowEverything()));
        Assert.That((await agent.RunAsync("goal", cancellationToken: cancellationToken)).Status, Is.EqualTo(AgentStatus.Succeeded));
        Assert.That(log, Is.EqualTo(["write begins", "write ends", "append begins", "append ends", "read begins", "read ends"]));
    }

    private sealed class AllowEverything : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(ActionDecision.Allow);
    }

    /// <summary>Tools that wait until a test has seen a whole round of them.</summary>
    private sealed class Gates : IDisposable
    {
        private readonly SemaphoreSlim _arrived = new(0);
        private readonly List<(string Name, TaskCompletionSource Open)> _inside = [];

        public Gates() => Tool = new TestTool(
            "work", """{"type":"object","properties":{"texts":{"type":"array","items":{"type":"string"}}},"required":["texts"]}""", async (arguments, _) =>
            {
                TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
                string name = arguments["texts"]![0]!.GetValue<string>();
                lock (_inside)
                {
                    _inside.Add((name, open));
                }

                _arrived.Release();
                await open.Task;
                return name;
            });

        public TestTool Tool { get; }

        public void Dispose() => _arrived.Dispose();

        public async Task<IReadOnlyList<string>> RoundAsync(int expected)
        {
            for (int tool = 0; tool < expected; tool++)
            {
                Assert.That(await _arrived.WaitAsync(TimeSpan.FromSeconds(10)), "a step that could run did not");
            }

            (string Name, TaskCompletionSource Open)[] round;
            lock (_inside)
            {
                round = [.. _inside.OrderBy(one => one.Name, StringComparer.Ordinal)];
                _inside.Clear();
            }

            foreach ((_, TaskCompletionSource open) in round)
            {
                open.SetResult();
            }

            return [.. round.Select(one => one.Name)];
        }
    }
}
