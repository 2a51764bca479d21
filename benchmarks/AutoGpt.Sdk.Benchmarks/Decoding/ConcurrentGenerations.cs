using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>
/// The command <c>concurrent</c>: generations of different prompts and lengths at once on one model beside one alone, in turn: tokens a second, fairness, whether each says what it says alone, and
/// where a turn's time goes. No prefixes are shared, so that every round reads its prompts.
/// </summary>
internal static class ConcurrentGenerations
{
    private const string Usage = "concurrent [--model qwen2.5-0.5b] [--types Q8_0,Q4_0] [--agents 8] [--rounds 8] [--threads 2]";

    public static async Task<int> RunAsync(string[] args)
    {
        CommandArguments arguments = new(args, Usage, "--model", "--types", "--agents", "--rounds", "--threads");
        GgufShape shape = GgufShape.Of(arguments.Text("--model") ?? "qwen2.5-0.5b");
        bool isSame = true;
        foreach (string type in arguments.List("--types", "Q8_0,Q4_0"))
        {
            using ModelFile file = ModelFile.Open(ModelStore.Find(shape, type));
            TimedBackend backend = new(SimdBackend.Create(file.Config, file.Tensors, new SimdBackendOptions { Threads = arguments.Number("--threads", 2) }));
            using CausalLanguageModel model = new(backend, file.Tokenizer, new CausalLanguageModelOptions { PrefixSharing = null });
            isSame &= await MeasureAsync(model, backend, shape.Name, type, arguments.Number("--agents", 8), arguments.Number("--rounds", 8), arguments.Json);
        }

        return isSame ? 0 : 2;
    }

    private static async Task<bool> MeasureAsync(CausalLanguageModel model, TimedBackend backend, string shape, string type, int agents, int rounds, bool json)
    {
        Random random = new(1);
        int[][] prompts = [.. Enumerable.Range(0, agents).Select(agent => Enumerable.Range(0, 16 + (17 * agent)).Select(_ => random.Next(model.Tokenizer.VocabularySize)).ToArray())];
        GenerationOptions Greedy(int agent) => new() { MaxTokens = 64 + (4 * agent), StopAtEndOfText = false };
        // Random weights whose head is the embedding say one token for ever: what is drawn depends on the logits of all.
        GenerationOptions Sampled(int agent) => new() { MaxTokens = 16 + agent, Sampling = new SamplingOptions(), Seed = agent, LogProbabilities = true, StopAtEndOfText = false };

        GenerationTrace[] alone = new GenerationTrace[agents];
        List<GenerationTrace[]> together = [];
        List<Round> results = [];
        await GenerationTrace.OfAsync(model, prompts[0], Greedy(0));
        for (int round = 0; round < Math.Max(rounds, agents); round++)
        {
            int one = round % agents;
            alone[one] = await GenerationTrace.OfAsync(model, prompts[one], Greedy(one));
            backend.Passes.Clear();
            GenerationTrace[] all = await Task.WhenAll(prompts.Select((prompt, agent) => GenerationTrace.OfAsync(model, prompt, Greedy(agent))));
            together.Add(all);
            (long Begin, long End, int Sequences)[] passes = [.. backend.Passes];
            results.Add(Round.Of(alone[one], all, passes, StepTimes.Measure(backend, [.. prompts.Select(prompt => prompt.Length + 32)])));
        }

        int same = together.Sum(all => all.Where((trace, agent) => trace.IsLike(alone[agent], tokensOnly: true)).Count());
        GenerationTrace[] drawn = await Task.WhenAll(prompts.Select((prompt, agent) => GenerationTrace.OfAsync(model, prompt, Sampled(agent))));
        int sameDrawn = 0;
        for (int agent = 0; agent < agents; agent++)
        {
            sameDrawn += drawn[agent].IsLike(await GenerationTrace.OfAsync(model, prompts[agent], Sampled(agent)), tokensOnly: false) ? 1 : 0;
        }

        double Median(Func<Round, double> value) => Statistics.Median(results.Select(value));
        double whole = alone.Sum(trace => trace.Seconds) / Median(round => round.Seconds);
        double distinct = drawn.Average(trace => trace.Tokens.Select(token => token.Id).Distinct().Count() / (double)trace.Tokens.Count);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new
            {
                type = "row", model = shape, weights = type, agents, rounds = results.Count, tokensPerSecond = Median(round => round.Together), alone = Median(round => round.Alone), ratio = Median(round => round.Ratio),
                least = results.Min(round => round.Ratio), most = results.Max(round => round.Ratio), jain = Median(round => round.Jain), leastJain = results.Min(round => round.Jain), wholeRatio = whole,
                sameTexts = same, texts = together.Count * agents, distinct, sameSampled = sameDrawn, turnMilliseconds = Median(round => round.Turn), aloneMilliseconds = 1000 / Median(round => round.Alone),
                passMilliseconds = Median(round => round.Pass), sequencesPerPass = Median(round => round.Batch), stepMilliseconds = Median(round => round.Steps.All), stepHead = Median(round => round.Steps.AllHead), stepAttention = Median(round => round.Steps.AllAttention),
                singleMilliseconds = Median(round => round.Steps.Single), singleHead = Median(round => round.Steps.SingleHead),
            })
            : string.Create(CultureInfo.InvariantCulture, $"""
                {shape} {type}: {agents} at once {Median(round => round.Together):0.0}, one {Median(round => round.Alone):0.0} tokens/s: {Median(round => round.Ratio):0.00} ({results.Min(round => round.Ratio):0.00}–{results.Max(round => round.Ratio):0.00}); prompts included, against one after another: {whole:0.00}
                  fairness {Median(round => round.Jain):0.0000}, at least {results.Min(round => round.Jain):0.0000}; as alone: {same} of {together.Count * agents} greedy texts, {sameDrawn} of {agents} sampled ones to the last bit of their log-probabilities ({distinct:P0} of their tokens distinct)
                  a turn {Median(round => round.Turn):0.00} ms, of which the pass {Median(round => round.Pass):0.00} for {Median(round => round.Batch):0.00} sequences; the same called directly {Median(round => round.Steps.All):0.00}, of which logits {Median(round => round.Steps.AllHead):0.00}, attention to texts {Median(round => round.Steps.AllAttention):0.00}; a token alone {1000 / Median(round => round.Alone):0.00} ms: the step itself {Median(round => round.Steps.Single):0.00}, of which logits {Median(round => round.Steps.SingleHead):0.00}
                """));
        return same == together.Count * agents && sameDrawn == agents;
    }

    /// <summary>One generation alone, then all at once; speeds and passes of those while all are active: after the last one's first token, until the first one's last.</summary>
    private sealed record Round(double Alone, double Together, double Jain, double Turn, double Pass, double Batch, double Seconds, StepTimes Steps)
    {
        public double Ratio => Together / Alone;

        public static Round Of(GenerationTrace alone, GenerationTrace[] all, (long Begin, long End, int Sequences)[] passes, StepTimes steps)
        {
            long begin = all.Max(trace => trace.Times[0]), end = all.Min(trace => trace.Times[^1]);
            double seconds = Stopwatch.GetElapsedTime(begin, end).TotalSeconds;
            double[] speeds = [.. all.Select(trace => trace.Between(begin, end) / seconds)];
            (long Begin, long End, int Sequences)[] inside = [.. passes.Where(pass => pass.Begin >= begin && pass.End <= end)];
            return new Round(
                alone.Speed, speeds.Sum(), Statistics.Jain(speeds), 1000 * seconds / inside.Length,
                inside.Average(pass => Stopwatch.GetElapsedTime(pass.Begin, pass.End).TotalMilliseconds), inside.Average(pass => pass.Sequences),
                Stopwatch.GetElapsedTime(all.Min(trace => trace.Begin), all.Max(trace => trace.Times[^1])).TotalSeconds, steps);
        }
    }
}
