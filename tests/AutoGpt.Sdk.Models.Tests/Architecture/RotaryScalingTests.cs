namespace AutoGpt.Sdk.Models.Tests;

public sealed class RotaryScalingTests
{
    private static readonly RotaryScaling s_llama31 = new() { Kind = RotaryScalingKind.Llama3, Factor = 8 };

    // Worked by hand for Llama 3.1: 8192 tokens before stretching, so wavelengths below 2048 stay and those above 8192 are divided by 8.
    [TestCase(2047, 1)]
    [TestCase(2048, 1)]
    [TestCase(8192, 8)]
    [TestCase(8193, 8)]
    [TestCase(4096, 1 / ((1.0 / 3) + (2.0 / 3 / 8)), Description = "Two turns of the way from one to four: a third")]
    public void Wavelengths_are_stretched_by_Llama_3s_rule(double wavelength, double times)
    {
        double frequency = 2 * Math.PI / wavelength;
        Assert.That(frequency / s_llama31.Stretch(frequency), Is.EqualTo(times).Within(1e-12));
    }

    [Test]
    public void Frequencies_of_released_models_are_those_of_the_published_code()
    {
        foreach ((int size, float factor) in new[] { (128, 8f), (64, 32f) })
        {
            for (int i = 0; i < size / 2; i++)
            {
                double frequency = Math.Pow(500_000, -2.0 * i / size);
                Assert.That((s_llama31 with { Factor = factor }).Stretch(frequency), Is.EqualTo(Published(frequency, factor)).Within(1e-15));
            }
        }

        static double Published(double frequency, double scale)
        {
            const double Low = 1, High = 4, Original = 8192;
            double length = 2 * Math.PI / frequency;
            if (length < Original / High)
            {
                return frequency;
            }

            double smooth = ((Original / length) - Low) / (High - Low);
            return length > Original / Low ? frequency / scale : ((1 - smooth) * frequency / scale) + (smooth * frequency);
        }
    }

    [Test]
    public void Linear_scaling_divides() =>
        Assert.That(new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = 4 }.Stretch(2), Is.EqualTo(.5));
}
