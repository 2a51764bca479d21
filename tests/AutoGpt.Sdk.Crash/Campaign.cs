using System.Diagnostics;
using System.Globalization;

namespace AutoGpt.Sdk.Crash;

/// <summary>Kills agents (SIGKILL) at random moments, lets them go on until their run has ended, and compares what they said with what is left.</summary>
internal static class Campaign
{
    /// <param name="kills">How often to kill.</param>
    /// <param name="seed">Seeds the moments; the machine's speed decides with it where they fall.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    public static async Task<CampaignReport> RunAsync(int kills, int seed, Action<string>? progress = null)
    {
        Random random = new(seed);
        CampaignReport report = new();
        while (report.Kills < kills)
        {
            string folder = Directory.CreateTempSubdirectory("autogpt-crash-").FullName;
            try
            {
                await RunOneAsync(folder, kills, random, report);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            report.Runs++;
            progress?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{report.Kills} of {kills} kills, {report.Faults.Count} faults"));
        }

        return report;
    }

    private static async Task RunOneAsync(string folder, int kills, Random random, CampaignReport report)
    {
        List<string> said = [];
        bool ended = false;
        for (int life = 0; !ended; life++)
        {
            // A run is killed up to six times; after that it may end.
            List<string> lines = await LiveAsync(folder, random, kill: life < 6 && report.Kills < kills, report);
            said.AddRange(lines);
            ended = lines.Exists(line => line.StartsWith("end ", StringComparison.Ordinal));
        }

        await JudgeAsync(folder, said, report);
    }

    private static async Task<List<string>> LiveAsync(string folder, Random random, bool kill, CampaignReport report)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!.EndsWith("AutoGpt.Sdk.Crash", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            RedirectStandardOutput = true,
        };
        if (start.FileName == "dotnet")
        {
            start.ArgumentList.Add(typeof(Campaign).Assembly.Location);
        }

        foreach (string argument in (string[])["work", folder, random.Next().ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process victim = Process.Start(start)!;
        List<string> lines = [];
        TaskCompletionSource begun = new();
        Task reading = Task.Run(async () =>
        {
            while (await victim.StandardOutput.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                begun.TrySetResult();
            }

            begun.TrySetResult();
        });
        if (kill)
        {
            // Starting takes longer than the whole run: the clock begins when the victim is at work.
            await begun.Task;
            await Task.Delay(random.Next(0, 60));
            victim.Kill();
        }

        await reading;
        await victim.WaitForExitAsync();
        if (kill)
        {
            report.Count(lines);
        }

        return lines;
    }

    private static async Task JudgeAsync(string folder, List<string> said, CampaignReport report)
    {
        using SqliteRunJournal journal = SqliteRunJournal.Open(Path.Combine(folder, "journal.db"));
        List<AgentEvent> events = [];
        await foreach (AgentEvent happened in journal.ReadAsync(Victim.RunId))
        {
            events.Add(happened);
        }

        Dictionary<int, StepResult> stored = [];
        foreach (StepResult result in events.OfType<StepCompleted>().Select(completed => completed.Result))
        {
            if (!stored.TryAdd(result.Number, result))
            {
                report.Fault($"step {result.Number} ended twice");
            }
        }

        foreach (string done in said.Where(line => line.StartsWith("done ", StringComparison.Ordinal)))
        {
            string[] parts = done.Split(' ');
            report.Acknowledged++;
            if (!stored.TryGetValue(int.Parse(parts[1], CultureInfo.InvariantCulture), out StepResult? result) || result.Status.ToString() != parts[2])
            {
                report.Fault($"acknowledged and lost: {done}");
            }
        }

        foreach (string tool in (string[])["entry", "save", "send"])
        {
            string marks = Path.Combine(folder, tool + ".txt");
            foreach (IGrouping<string, string> key in (File.Exists(marks) ? File.ReadAllLines(marks) : []).GroupBy(line => line))
            {
                report.Effects++;
                if (tool != "save" && key.Skip(1).Any())
                {
                    report.Fault($"{tool} {key.Key} acted {key.Count()} times");
                }
            }
        }

        foreach (StepResult result in stored.Values)
        {
            string marks = Path.Combine(folder, result.Tool + ".txt");
            bool acted = File.Exists(marks) && File.ReadAllLines(marks).Any(mark => mark.EndsWith($"/1/{result.Number}", StringComparison.Ordinal));
            report.Unknown += result.Status == StepStatus.Unknown ? 1 : 0;
            if (result.Status == StepStatus.Succeeded && !acted)
            {
                report.Fault($"step {result.Number} ({result.Tool}) succeeded without its effect");
            }

            if (result.Status == StepStatus.Unknown && result.Tool != "send")
            {
                report.Fault($"step {result.Number} ({result.Tool}) could have been called again");
            }
        }

        // Every call but a step's first came after a RunResumed that named the step, and of send there is none.
        string[] sends = [.. said.Where(line => line.StartsWith("begin ", StringComparison.Ordinal) && int.Parse(line[6..], CultureInfo.InvariantCulture) % 3 == 2)];
        if (sends.Distinct().Count() != sends.Length)
        {
            report.Fault("send was called twice with one step");
        }

        if (events is not [.., RunCompleted { Result.Status: AgentStatus.Succeeded or AgentStatus.NeedsInput }])
        {
            report.Fault($"the run ended with {events[^1]}");
        }
    }
}
