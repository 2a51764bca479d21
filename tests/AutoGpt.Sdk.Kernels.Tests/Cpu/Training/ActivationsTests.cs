namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Functions and derivatives against the formulas in double precision; lengths that are no multiple of a vector, too.</summary>
[TestFixture]
public sealed class ActivationsTests
{
    private const double Root = 0.797884560802865355879892; // √(2/π)

    [Test]
    public void SwiGlu_and_its_derivatives_are_those_of_the_formula([Values(1, 7, 8, 1000)] int length)
    {
        (float[] gate, float[] up, float[] outer) = (Numbers(length, 1), Numbers(length, 2), Numbers(length, 3));
        (float[] output, float[] gateGradient, float[] upGradient) = (new float[length], new float[length], new float[length]);
        SwiGlu.Apply(gate, up, output);
        SwiGlu.Gradient(gate, up, outer, gateGradient, upGradient);
        for (int i = 0; i < length; i++)
        {
            double sigmoid = 1 / (1 + Math.Exp(-gate[i])), silu = gate[i] * sigmoid;
            Assert.Multiple(() =>
            {
                Near(output[i], silu * up[i], up[i]);
                Near(upGradient[i], outer[i] * silu, outer[i]);
                Near(gateGradient[i], outer[i] * (double)up[i] * sigmoid * (1 + (gate[i] * (1 - sigmoid))), outer[i] * up[i]);
            });
        }
    }

    [Test]
    public void Gelu_and_its_derivative_are_those_of_the_formula([Values(1, 7, 8, 1000)] int length)
    {
        (float[] x, float[] outer, float[] output, float[] gradient) = (Numbers(length, 4), Numbers(length, 5), new float[length], new float[length]);
        Gelu.Apply(x, output);
        Gelu.Gradient(x, outer, gradient);
        for (int i = 0; i < length; i++)
        {
            double tanh = Math.Tanh(Root * (x[i] + (0.044715 * Math.Pow(x[i], 3))));
            double slope = (.5 * (1 + tanh)) + (.5 * x[i] * (1 - (tanh * tanh)) * Root * (1 + (3 * 0.044715 * x[i] * x[i])));
            Assert.Multiple(() =>
            {
                Near(output[i], .5 * x[i] * (1 + tanh), 1);
                Near(gradient[i], outer[i] * slope, outer[i]);
            });
        }
    }

    [Test]
    public void What_is_large_stays_finite_and_what_is_no_number_is_told()
    {
        float[] extremes = [-1e4f, -100, 100, 1e4f, float.NaN];
        (float[] ones, float[] output, float[] gates, float[] ups) = ([1, 1, 1, 1, 1], new float[5], new float[5], new float[5]);
        SwiGlu.Apply(extremes, ones, output);
        SwiGlu.Gradient(extremes, ones, ones, gates, ups);
        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo((float[])[0, 0, 100, 1e4f, float.NaN]).Within(1e-3));
            Assert.That(gates, Is.EqualTo((float[])[0, 0, 1, 1, float.NaN]).Within(1e-6));
            Assert.That(() => Gelu.Apply(ones, new float[4]), Throws.ArgumentException);
        });
    }

    // Within single precision of something of the size of the factors.
    private static void Near(float value, double expected, double size) => Assert.That(value, Is.EqualTo(expected).Within(1e-6 * (Math.Abs(expected) + Math.Abs(size) + .1)));

    private static float[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 12) - 6))];
    }
}
