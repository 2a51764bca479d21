using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Benchmarks.Agents;

/// <summary>A random plan of steps that read, each with a known latency, and what no scheduler can do better than.</summary>
internal sealed class RandomDag
{
    public RandomDag(Random random, int steps, int shortest, int longest)
    {
        // From chains to steps that hardly know each other.
        double density = random.NextDouble() * 0.5;
        Latencies = [.. Enumerable.Range(0, steps).Select(_ => random.Next(shortest, longest + 1))];
        Before = [.. Enumerable.Range(0, steps).Select(step => Enumerable.Range(0, step).Where(_ => random.NextDouble() < density).ToArray())];
        Plan = new Plan
        {
            Steps =
            [
                .. Enumerable.Range(0, steps).Select(step => new PlanStep(step + 1, "work", new JsonObject { ["step"] = step }) { After = [.. Before[step].Select(other => other + 1)] }),
            ],
        };
    }

    public Plan Plan { get; }

    /// <summary>By step, in milliseconds.</summary>
    public IReadOnlyList<int> Latencies { get; }

    /// <summary>By step, the steps before it.</summary>
    public IReadOnlyList<int[]> Before { get; }

    public int Work => Latencies.Sum();

    /// <summary>The longest chain in milliseconds.</summary>
    public int CriticalPath
    {
        get
        {
            int[] ends = new int[Latencies.Count];
            for (int step = 0; step < ends.Length; step++)
            {
                ends[step] = Latencies[step] + Before[step].Select(other => ends[other]).DefaultIfEmpty().Max();
            }

            return ends.Max();
        }
    }

    /// <summary>What no schedule with so many steps at a time is shorter than, in milliseconds.</summary>
    public double LowerBound(int parallel) => Math.Max(CriticalPath, (double)Work / parallel);
}
