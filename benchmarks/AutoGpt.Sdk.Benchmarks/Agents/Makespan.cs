using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Benchmarks.Agents;

/// <summary>
/// The command <c>makespan</c>: random plans of tools that sleep for known times, run by the agent. How long they take beside what no scheduler can do better than: the longest chain, or the work
/// divided by the steps that may run at the same time.
/// </summary>
internal static class Makespan
{
    private const int Steps = 16;
    private const int Shortest = 100, Longest = 500; // Milliseconds: a busy machine wakes late.
    private const int Unbounded = 64;

    public static async Task<int> RunAsync(string[] args)
    {
        int graphs = args.SkipWhile(arg => arg != "--graphs").Skip(1).Select(arg => int.Parse(arg, CultureInfo.InvariantCulture)).FirstOrDefault(20);
        bool met = true;
        await RatioAsync(new RandomDag(new Random(0), Steps, 1, 2), Unbounded); // Compiles what runs below.
        foreach (int parallel in (int[])[Unbounded, 8, 4, 2])
        {
            Random random = new(17);
            List<double> ratios = [];
            for (int graph = 0; graph < graphs; graph++)
            {
                ratios.Add(await RatioAsync(new RandomDag(random, Steps, Shortest, Longest), parallel));
            }

            ratios.Sort();
            double median = ratios[ratios.Count / 2], worst = ratios[^1];
            met &= parallel != Unbounded || median <= 1.1;
            Console.WriteLine(args.Contains("--json")
                ? JsonSerializer.Serialize(new { type = "row", parallel, graphs, median, mean = ratios.Average(), worst, withinTenPercent = ratios.Count(ratio => ratio <= 1.1) })
                : string.Create(CultureInfo.InvariantCulture, $"{(parallel == Unbounded ? "no bound" : parallel + " at a time"),-12} median {median:0.000}, mean {ratios.Average():0.000}, worst {worst:0.000} of the lower bound; within 10 %: {ratios.Count(ratio => ratio <= 1.1)} of {graphs}"));
        }

        if (args.Contains("--json"))
        {
            Console.WriteLine(JsonSerializer.Serialize(new { type = "result", met }));
        }

        return met ? 0 : 2;
    }

    private static async Task<double> RatioAsync(RandomDag dag, int parallel)
    {
        AgentComponents parts = new() { Planner = new Known(dag.Plan) };
        parts.Tools.Add(AIFunctionFactory.Create(
            async (int step, CancellationToken cancellationToken) =>
            {
                await Task.Delay(dag.Latencies[step], cancellationToken);
                return step;
            },
            new AIFunctionFactoryOptions { Name = "work", AdditionalProperties = new Dictionary<string, object?> { [ToolHints.ReadOnly] = true } }));
        parts.Options.MaxParallelSteps = parallel;
        AutonomousAgent agent = new(parts);
        long start = Stopwatch.GetTimestamp();
        AgentResult result = await agent.RunAsync("go");
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return result.Status == AgentStatus.Succeeded ? milliseconds / dag.LowerBound(parallel) : throw new InvalidOperationException(result.Reason);
    }

    private sealed class Known(Plan plan) : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) => ValueTask.FromResult(plan);
    }
}
