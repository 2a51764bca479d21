namespace AutoGpt.Sdk.Kernels;

/// <summary>Made-up numbers, written on the device: the same for the same seed on every machine.</summary>
public static class CudaFill
{
    /// <summary>Fills memory.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="address">Where it starts.</param>
    /// <param name="bytes">A multiple of 4.</param>
    /// <param name="kind">What is written.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="center">Middle of the numbers.</param>
    /// <param name="spread">Furthest distance from the middle.</param>
    public static void Fill(CudaKernels kernels, nint address, long bytes, FillKind kind, uint seed, float center = 0, float spread = 1)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes % 4, 0, nameof(bytes));
        long blocks = Math.Clamp((bytes + 2047) / 2048, 1, 16L * kernels.Driver.Facts.Multiprocessors);
        kernels.Driver.Launch(
            kernels.Get("memory", "fill"),
            new CudaGrid((int)blocks, 1, 512),
            new FillArguments { Words = address, Count = bytes / 4, Seed = seed, Kind = kind, Center = center, Spread = spread });
    }
}
