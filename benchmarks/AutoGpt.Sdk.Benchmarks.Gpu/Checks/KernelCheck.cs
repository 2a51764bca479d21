using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>A kernel's result beside that of its formula in double precision.</summary>
/// <param name="Name">Kernel, shape and launch.</param>
/// <param name="Error">‖result − exact‖ / ‖exact‖; not a number where something was not written.</param>
/// <param name="Tolerance">The most it may be.</param>
internal readonly record struct KernelCheck(string Name, double Error, double Tolerance)
{
    public bool Passed => Error <= Tolerance;

    public static KernelCheck Compare(string name, ReadOnlySpan<float> result, ReadOnlySpan<double> exact, double tolerance)
    {
        double difference = 0, norm = 0;
        for (int index = 0; index < exact.Length; index++)
        {
            difference += Math.Pow(result[index] - exact[index], 2);
            norm += exact[index] * exact[index];
        }

        return new KernelCheck(name, Math.Sqrt(difference / Math.Max(norm, 1e-30)), tolerance);
    }

    /// <summary>Memory that reads as no number until it is written.</summary>
    public static CudaMemory Poisoned(CudaDriver driver, int floats)
    {
        CudaMemory memory = new(driver, 4L * floats);
        memory.Fill(0xff);
        return memory;
    }

    public static float[] Values(Random random, int count, float spread = 1)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = ((2 * random.NextSingle()) - 1) * spread;
        }

        return values;
    }

    public static ushort Bits(bool bf16, float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return bf16 ? (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16) : BitConverter.HalfToUInt16Bits((Half)value);
    }

    public static float Value(bool bf16, ushort bits) => bf16 ? BitConverter.UInt32BitsToSingle((uint)bits << 16) : (float)BitConverter.UInt16BitsToHalf(bits);
}
