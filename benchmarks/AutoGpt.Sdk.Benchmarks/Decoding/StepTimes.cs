using System.Diagnostics;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>What a step of a backend takes when nothing is between: the same number of sequences as the agents, at the same places, called directly. Milliseconds.</summary>
/// <param name="Single">One sequence.</param>
/// <param name="SingleHead">Of that, the logits.</param>
/// <param name="All">All sequences.</param>
/// <param name="AllHead">Of that, the logits.</param>
/// <param name="AllAttention">Of that, what the length of the texts adds.</param>
internal sealed record StepTimes(double Single, double SingleHead, double All, double AllHead, double AllAttention)
{
    private const int Steps = 12;

    /// <summary>Measures.</summary>
    /// <param name="backend">Nobody else uses it meanwhile.</param>
    /// <param name="lengths">Tokens that each sequence has read.</param>
    public static StepTimes Measure(ILogitsBackend backend, IReadOnlyList<int> lengths)
    {
        int vocabulary = backend.Config.VocabularySize;
        IBackendSequence[] sequences = [.. lengths.Select(length => backend.CreateSequence(length + Steps))];
        float[][] logits = [.. lengths.Select(_ => new float[vocabulary])];
        Random random = new(2);
        for (int index = 0; index < sequences.Length; index++)
        {
            int[] prompt = [.. Enumerable.Range(0, lengths[index]).Select(_ => random.Next(vocabulary))];
            sequences[index].Append(prompt, LogitsWanted.None, []);
        }

        double Time(int count, LogitsWanted wanted, bool isShort)
        {
            int[] begin = [.. lengths.Select(length => isShort ? 1 : length)];
            SequenceStep[] steps = [.. Enumerable.Range(0, count).Select(index => new SequenceStep(
                sequences[index], new[] { random.Next(vocabulary) }, wanted, wanted == LogitsWanted.None ? default : logits[index]))];
            for (int index = 0; index < sequences.Length; index++)
            {
                sequences[index].Rewind(begin[index]);
            }

            List<double> times = [];
            for (int step = 0; step < Steps; step++)
            {
                long start = Stopwatch.GetTimestamp();
                backend.Append(steps);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            for (int index = 0; index < sequences.Length; index++)
            {
                sequences[index].Rewind(begin[index]);
            }

            return Statistics.Median(times);
        }

        double single = Time(1, LogitsWanted.Last, isShort: false), singleBody = Time(1, LogitsWanted.None, isShort: false);
        double all = Time(sequences.Length, LogitsWanted.Last, isShort: false), body = Time(sequences.Length, LogitsWanted.None, isShort: false);
        // Last: it forgets the texts.
        double small = Time(sequences.Length, LogitsWanted.None, isShort: true);
        Array.ForEach(sequences, sequence => sequence.Dispose());
        return new StepTimes(single, single - singleBody, all, all - body, body - small);
    }
}
