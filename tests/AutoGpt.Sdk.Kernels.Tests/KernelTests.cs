namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Each kernel against its formula, accumulated in double precision.</summary>
public sealed class KernelTests
{
    private static readonly int[] Sizes = [1, 2, 3, 7, 16, 31, 32, 33, 64, 100, 257];

    [TestCaseSource(nameof(Sizes))]
    public void RmsNorm_scales_to_unit_root_mean_square(int size)
    {
        float[] x = Values(size, 1);
        float[] weight = Values(size, 2);
        float[] output = new float[size];
        RmsNorm.Apply(x, weight, 1e-5f, output);
        double root = Math.Sqrt(x.Average(value => (double)value * value) + 1e-5);
        AssertClose(output, x.Zip(weight, (value, scale) => value / root * scale), 1e-5);
    }

    [TestCaseSource(nameof(Sizes))]
    public void LayerNorm_centres_scales_and_shifts(int size)
    {
        float[] x = Values(size, 3);
        float[] weight = Values(size, 4);
        float[] bias = Values(size, 5);
        float[] output = new float[size];
        LayerNorm.Apply(x, weight, bias, 1e-3f, output);
        double mean = x.Average(value => (double)value);
        double root = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-3);
        AssertClose(output, Enumerable.Range(0, size).Select(index => ((x[index] - mean) / root * weight[index]) + bias[index]), 1e-5);
        LayerNorm.Apply(x, weight, [], 1e-3f, output);
        AssertClose(output, Enumerable.Range(0, size).Select(index => (x[index] - mean) / root * weight[index]), 1e-5);
    }

    [TestCaseSource(nameof(Sizes))]
    public void SwiGlu_gates(int size)
    {
        float[] gate = Values(size, 6);
        float[] up = Values(size, 7);
        double[] expected = [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
        float[] output = new float[size];
        SwiGlu.Apply(gate, up, output);
        AssertClose(output, expected, 1e-6);
    }

    [TestCaseSource(nameof(Sizes))]
    public void Gelu_is_the_tanh_form(int size)
    {
        float[] x = Values(size, 8);
        double[] expected = [.. x.Select(value => 0.5 * value * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + (0.044715 * Math.Pow(value, 3))))))];
        float[] output = new float[size];
        Gelu.Apply(x, output);
        AssertClose(output, expected, 1e-6);
    }

    [TestCase(6)]
    [TestCase(36)]
    public void Rotation_turns_pairs_by_their_position(int headSize)
    {
        Rotary rotary = new(Rotary.Frequencies(headSize, frequencyBase: 100));
        int half = headSize / 2;
        float[] row = Values(2 * headSize, 9);
        double[] before = [.. row.Select(value => (double)value)];
        float[] angles = new float[headSize];
        rotary.Turn(7, angles);
        rotary.Rotate(row, angles);
        for (int head = 0; head < 2; head++)
        {
            for (int pair = 0; pair < half; pair++)
            {
                double angle = 7 * Math.Pow(100, -2.0 * pair / headSize);
                double a = before[(headSize * head) + pair];
                double b = before[(headSize * head) + pair + half];
                Assert.That(row[(headSize * head) + pair], Is.EqualTo((a * Math.Cos(angle)) - (b * Math.Sin(angle))).Within(1e-6));
                Assert.That(row[(headSize * head) + pair + half], Is.EqualTo((a * Math.Sin(angle)) + (b * Math.Cos(angle))).Within(1e-6));
            }
        }
    }

    private static float[] Values(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }

    private static void AssertClose(float[] actual, IEnumerable<double> expected, double tolerance)
    {
        foreach ((float value, double exact) in actual.Zip(expected))
        {
            Assert.That(value, Is.EqualTo(exact).Within(tolerance * (1 + Math.Abs(exact))));
        }
    }
}
