using System.Globalization;

namespace AutoGpt.Sdk.TrainingCrash;

/// <summary>Kills training runs (SIGKILL) at random moments, lets them go on until all updates are made, and compares them with runs that were left alone.</summary>
internal static class Campaign
{
    // Of a run; then it may end. Few, so that runs end, and many, so that little time goes into what is made anew.
    private const int KillsPerRun = 12;

    /// <param name="kills">How often to kill.</param>
    /// <param name="seed">Seeds the moments; the machine's speed decides with it where they fall.</param>
    /// <param name="progress">Told after every run how far it is.</param>
    public static async Task<CampaignReport> RunAsync(int kills, int seed, Action<string>? progress = null)
    {
        Random random = new(seed);
        CampaignReport report = new();
        string root = Directory.CreateTempSubdirectory("autogpt-training-crash-").FullName;
        try
        {
            while (report.Kills < kills)
            {
                string setting = Victim.Settings[report.Runs % Victim.Settings.Length], alone = Path.Combine(root, setting), folder = Path.Combine(root, "killed");
                if (!Directory.Exists(alone) && !(await Life.LiveAsync(alone, setting)).Ended)
                {
                    throw new InvalidOperationException("A run that was left alone did not end.");
                }

                await RunOneAsync(folder, setting, Math.Min(KillsPerRun, kills - report.Kills), random, report);
                foreach (string difference in RunFolder.Differences(folder, alone))
                {
                    report.Fault($"{setting}: {difference}");
                }

                Directory.Delete(folder, recursive: true);
                report.Runs++;
                progress?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{report.Kills} of {kills} kills, {report.Faults.Count} faults"));
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        return report;
    }

    private static async Task RunOneAsync(string folder, string setting, int kills, Random random, CampaignReport report)
    {
        int? left = null;
        for (int life = 0; life <= kills; life++)
        {
            // Counted in lines, most of which are said just before a checkpoint; the first of them before libtorch is loaded, which takes longer than all the rest.
            int lines = random.Next(1, 9);
            Life lived = await Life.LiveAsync(folder, setting, life < kills ? (lines, TimeSpan.FromMilliseconds(random.Next(0, lines == 1 ? 1500 : 40))) : null);
            foreach (int begun in lived.Said("begin").Where(begun => begun != (left ?? 0)))
            {
                report.Fault($"{setting}: a life began at {begun}; the newest complete checkpoint was of {left?.ToString(CultureInfo.InvariantCulture) ?? "none"}");
            }

            foreach (string failure in lived.Lines.Where(line => line.StartsWith("failed ", StringComparison.Ordinal)))
            {
                report.Fault($"{setting}: {failure}");
            }

            if (life == kills)
            {
                report.Expect(lived.Ended, $"{setting}: the last life did not end");
                return;
            }

            int? before = left;
            left = RunFolder.Newest(folder, "last");
            foreach (int saved in lived.Said("checkpoint").Concat(before is int earlier ? [earlier] : []))
            {
                report.Acknowledged++;
                report.Expect(left >= saved, $"{setting}: the checkpoint of {saved} was acknowledged and lost");
            }

            // The first measurement is the best so far, and later ones replace what is best as a whole.
            report.Expect(!lived.Said("measured").Any() || RunFolder.Newest(folder, "best") is not null, $"{setting}: no complete best checkpoint was left");
            report.Count(lived, folder);
        }
    }
}
