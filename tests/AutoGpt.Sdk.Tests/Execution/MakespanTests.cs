using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

/// <summary>
/// Random plans of steps with known latencies, under a clock that a test moves: from one end of a step to the next, and only when every step runs that could. The oracle says which these are; a
/// scheduler that leaves one out, or starts one too early, is noticed at once.
/// </summary>
[CancelAfter(120_000)]
public sealed class MakespanTests
{
    private const int Steps = 14;

    [Test]
    public async Task Without_a_bound_a_plan_takes_as_long_as_its_longest_chain(CancellationToken cancellationToken)
    {
        Random random = new(3);
        for (int graph = 0; graph < 100; graph++)
        {
            Graph plan = new(random);
            int took = await RunAsync(plan, Steps, cancellationToken);
            Assert.That(took, Is.EqualTo(plan.CriticalPath()), $"graph {graph}");
        }
    }

    [TestCase(2)]
    [TestCase(4)]
    public async Task With_a_bound_no_place_stays_empty_while_a_step_could_run(int parallel, CancellationToken cancellationToken)
    {
        Random random = new(4);
        double worst = 0, sum = 0;
        for (int graph = 0; graph < 100; graph++)
        {
            Graph plan = new(random);
            int took = await RunAsync(plan, parallel, cancellationToken);
            double bound = Math.Max(plan.CriticalPath(), (double)plan.Latencies.Sum() / parallel), ratio = took / bound;
            Assert.That(took, Is.LessThanOrEqualTo(plan.CriticalPath() + ((double)plan.Latencies.Sum() / parallel)), "Graham's bound, which holds for every order of starting");
            worst = Math.Max(worst, ratio);
            sum += ratio;
        }

        TestContext.Out.WriteLine($"{parallel} at a time: {sum / 100:0.000} of the lower bound in the mean, {worst:0.000} at worst");
        Assert.That(sum / 100, Is.LessThan(1.15));
    }

    /// <summary>Runs a plan through the agent and returns its makespan.</summary>
    private static async Task<int> RunAsync(Graph plan, int parallel, CancellationToken cancellationToken)
    {
        using SemaphoreSlim begun = new(0);
        Lock gate = new();
        Dictionary<int, (int End, TaskCompletionSource Over)> running = [];
        HashSet<int> done = [];
        int now = 0;
        TestTool work = new("work", """{"type":"object","properties":{"step":{"type":"integer"}}}""", async (arguments, _) =>
        {
            int step = arguments["step"]!.GetValue<int>();
            TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                Assert.That(plan.Before[step], Is.SubsetOf(done), "begun before what it depends on had ended");
                running.Add(step, (now + plan.Latencies[step], over));
            }

            begun.Release();
            await over.Task;
            return step;
        });
        AutonomousAgent agent = Runs.Agent(new ScriptedPlanner(plan.ToPlan()), [work], parts => parts.Options.MaxParallelSteps = parallel);
        Task<AgentResult> run = agent.RunAsync("goal", cancellationToken: cancellationToken);
        int inside = 0;
        while (done.Count < Steps)
        {
            // All that could run, as far as there is room, and not one more.
            int ready = Enumerable.Range(0, Steps).Count(step => !done.Contains(step) && plan.Before[step].All(done.Contains));
            for (; inside < Math.Min(ready, parallel); inside++)
            {
                Assert.That(await begun.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken), "a step that could run did not");
            }

            List<TaskCompletionSource> over = [];
            lock (gate)
            {
                Assert.That(running, Has.Count.EqualTo(inside));
                now = running.Values.Min(step => step.End);
                foreach ((int step, (int end, TaskCompletionSource source)) in running.Where(step => step.Value.End == now).ToArray())
                {
                    running.Remove(step);
                    done.Add(step);
                    over.Add(source);
                }
            }

            inside -= over.Count;
            over.ForEach(source => source.SetResult());
        }

        Assert.That((await run).Status, Is.EqualTo(AgentStatus.Succeeded));
        return now;
    }

    private sealed class Graph
    {
        public Graph(Random random)
        {
            double density = random.NextDouble() * 0.5;
            Latencies = [.. Enumerable.Range(0, Steps).Select(_ => random.Next(20, 100))];
            Before = [.. Enumerable.Range(0, Steps).Select(step => Enumerable.Range(0, step).Where(_ => random.NextDouble() < density).ToArray())];
        }

        public int[] Latencies { get; }

        public int[][] Before { get; }

        public Plan ToPlan() => new() { Steps = [.. Before.Select((before, step) => new PlanStep(step + 1, "work", new JsonObject { ["step"] = step }) { After = [.. before.Select(other => other + 1)] })] };

        public int CriticalPath()
        {
            int[] ends = new int[Steps];
            for (int step = 0; step < Steps; step++)
            {
                ends[step] = Latencies[step] + Before[step].Select(other => ends[other]).DefaultIfEmpty().Max();
            }

            return ends.Max();
        }
    }
}
