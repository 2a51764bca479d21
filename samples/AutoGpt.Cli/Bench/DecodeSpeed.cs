using System.Diagnostics;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Bench;

/// <summary>How fast a model reads prompts and decodes, one text or several at once, beside the bandwidth its threads read memory with.</summary>
/// <param name="Prefill">Tokens of prompts a second, of all texts together.</param>
/// <param name="Decode">Tokens a second after them, of all texts together.</param>
/// <param name="Bandwidth">Bytes a second that as many threads read from memory.</param>
internal sealed record DecodeSpeed(double Prefill, double Decode, double Bandwidth)
{
    private const int Rounds = 3;

    /// <summary>Measures three times and takes medians, each its own; the first of all is not counted.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">Tokens of a prompt.</param>
    /// <param name="generate">Tokens after it.</param>
    /// <param name="texts">Texts at once.</param>
    /// <param name="threads">Threads that read memory.</param>
    /// <param name="cancellationToken">Ends it between steps.</param>
    public static async Task<DecodeSpeed> MeasureAsync(CausalLanguageModel model, int prompt, int generate, int texts, int threads, CancellationToken cancellationToken)
    {
        using ReadBandwidth bandwidth = new(threads);
        List<DecodeSpeed> rounds = [];
        for (int round = -1; round < Rounds; round++)
        {
            double read = bandwidth.Measure();
            ITokenContext[] contexts = [.. Enumerable.Range(0, texts).Select(_ => model.CreateContext(new ContextOptions { Capacity = prompt + generate }))];
            try
            {
                double prefill = await Speed(contexts, context => context.AppendAsync(Ids(context, prompt), LogitsWanted.Last, cancellationToken), 1, prompt);
                double decode = await Speed(contexts, context => context.AppendAsync(Ids(context, 1), LogitsWanted.Last, cancellationToken), generate, 1);
                rounds.Add(new DecodeSpeed(prefill, decode, read));
            }
            finally
            {
                Array.ForEach(contexts, context => context.Dispose());
            }
        }

        rounds.RemoveAt(0);
        return new DecodeSpeed(Median(rounds, round => round.Prefill), Median(rounds, round => round.Decode), Median(rounds, round => round.Bandwidth));

        // Ids all over the vocabulary: what a token is makes no difference to how long it takes.
        ReadOnlyMemory<int> Ids(ITokenContext context, int count) =>
            Enumerable.Range(context.Length, count).Select(position => (int)(((position * 7919L) + 13) % model.Config.VocabularySize)).ToArray();
    }

    // Each text goes on as soon as its own step is done, as agents do.
    private static async Task<double> Speed(ITokenContext[] contexts, Func<ITokenContext, ValueTask<Logits>> step, int steps, int tokens)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(contexts.Select(context => Task.Run(async () =>
        {
            for (int i = 0; i < steps; i++)
            {
                await step(context);
            }
        })));
        return (double)contexts.Length * steps * tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<DecodeSpeed> rounds, Func<DecodeSpeed, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
}
