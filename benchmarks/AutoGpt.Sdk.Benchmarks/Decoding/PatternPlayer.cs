using System.Diagnostics;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>Asks a backend what a pattern has, with random ids.</summary>
internal sealed class PatternPlayer(ILogitsBackend backend) : IDisposable
{
    private const int Longest = 2048;

    private readonly IBackendSequence _sequence = backend.CreateSequence(Longest);
    private readonly int[] _ids = Ids(backend.Config.VocabularySize);
    private readonly SequenceStep[] _step = new SequenceStep[1];
    private float[] _logits = [];

    /// <summary>Reads a prompt, in place of what was there.</summary>
    public void ReadPrompt(int length)
    {
        _sequence.Rewind(0);
        if (length > 0)
        {
            Append(length, LogitsWanted.None);
        }
    }

    /// <summary>Seconds that a pattern takes after the prompt, which is there again afterwards.</summary>
    public double Time(AppendPattern pattern)
    {
        // Room is made once, by whoever wants most.
        int most = pattern.Moves.Max(move => Rows(move.Append, move.Wanted)) * backend.Config.VocabularySize;
        if (_logits.Length < most)
        {
            _logits = new float[most];
        }

        long start = Stopwatch.GetTimestamp();
        foreach (AppendMove move in pattern.Moves)
        {
            if (move.Append > 0)
            {
                Append(move.Append, move.Wanted);
            }

            if (move.Rewind > 0)
            {
                _sequence.Rewind(_sequence.Length - move.Rewind);
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _sequence.Rewind(pattern.Prompt);
        return seconds;
    }

    public void Dispose() => _sequence.Dispose();

    private void Append(int count, LogitsWanted wanted)
    {
        _step[0] = new SequenceStep(_sequence, _ids.AsMemory(_sequence.Length, count), wanted, _logits.AsMemory(0, Rows(count, wanted) * backend.Config.VocabularySize));
        backend.Append(_step);
    }

    private static int Rows(int count, LogitsWanted wanted) => wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => Math.Min(count, 1), _ => count };

    private static int[] Ids(int vocabulary)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, Longest).Select(_ => random.Next(vocabulary))];
    }
}
