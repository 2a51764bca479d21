namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Against the formula in double precision and its differences.</summary>
[TestFixture]
public sealed class RmsNormGradientTests
{
    private const float Epsilon = 1e-5f;

    [Test]
    public void Rows_and_derivatives_are_those_of_the_formula([Values(1, 5, 8, 21)] int width)
    {
        const int Rows = 3;
        Random random = new(1);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];
        (float[] x, float[] weight, float[] outer) = (Numbers(Rows * width), Numbers(width), Numbers(Rows * width));
        (float[] output, float[] scales, float[] xGradient, float[] weightGradient) = (new float[x.Length], new float[Rows], new float[x.Length], new float[width]);
        RmsNorm.ApplyToRows(x, weight, Epsilon, output, scales);
        RmsNorm.Gradient(x, weight, scales, outer, xGradient, weightGradient);

        double[] Expected(double[] at, double[] by) => [.. at.Select((value, i) =>
            value / Math.Sqrt(at.Skip(i / width * width).Take(width).Average(other => other * other) + Epsilon) * by[i % width])];
        double Loss(double[] at, double[] by) => Expected(at, by).Zip(outer, (a, b) => a * b).Sum();
        double[] Moved(float[] values, int index, double step) => [.. values.Select((value, i) => i == index ? value + step : value)];
        double Slope(Func<double, double> loss) => (loss(1e-5) - loss(-1e-5)) / 2e-5;
        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo(Expected(Moved(x, -1, 0), Moved(weight, -1, 0))).Within(2e-6));
            Assert.That(xGradient, Is.EqualTo(Enumerable.Range(0, x.Length).Select(i => Slope(step => Loss(Moved(x, i, step), Moved(weight, -1, 0))))).Within(2e-5));
            Assert.That(weightGradient, Is.EqualTo(Enumerable.Range(0, width).Select(i => Slope(step => Loss(Moved(x, -1, 0), Moved(weight, i, step))))).Within(2e-5));
        });
    }

    [Test]
    public void Spans_that_do_not_fit_are_refused() =>
        Assert.That(() => RmsNorm.ApplyToRows(new float[7], new float[4], Epsilon, new float[7], new float[2]), Throws.ArgumentException);
}
