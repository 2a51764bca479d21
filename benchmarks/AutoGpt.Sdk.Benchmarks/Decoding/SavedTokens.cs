using System.Diagnostics;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>
/// Tokens that the in-box model need not decode: plans for the goals of a file (<c>--goals</c>, a JSON object with a <c>goal</c> a line) and documents of a few general
/// schemas, with forced tokens and prompt lookup on and off. Shares, passes, and whether the texts are the same. Time is the wall's, interleaved; passes do not depend on it.
/// </summary>
internal static class SavedTokens
{
    public static async Task<int> RunAsync(string[] args)
    {
        int at = Array.IndexOf(args, "--goals");
        string[] goals = MiniTexts.Goals(at >= 0 ? args[at + 1] : null);
        (string Name, CausalLanguageModelOptions Options)[] variants =
        [
            ("token by token", new CausalLanguageModelOptions { ForcedTokens = false }),
            ("forced", new CausalLanguageModelOptions()),
            ("lookup", new CausalLanguageModelOptions { ForcedTokens = false, Speculation = new SpeculationOptions() }),
            ("forced and lookup", new CausalLanguageModelOptions { Speculation = new SpeculationOptions() }),
        ];
        List<Row> rows = [];
        string folder = Directory.CreateTempSubdirectory("autogpt-saved-").FullName;
        try
        {
            IReadOnlyList<Microsoft.Extensions.AI.AIFunction> tools = MiniTexts.Tools(folder);
            Dictionary<string, string[]> texts = [];
            for (int round = 0; round < 3; round++)
            {
                foreach ((string name, CausalLanguageModelOptions options) in variants)
                {
                    using CausalLanguageModel model = MiniModel.Load(new MiniModelOptions { Decoding = options });
                    await MeasureAsync(rows, texts, round, name, MiniTexts.Plans, model, goals.Select<string, Func<Task<string>>>(goal => () =>
                        MiniTexts.PlanAsync(model, goal, tools)));
                    foreach ((string title, string schema) in MiniTexts.Schemas)
                    {
                        await MeasureAsync(rows, texts, round, name, title, model, goals.Take(20).Select<string, Func<Task<string>>>(goal => () =>
                            MiniTexts.DocumentAsync(model, goal, schema)));
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (IGrouping<string, Row> group in rows.GroupBy(row => row.What))
        {
            foreach (IGrouping<string, Row> variant in group.GroupBy(row => row.Variant))
            {
                Row row = variant.Last();
                double seconds = variant.Select(one => one.Seconds).Order().ElementAt(variant.Count() / 2);
                double plain = group.Where(one => one.Variant == variants[0].Name).Select(one => one.Seconds).Order().ElementAt(variant.Count() / 2);
                DecodingStatistics s = row.Statistics;
                if (args.Contains("--json"))
                {
                    Console.WriteLine(new JsonObject
                    {
                        ["type"] = "row", ["what"] = group.Key, ["variant"] = variant.Key, ["tokens"] = s.Generated, ["forced"] = s.Forced, ["proposed"] = s.Proposed, ["accepted"] = s.Accepted,
                        ["steps"] = s.Steps, ["sameTexts"] = row.Same, ["texts"] = row.Texts, ["speed"] = Math.Round(plain / seconds, 2),
                    }.ToJsonString());
                }
                else
                {
                    Console.WriteLine($"{group.Key,-18}{variant.Key,-19}{s.Generated,7} tokens{Share(s.Forced, s.Generated),7} forced{Share(s.Accepted, s.Generated),7} looked up ({Share(s.Accepted, s.Proposed),4} of proposed), {s.Generated / (double)s.Steps,5:F2} tokens a step, {plain / seconds,5:F2}x, {row.Same}/{row.Texts} texts the same");
                }
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(
        List<Row> rows, Dictionary<string, string[]> texts, int round, string variant, string what, CausalLanguageModel model, IEnumerable<Func<Task<string>>> texting)
    {
        DecodingStatistics before = model.Statistics;
        Stopwatch clock = Stopwatch.StartNew();
        List<string> said = [];
        foreach (Func<Task<string>> one in texting)
        {
            said.Add(await one());
        }

        double seconds = clock.Elapsed.TotalSeconds;
        DecodingStatistics after = model.Statistics;
        texts.TryAdd(what, [.. said]);
        rows.Add(new Row(what, variant, round, seconds, texts[what].Zip(said).Count(pair => pair.First == pair.Second), said.Count, new DecodingStatistics(
            after.Generated - before.Generated, after.Forced - before.Forced, after.Proposed - before.Proposed, after.Accepted - before.Accepted, after.Steps - before.Steps, 0)));
    }

    private static string Share(long part, long whole) => whole == 0 ? "–" : $"{100.0 * part / whole:F0} %";

    private sealed record Row(string What, string Variant, int Round, double Seconds, int Same, int Texts, DecodingStatistics Statistics);
}
