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
        SwiGlu.Apply(gate, up, new float[size]);
        AssertClose(gate, expected, 1e-6);
    }

    [TestCaseSource(nameof(Sizes))]
    public void Gelu_is_the_tanh_form(int size)
    {
        float[] x = Values(size, 8);
        double[] expected = [.. x.Select(value => 0.5 * value * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + (0.044715 * Math.Pow(value, 3))))))];
        Gelu.Apply(x, new float[size]);
        AssertClose(x, expected, 1e-6);
    }

    [Test]
    public void Rotation_turns_pairs_by_their_position()
    {
        RotaryTable table = new(headSize: 6, positions: 10, frequencyBase: 100);
        float[] row = Values(12, 9);
        double[] before = [.. row.Select(value => (double)value)];
        table.Rotate(row, 7);
        for (int head = 0; head < 2; head++)
        {
            for (int pair = 0; pair < 3; pair++)
            {
                double angle = 7 * Math.Pow(100, -2.0 * pair / 6);
                double a = before[(6 * head) + pair];
                double b = before[(6 * head) + pair + 3];
                Assert.That(row[(6 * head) + pair], Is.EqualTo((a * Math.Cos(angle)) - (b * Math.Sin(angle))).Within(1e-6));
                Assert.That(row[(6 * head) + pair + 3], Is.EqualTo((a * Math.Sin(angle)) + (b * Math.Cos(angle))).Within(1e-6));
            }
        }
    }

    [TestCase(4, 4, 8, 1)]
    [TestCase(4, 2, 8, 5)]
    [TestCase(6, 1, 16, 33)]
    public void Attention_mixes_values_by_softmax(int heads, int keyValueHeads, int headSize, int length)
    {
        AttentionShape shape = new(heads, keyValueHeads, headSize);
        float[] query = Values(heads * headSize, 10);
        float[] keys = Values(length * keyValueHeads * headSize, 11);
        float[] values = Values(length * keyValueHeads * headSize, 12);
        float[] output = new float[heads * headSize];
        CachedAttention.Apply(query, keys, values, shape, new float[length], output);
        for (int head = 0; head < heads; head++)
        {
            int from = head / (heads / keyValueHeads) * headSize;
            double[] weights = [.. Enumerable.Range(0, length).Select(position => Math.Exp(
                Enumerable.Range(0, headSize).Sum(index => (double)query[(head * headSize) + index] * keys[(position * keyValueHeads * headSize) + from + index]) / Math.Sqrt(headSize)))];
            for (int index = 0; index < headSize; index++)
            {
                double expected = Enumerable.Range(0, length).Sum(position => weights[position] * values[(position * keyValueHeads * headSize) + from + index]) / weights.Sum();
                Assert.That(output[(head * headSize) + index], Is.EqualTo(expected).Within(1e-5));
            }
        }
    }

    [TestCase(5, 7, 3)]
    [TestCase(300, 96, 4)]
    public void A_product_is_a_dot_product_per_row(int rows, int columns, int count)
    {
        float[] values = Values(rows * columns, 13);
        float[] inputs = Values(count * columns, 14);
        double Exact(int input, int row) => Enumerable.Range(0, columns).Sum(column => (double)values[(row * columns) + column] * inputs[(input * columns) + column]);
        foreach ((WeightMatrix matrix, double halfStep) in ((WeightMatrix, double)[])[(new SingleMatrix(rows, columns, values), 0), (new Int8Matrix(rows, columns, values), 2 / 254.0)])
        {
            // A weight of up to 2 is off by at most half a step of 2/127, and every error may point the same way.
            double Tolerance(int input) => 1e-4 + (halfStep * Enumerable.Range(0, columns).Sum(column => Math.Abs(inputs[(input * columns) + column])));
            float[] outputs = new float[count * rows];
            matrix.Multiply(inputs, outputs, count, threads: 1);
            for (int input = 0; input < count; input++)
            {
                for (int row = 0; row < rows; row++)
                {
                    Assert.That(outputs[(input * rows) + row], Is.EqualTo(Exact(input, row)).Within(Tolerance(input)), $"{matrix.GetType().Name} {input} {row}");
                }
            }
        }
    }

    [Test]
    public void A_product_is_the_same_alone_and_among_others_and_on_any_number_of_threads()
    {
        const int rows = 1100;
        const int columns = 1030;
        float[] values = Values(rows * columns, 15);
        float[] inputs = Values(3 * columns, 16);
        foreach (WeightMatrix matrix in (WeightMatrix[])[new SingleMatrix(rows, columns, values), new Int8Matrix(rows, columns, values)])
        {
            float[] together = new float[3 * rows];
            matrix.Multiply(inputs, together, 3, threads: 2);
            for (int input = 0; input < 3; input++)
            {
                float[] alone = new float[rows];
                matrix.Multiply(inputs.AsMemory(input * columns, columns), alone, 1, threads: 1);
                Assert.That(alone, Is.EqualTo(together[(input * rows)..((input + 1) * rows)]), "bit for bit");
            }
        }
    }

    [Test]
    public void Bytes_are_off_by_at_most_half_a_step()
    {
        float[] values = Values(3 * 70, 17);
        Int8Matrix matrix = new(3, 70, values);
        float[] row = new float[70];
        matrix.CopyRow(2, row);
        for (int group = 0; group < 70; group += Int8Matrix.GroupSize)
        {
            int end = Math.Min(70, group + Int8Matrix.GroupSize);
            float step = values[(140 + group)..(140 + end)].Max(Math.Abs) / 127;
            for (int column = group; column < end; column++)
            {
                Assert.That(row[column], Is.EqualTo(values[140 + column]).Within((step / 2) + 1e-7));
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
