using System.Diagnostics;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>Both sides on one model, in turn, and the read bandwidth before each pair. Who is first changes from round to round.</summary>
internal sealed class Comparison(PeerProcess peer, ReadBandwidth bandwidth, int rounds)
{
    private const int Sequences = 8;

    // Workers spin for a moment after their last step before they sleep.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly Process _self = Process.GetCurrentProcess();

    public CellResult Measure(string model, string type, PeerCell cell, Engine engine)
    {
        (Func<double> ours, Func<double> theirs) = cell switch
        {
            PeerCell.Decode => (() => engine.Decode(16, 128), () => peer.Decode(16, 128)),
            PeerCell.Batch => ((Func<double>)(() => engine.Batch(Sequences, 64)), (Func<double>)(() => peer.Batch(Sequences, 64))),
            _ => (() => engine.Prefill(512), () => peer.Prefill(512)),
        };
        // Unmeasured: pages are mapped, code is compiled.
        ours();
        theirs();
        List<double> ourSpeeds = [], theirSpeeds = [], bandwidths = [];
        for (int round = 0; round < rounds; round++)
        {
            bandwidths.Add(bandwidth.Measure());
            if (round % 2 == 0)
            {
                ourSpeeds.Add(WhileIdle(ours, () => peer.ProcessorTime, "the peer"));
                theirSpeeds.Add(WhileIdle(theirs, ProcessorTime, "this process"));
            }
            else
            {
                theirSpeeds.Add(WhileIdle(theirs, ProcessorTime, "this process"));
                ourSpeeds.Add(WhileIdle(ours, () => peer.ProcessorTime, "the peer"));
            }
        }

        return new CellResult(model, type, cell, engine.BytesPerToken, ourSpeeds, theirSpeeds, bandwidths);
    }

    /// <summary>The speed of one side; an error where the other took processor time meanwhile.</summary>
    private static double WhileIdle(Func<double> measure, Func<TimeSpan> other, string name)
    {
        Thread.Sleep(s_pause);
        (TimeSpan before, long start) = (other(), Stopwatch.GetTimestamp());
        double speed = measure();
        double busy = (other() - before) / Stopwatch.GetElapsedTime(start);
        return busy < 0.05 ? speed : throw new InvalidOperationException($"{name} was busy for {busy:P0} of the other side's measurement: the two would compete.");
    }

    private TimeSpan ProcessorTime()
    {
        _self.Refresh();
        return _self.TotalProcessorTime;
    }
}
