using System.Globalization;
using AutoGpt.Sdk.Crash;

// work FOLDER SEED: the victim. Otherwise the campaign: kills it over and over and looks at what is left.
return args switch
{
    ["work", var folder, var seed] => await Victim.WorkAsync(folder, int.Parse(seed, CultureInfo.InvariantCulture)),
    ["campaign", var kills] => await CampaignAsync(int.Parse(kills, CultureInfo.InvariantCulture)),
    _ => Usage(),
};

static async Task<int> CampaignAsync(int kills)
{
    CampaignReport report = await Campaign.RunAsync(kills, seed: Environment.TickCount, progress: Console.WriteLine);
    Console.WriteLine(report);
    return report.Faults.Count == 0 ? 0 : 1;
}

static int Usage()
{
    Console.Error.WriteLine("campaign KILLS: kills agents at random moments and counts steps lost, effects doubled and silent second calls.");
    return 1;
}
