namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Low-rank updates against double precision, and bit for bit on every width of vectors this processor has.</summary>
public sealed class LowRankTests
{
    private static IEnumerable<int> Widths => new[] { 512, 256, 128, 32 }.Where(width => width <= MatrixKernel.Width);

    [TestCase(1, 1, 1)]
    [TestCase(8, 64, 40)]
    [TestCase(17, 33, 512)]
    [TestCase(48, 2050, 1100)]
    public void An_update_is_that_of_the_formula_in_double_precision(int rank, int inputs, int outputs)
    {
        Random random = new(rank);
        float[] down = Numbers(random, rank * inputs);
        float[] up = Numbers(random, outputs * rank);
        float[] x = Numbers(random, inputs);
        float[] before = Numbers(random, outputs);
        const double scale = 1.7;
        using LowRankDown first = new(rank, inputs, down);
        using LowRankUp second = new(outputs, rank, up, scale);
        float[] result = Update(LowRankKernel.Best, first, second, x, before);
        double[] hidden = [.. Enumerable.Range(0, rank).Select(row => x.Select((value, column) => (double)value * down[(row * inputs) + column]).Sum())];
        for (int row = 0; row < outputs; row++)
        {
            double exact = before[row] + (scale * hidden.Select((value, column) => value * up[(row * rank) + column]).Sum());
            double magnitude = hidden.Select((value, column) => Math.Abs(value * up[(row * rank) + column])).Sum();
            Assert.That(result[row], Is.EqualTo(exact).Within(2e-6 * (1 + magnitude)), $"row {row}");
        }

        foreach (int width in Widths)
        {
            Assert.That(Update(LowRankKernel.Of(width), first, second, x, before), Is.EqualTo(result), $"bit for bit on {width} bits");
        }
    }

    [Test]
    public void What_lies_behind_the_outputs_stays_as_it_was()
    {
        using LowRankUp up = new(35, 2, Numbers(new Random(1), 70), 1);
        float[] outputs = [.. Enumerable.Repeat(5f, 64)];
        up.Add([1, 2], 0, outputs.AsSpan(0, 35));
        Assert.That(outputs[35..], Is.All.EqualTo(5));
        Assert.That(outputs[..35], Is.All.Not.EqualTo(5));
    }

    private static float[] Update(LowRankKernel kernel, LowRankDown down, LowRankUp up, float[] x, float[] before)
    {
        float[] hidden = new float[down.Width];
        float[] part = new float[down.Width];
        for (int piece = 0; piece < down.Pieces; piece++)
        {
            down.Multiply(kernel, x, piece, part);
            for (int index = 0; index < hidden.Length; index++)
            {
                hidden[index] += part[index];
            }
        }

        float[] outputs = [.. before];
        for (int piece = 0; piece < up.Pieces; piece++)
        {
            up.Add(kernel, hidden.AsSpan(0, up.Rank), piece, outputs);
        }

        return outputs;
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
