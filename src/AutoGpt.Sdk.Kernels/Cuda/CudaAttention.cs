namespace AutoGpt.Sdk.Kernels;

/// <summary>Attention of a new position over a cache in device memory.</summary>
public static class CudaAttention
{
    private const int MaximumSplits = 32;

    private const int Threads = 256;

    /// <summary>Query heads a block can take.</summary>
    private const int LargestGroup = 8;

    /// <summary>Head sizes there are kernels for.</summary>
    public static IReadOnlyList<int> HeadSizes { get; } = [64, 128];

    /// <summary>Blocks that share a head so that a device is full.</summary>
    /// <param name="facts">The device.</param>
    /// <param name="keyValueHeads">Key and value heads.</param>
    /// <param name="blocksPerMultiprocessor">Blocks a multiprocessor is given.</param>
    public static int Splits(CudaDeviceFacts facts, int keyValueHeads, int blocksPerMultiprocessor)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Math.Clamp(facts.Multiprocessors * blocksPerMultiprocessor / keyValueHeads, 1, MaximumSplits);
    }

    /// <summary>Bytes of scratch memory.</summary>
    /// <param name="shape">The heads.</param>
    /// <param name="splits">Blocks that share a head.</param>
    public static long ScratchBytes(AttentionShape shape, int splits) =>
        4L * splits * shape.Heads * (shape.HeadSize + 4);

    /// <summary>Launches it.</summary>
    /// <param name="launcher">Where to.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="shape">The heads.</param>
    /// <param name="bf16">Whether the cache is bf16; otherwise f16.</param>
    /// <param name="arguments">Addresses, capacity, splits; the fields that follow from the shape are set here.</param>
    public static void Launch(ICudaLauncher launcher, CudaKernels kernels, AttentionShape shape, bool bf16, AttentionArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(launcher);
        ArgumentNullException.ThrowIfNull(kernels);
        arguments.Heads = shape.Heads;
        arguments.KeyValueHeads = shape.KeyValueHeads;
        arguments.Scale = (float)(1.4426950408889634 / Math.Sqrt(shape.HeadSize));
        launcher.Launch(kernels.Get("attention", KernelName(shape, bf16)), new CudaGrid(shape.KeyValueHeads, arguments.Splits, Threads), arguments);
    }

    /// <summary>The kernel for a shape.</summary>
    /// <param name="shape">The heads.</param>
    /// <param name="bf16">Whether the cache is bf16; otherwise f16.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static string KernelName(AttentionShape shape, bool bf16)
    {
        if (!HeadSizes.Contains(shape.HeadSize) || shape.Heads / shape.KeyValueHeads > LargestGroup)
        {
            throw new ArgumentException($"There is no attention kernel for {shape}: heads of 64 or 128, at most {LargestGroup} for a key.", nameof(shape));
        }

        return $"attention_{(bf16 ? "bf16" : "f16")}_h{shape.HeadSize}";
    }
}
