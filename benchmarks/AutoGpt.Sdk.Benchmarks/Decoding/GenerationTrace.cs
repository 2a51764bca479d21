using System.Diagnostics;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>The tokens of one generation and when each came.</summary>
internal sealed record GenerationTrace(IReadOnlyList<GeneratedToken> Tokens, IReadOnlyList<long> Times, long Begin)
{
    /// <summary>Tokens a second after the first.</summary>
    public double Speed => (Times.Count - 1) / Stopwatch.GetElapsedTime(Times[0], Times[^1]).TotalSeconds;

    /// <summary>From the call to the last token, the prompt included.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(Begin, Times[^1]).TotalSeconds;

    /// <summary>Tokens that came after one moment and not after another.</summary>
    public int Between(long after, long until) => Times.Count(time => time > after && time <= until);

    /// <summary>Whether the tokens are the same, and their log-probabilities to the last bit.</summary>
    public bool IsLike(GenerationTrace other, bool tokensOnly) =>
        Tokens.Select(token => token.Id).SequenceEqual(other.Tokens.Select(token => token.Id))
        && (tokensOnly || Tokens.Select(token => token.LogProbability).SequenceEqual(other.Tokens.Select(token => token.LogProbability)));

    /// <summary>Generates on a thread of the pool.</summary>
    public static Task<GenerationTrace> OfAsync(CausalLanguageModel model, int[] prompt, GenerationOptions options) => Task.Run(async () =>
    {
        List<GeneratedToken> tokens = new(options.MaxTokens);
        List<long> times = new(options.MaxTokens);
        long begin = Stopwatch.GetTimestamp();
        await foreach (GenerationUpdate update in model.GenerateAsync(prompt, options))
        {
            foreach (GeneratedToken token in update.Tokens)
            {
                tokens.Add(token);
                times.Add(Stopwatch.GetTimestamp());
            }
        }

        return new GenerationTrace(tokens, times, begin);
    });
}
