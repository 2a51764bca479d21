using System.Diagnostics;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>Both sides on one model, in turn, and the read bandwidth before each pair. Who is first changes from round to round.</summary>
internal sealed class Comparison(PeerProcess peer, ReadBandwidth bandwidth, int rounds)
{
    private const int Sequences = 8;

    // Both sides' workers poll for a while after their last step before they sleep.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(400);

    private readonly Process _self = Process.GetCurrentProcess();

    /// <summary>Measures a cell.</summary>
    /// <param name="cell">What.</param>
    /// <param name="ours">Our side.</param>
    /// <param name="theirs">The other: the peer's process, or an engine in this one.</param>
    public (List<double> Ours, List<double> Theirs, List<double> Bandwidth) Measure(PeerCell cell, Engine ours, ISide theirs)
    {
        // Unmeasured: pages are mapped, code is compiled.
        Speed(cell, ours);
        Speed(cell, theirs);
        (List<double> Ours, List<double> Theirs, List<double> Bandwidth) speeds = ([], [], []);
        for (int round = 0; round < rounds; round++)
        {
            speeds.Bandwidth.Add(bandwidth.Measure());
            Action[] turns = [() => speeds.Ours.Add(SpeedAlone(cell, ours, theirs)), () => speeds.Theirs.Add(SpeedAlone(cell, theirs, ours))];
            turns[round % 2]();
            turns[1 - (round % 2)]();
        }

        return speeds;
    }

    private static double Speed(PeerCell cell, ISide side) => cell switch
    {
        PeerCell.Decode => side.Decode(16, 128),
        PeerCell.Batch => side.Batch(Sequences, 64),
        _ => side.Prefill(512),
    };

    // An error where the other side's process takes processor time meanwhile.
    private double SpeedAlone(PeerCell cell, ISide side, ISide other)
    {
        Thread.Sleep(s_pause);
        (TimeSpan before, long start) = (ProcessorTime(other), Stopwatch.GetTimestamp());
        double speed = Speed(cell, side);
        double busy = (ProcessorTime(other) - before) / Stopwatch.GetElapsedTime(start);
        return side is Engine == other is Engine || busy < 0.05
            ? speed : throw new InvalidOperationException($"The other side was busy for {busy:P0} of a measurement: the two would compete.");
    }

    private TimeSpan ProcessorTime(ISide side)
    {
        if (side is PeerProcess)
        {
            return peer.ProcessorTime;
        }

        _self.Refresh();
        return _self.TotalProcessorTime;
    }
}
