using System.Globalization;
using AutoGpt.Sdk.TrainingCrash;

// work FOLDER SETTING: the victim. Otherwise the campaign: kills it over and over and looks at what is left.
return args switch
{
    ["work", var folder, var setting] => Victim.Work(folder, setting),
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
    Console.Error.WriteLine("campaign KILLS: kills training runs at random moments, resumes them and compares what they come to with runs that were left alone.");
    return 1;
}
