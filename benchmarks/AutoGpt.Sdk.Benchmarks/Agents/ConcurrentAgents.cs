using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;

namespace AutoGpt.Sdk.Benchmarks.Agents;

/// <summary>
/// Many agents at once in one process, for minutes: each in a folder of its own with texts of its own, all on one model and one journal. Looks for outputs that are another agent's, for events that are another
/// run's, and for memory that grows: it is weighed every half minute, when all agents are between two runs.
/// </summary>
internal static class ConcurrentAgents
{
    public static async Task<int> RunAsync(string[] args)
    {
        int agents = Number(args, "--agents", 64);
        double minutes = Number(args, "--minutes", 10);
        string folder = Directory.CreateTempSubdirectory("autogpt-agents-").FullName;
        try
        {
            using CausalLanguageModel model = MiniModel.Load();
            using SqliteRunJournal journal = SqliteRunJournal.Open(Path.Combine(folder, "runs.db"));
            Tally tally = new();
            Rest rest = new(agents);
            using CancellationTokenSource stop = new(TimeSpan.FromMinutes(minutes));
            Stopwatch clock = Stopwatch.StartNew();
            Task[] working = [.. Enumerable.Range(0, agents).Select(number => Task.Run(() => WorkAsync(number, folder, model, journal, tally, rest, stop.Token)))];
            List<(double Minute, double Managed, double Resident)> memory = await WatchAsync(clock, tally, rest, stop.Token);
            await Task.WhenAll(working);
            return Report(agents, clock.Elapsed, tally, memory, asJson: args.Contains("--json"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WorkAsync(int number, string folder, CausalLanguageModel model, SqliteRunJournal journal, Tally tally, Rest rest, CancellationToken stop)
    {
        string own = Directory.CreateDirectory(Path.Combine(folder, $"agent-{number}")).FullName;
        Workspace workspace = Workspace.Open(own);
        AutonomousAgent agent = AutonomousAgent.Create(model, WorkspaceTools.Create(workspace), parts =>
        {
            parts.Guards.Add(new WorkspaceGuard(workspace));
            parts.Journal = journal;
            parts.Options.Name = $"agent-{number}";
        });
        for (int round = 0; !stop.IsCancellationRequested; round++)
        {
            await rest.PassAsync(stop);
            // Names that say whose they are; in the wrong order, so that there is something to do.
            string[] lines = [.. Enumerable.Range(0, 3 + (number % 5)).Select(line => $"agent{number}.round{round}.{9 - line}@mail.example")];
            string input = Path.Combine(own, "list.txt"), output = Path.Combine(own, "sorted.txt");
            await File.WriteAllLinesAsync(input, lines, CancellationToken.None);
            File.Delete(output);
            bool counts = round % 2 == 0;
            string id = $"run-{number}-{round}";
            long sequence = 0;
            AgentResult? result = null;
            await foreach (AgentEvent happened in agent.RunStreamingAsync(
                counts ? "How many lines does list.txt have?" : "Sort list.txt and write the result to sorted.txt.", new AgentRunOptions { RunId = id, Seed = round }, CancellationToken.None))
            {
                tally.CountIfCrossed(happened.Sequence != ++sequence || (happened is RunStarted begun && begun.RunId != id));
                result = (happened as RunCompleted)?.Result;
            }

            tally.Count(result!);
            string expected = counts ? lines.Length.ToString(CultureInfo.InvariantCulture) : string.Join('\n', lines.Order(StringComparer.Ordinal));
            string given = counts ? result!.Answer ?? "" : File.Exists(output) ? (await File.ReadAllTextAsync(output, CancellationToken.None)).TrimEnd() : "";
            if (result!.Status != AgentStatus.Succeeded || result.RunId != id || given != expected)
            {
                tally.Wrong.Add($"{id}: {result.Status}, '{given}' instead of '{expected}'. {result.Reason}");
            }

            // What is stored is this run and no other.
            if (round % 10 == 0)
            {
                long stored = 0;
                await foreach (AgentEvent happened in journal.ReadAsync(id, CancellationToken.None))
                {
                    tally.CountIfCrossed(happened.Sequence != ++stored || (happened is RunStarted first && first.RunId != id));
                }

                tally.CountIfCrossed(stored != sequence);
            }
        }
    }

    private static async Task<List<(double Minute, double Managed, double Resident)>> WatchAsync(Stopwatch clock, Tally tally, Rest rest, CancellationToken stop)
    {
        List<(double, double, double)> memory = [];
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(30), stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (!await rest.BeginAsync(stop))
            {
                break;
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            double managed = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
            using Process self = Process.GetCurrentProcess();
            memory.Add((clock.Elapsed.TotalMinutes, managed, self.WorkingSet64 / 1e6));
            rest.End();
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMinutes:0.0} min: {tally.Runs} runs, {tally.Wrong.Count} wrong, {tally.Crossed} crossed, {managed:0.0} MB managed, {memory[^1].Item3:0} MB resident"));
        }

        return memory;
    }

    private static int Report(int agents, TimeSpan elapsed, Tally tally, List<(double Minute, double Managed, double Resident)> memory, bool asJson)
    {
        // The first minute fills caches and pools.
        (double, double, double)[] settled = [.. memory.Where(sample => sample.Minute > Math.Min(1, elapsed.TotalMinutes / 3))];
        double managed = Slope(settled, sample => sample.Item2), resident = Slope(settled, sample => sample.Item3);
        bool flat = managed < 0.5 && resident < 5;
        if (asJson)
        {
            Console.WriteLine(new JsonObject
            {
                ["type"] = "result", ["agents"] = agents, ["minutes"] = elapsed.TotalMinutes, ["runs"] = tally.Runs, ["steps"] = tally.Steps, ["runsPerSecond"] = tally.Runs / elapsed.TotalSeconds,
                ["wrong"] = tally.Wrong.Count, ["crossed"] = tally.Crossed, ["managedMegabytesPerMinute"] = managed, ["residentMegabytesPerMinute"] = resident,
                ["managedMegabytes"] = memory[^1].Managed, ["residentMegabytes"] = memory[^1].Resident,
            }.ToJsonString());
        }
        else
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{agents} agents, {elapsed.TotalMinutes:0.0} minutes: {tally.Runs} runs ({tally.Runs / elapsed.TotalSeconds:0.0} a second), {tally.Steps} steps, {tally.Wrong.Count} wrong, {tally.Crossed} crossed; "
                + $"memory {memory[^1].Managed:0.0} MB managed ({managed:+0.00;-0.00} MB a minute), {memory[^1].Resident:0} MB resident ({resident:+0.00;-0.00} MB a minute)"));
            foreach (string wrong in tally.Wrong.Take(10))
            {
                Console.WriteLine("wrong: " + wrong);
            }
        }

        return tally.Wrong.IsEmpty && tally.Crossed == 0 && flat ? 0 : 1;
    }

    // Least squares.
    private static double Slope((double Minute, double, double)[] samples, Func<(double, double, double), double> of)
    {
        if (samples.Length < 2)
        {
            return 0;
        }

        double x = samples.Average(sample => sample.Minute), y = samples.Average(of);
        return samples.Sum(sample => (sample.Minute - x) * (of(sample) - y)) / samples.Sum(sample => (sample.Minute - x) * (sample.Minute - x));
    }

    private static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Lets all agents come to rest between two runs.</summary>
    private sealed class Rest(int agents)
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource? _over;
        private TaskCompletionSource? _all;
        private int _resting;

        public async Task PassAsync(CancellationToken stop)
        {
            Task? over = null;
            lock (_lock)
            {
                if (_over is not null)
                {
                    over = _over.Task;
                    if (++_resting == agents)
                    {
                        _all!.SetResult();
                    }
                }
            }

            if (over is not null)
            {
                await over.WaitAsync(stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }

        /// <summary>Waits until all rest; false where the time is over before.</summary>
        public async Task<bool> BeginAsync(CancellationToken stop)
        {
            Task all;
            lock (_lock)
            {
                (_over, _all, _resting) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
                all = _all.Task;
            }

            await all.WaitAsync(stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            return all.IsCompletedSuccessfully;
        }

        public void End()
        {
            lock (_lock)
            {
                _over!.SetResult();
                _over = null;
            }
        }
    }

    private sealed class Tally
    {
        private long _runs;
        private long _steps;
        private long _crossed;

        public long Runs => Interlocked.Read(ref _runs);

        public long Steps => Interlocked.Read(ref _steps);

        public long Crossed => Interlocked.Read(ref _crossed);

        public ConcurrentBag<string> Wrong { get; } = [];

        public void Count(AgentResult result)
        {
            Interlocked.Increment(ref _runs);
            Interlocked.Add(ref _steps, result.Steps.Count);
        }

        public void CountIfCrossed(bool crossed) => Interlocked.Add(ref _crossed, crossed ? 1 : 0);
    }
}
