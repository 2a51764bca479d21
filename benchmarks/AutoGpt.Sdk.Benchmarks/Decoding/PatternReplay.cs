using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>
/// The command <c>replay</c>: what tokens known ahead save on a real shape. The in-box model writes the texts, with forced tokens and prompt lookup on and off; the appends and rewinds that it asks of its
/// backend are asked of the real shape's, with random ids, in turn with the same number of tokens one by one. The prompt is not timed.
/// </summary>
internal static class PatternReplay
{
    private const string Usage = "replay [--model qwen2.5-0.5b] [--types Q8_0,Q4_0] [--goals FILE] [--texts N] [--rounds N] [--threads N]";

    private static readonly (string Name, CausalLanguageModelOptions Options)[] s_variants =
    [
        ("forced", new CausalLanguageModelOptions()),
        ("lookup", new CausalLanguageModelOptions { ForcedTokens = false, Speculation = new SpeculationOptions() }),
        ("forced and lookup", new CausalLanguageModelOptions { Speculation = new SpeculationOptions() }),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        CommandArguments arguments = new(args, Usage, "--model", "--types", "--goals", "--texts", "--rounds", "--threads");
        List<Recording> recordings = await RecordAsync([.. MiniTexts.Goals(arguments.Text("--goals")).Take(arguments.Number("--texts", 6))]);
        GgufShape shape = GgufShape.Of(arguments.Text("--model") ?? "qwen2.5-0.5b");
        foreach (string type in arguments.List("--types", "Q8_0,Q4_0"))
        {
            using ModelFile file = ModelFile.Open(ModelStore.Find(shape, type));
            using SimdBackend backend = SimdBackend.Create(file.Config, file.Tensors, new SimdBackendOptions { Threads = arguments.Number("--threads", 2) });
            using PatternPlayer player = new(backend);
            Dictionary<Recording, List<(double Ahead, double Single)>> times = recordings.ToDictionary(recording => recording, _ => new List<(double, double)>());
            for (int round = 0; round < arguments.Number("--rounds", 3); round++)
            {
                foreach (Recording recording in recordings)
                {
                    times[recording].Add(TimeInTurn(player, recording, round));
                }
            }

            foreach (Recording recording in recordings)
            {
                Tell(shape, type, recording, times[recording], arguments.Json);
            }
        }

        return 0;
    }

    private static (double Ahead, double Single) TimeInTurn(PatternPlayer player, Recording recording, int round)
    {
        (double ahead, double single) = (0, 0);
        foreach (AppendPattern pattern in recording.Patterns)
        {
            player.ReadPrompt(pattern.Prompt);
            Action[] turns = [() => ahead += player.Time(pattern), () => single += player.Time(pattern.TokenByToken())];
            turns[round % 2]();
            turns[1 - (round % 2)]();
        }

        return (ahead, single);
    }

    private static async Task<List<Recording>> RecordAsync(string[] goals)
    {
        string folder = Directory.CreateTempSubdirectory("autogpt-replay-").FullName;
        try
        {
            IReadOnlyList<Microsoft.Extensions.AI.AIFunction> tools = MiniTexts.Tools(folder);
            string call = MiniTexts.Schemas.Single(schema => schema.Name == MiniTexts.ToolCall).Schema;
            List<Recording> recordings = [];
            foreach ((string name, CausalLanguageModelOptions options) in s_variants)
            {
                using ModelFolder files = ModelFolder.Open(MiniWeights.Folder);
                AppendRecorder recorder = new(SimdBackend.Create(files.Config, files.Tensors, new SimdBackendOptions { Threads = 1, Weights = SimdWeightFormat.F32 }));
                using CausalLanguageModel model = new(recorder, files.Tokenizer, options with { Name = "mini", PromptFormat = new MiniPromptFormat(), PrefixSharing = null });
                recordings.Add(await RecordAsync(MiniTexts.Plans, name, model, recorder, goals, goal => MiniTexts.PlanAsync(model, goal, tools)));
                recordings.Add(await RecordAsync(MiniTexts.ToolCall, name, model, recorder, goals, goal => MiniTexts.DocumentAsync(model, goal, call)));
            }

            return recordings;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Recording> RecordAsync(
        string what, string variant, CausalLanguageModel model, AppendRecorder recorder, string[] goals, Func<string, Task<string>> write)
    {
        List<AppendPattern> patterns = [];
        DecodingStatistics before = model.Statistics;
        foreach (string goal in goals)
        {
            recorder.Histories.Clear();
            long generated = model.Statistics.Generated;
            await write(goal);
            patterns.Add(AppendPattern.Of(recorder.Histories.Single(), (int)(model.Statistics.Generated - generated)));
        }

        DecodingStatistics after = model.Statistics;
        return new Recording(what, variant, patterns, after.Proposed - before.Proposed, after.Accepted - before.Accepted);
    }

    private static void Tell(GgufShape shape, string type, Recording recording, List<(double Ahead, double Single)> times, bool json)
    {
        int tokens = recording.Patterns.Sum(pattern => pattern.Generated);
        double perStep = tokens / (double)recording.Patterns.Sum(pattern => pattern.Appends);
        double[] ratios = [.. times.Select(time => time.Single / time.Ahead)];
        double ahead = 1000 * Statistics.Median(times.Select(time => time.Ahead)) / tokens, single = 1000 * Statistics.Median(times.Select(time => time.Single)) / tokens;
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new
            {
                type = "row", model = shape.Name, weights = type, what = recording.What, variant = recording.Variant, texts = recording.Patterns.Count, tokens, tokensPerStep = perStep,
                proposed = recording.Proposed, accepted = recording.Accepted, millisecondsPerToken = ahead, singleMilliseconds = single, ratio = Statistics.Median(ratios), least = ratios.Min(), most = ratios.Max(),
            })
            : string.Create(CultureInfo.InvariantCulture,
                $"{shape.Name} {type,-7} {recording.What,-12} {recording.Variant,-18} {recording.Patterns.Count} texts of {tokens} tokens, {perStep:0.00} tokens a step, {recording.Accepted} of {recording.Proposed} proposed: {ahead:0.00} beside {single:0.00} ms a token, {Statistics.Median(ratios):0.00} times as fast ({ratios.Min():0.00}–{ratios.Max():0.00})"));
    }

    private sealed record Recording(string What, string Variant, IReadOnlyList<AppendPattern> Patterns, long Proposed, long Accepted);
}
