using System.Diagnostics;

namespace AutoGpt.Sdk.Kernels.Tests.Memory;

/// <summary>The measurement itself: that it reads what it says, in the time it says.</summary>
public sealed class ReadBandwidthTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void The_speed_is_what_the_clock_outside_allows(int threads)
    {
        const long bytes = 64 << 20;
        using ReadBandwidth bandwidth = new(threads, bytes);
        long start = Stopwatch.GetTimestamp();
        double speed = bandwidth.Measure();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        // Three of its five passes took at least as long as the median, and all of them less than the call.
        Assert.That(speed, Is.GreaterThan(3 * 0.99 * bytes / seconds));
        // A cache's speed at most: a loop that the compiler left out would be a thousand times as fast.
        Assert.That(speed, Is.LessThan(threads * 1e12));
    }

    [Test]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.That(() => new ReadBandwidth(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ReadBandwidth(1025, 1L << 31), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ReadBandwidth(2, (2 << 20) - 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
