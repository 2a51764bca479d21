namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Quantisers without a search, in double precision: how well a format does when each group simply has its range laid out in equal steps, its scales not rounded.</summary>
internal static class PlainQuantizer
{
    /// <summary>What the weights of a group come back as.</summary>
    public static double[] Restore(WeightFormat format, ReadOnlySpan<float> group)
    {
        double[] values = Array.ConvertAll(group.ToArray(), value => (double)value);
        double largest = values.MaxBy(Math.Abs);
        return format switch
        {
            WeightFormat.Q8_0 => Steps(values, Math.Abs(largest) / 127, -127, 127),
            WeightFormat.Q4_0 => Steps(values, largest / -8, -8, 7),
            WeightFormat.Q5_0 => Steps(values, largest / -16, -16, 15),
            WeightFormat.Q6_K => Steps(values, largest / -32, -32, 31),
            WeightFormat.Q4_K => Affine(values, 15),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    public static int GroupLength(WeightFormat format) => format == WeightFormat.Q6_K ? 16 : 32;

    private static double[] Steps(double[] values, double step, int least, int most) =>
        step == 0 ? new double[values.Length] : Array.ConvertAll(values, value => Math.Clamp(Math.Round(value / step), least, most) * step);

    private static double[] Affine(double[] values, int most)
    {
        double least = Math.Min(0, values.Min());
        double step = (values.Max() - least) / most;
        return step == 0 ? Array.ConvertAll(values, _ => least) : Array.ConvertAll(values, value => (Math.Round((value - least) / step) * step) + least);
    }
}
