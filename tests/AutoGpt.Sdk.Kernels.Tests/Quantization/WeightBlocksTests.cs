using System.Security.Cryptography;

namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Weights into files' blocks and back.</summary>
public sealed class WeightBlocksTests
{
    private static readonly WeightFormat[] s_quantized = [WeightFormat.Q8_0, WeightFormat.Q4_0, WeightFormat.Q5_0, WeightFormat.Q4_K, WeightFormat.Q6_K];

    // SHA-256 of what GGML itself (libggml-base of llama.cpp v0.5.0, ggml_quantize_chunk) makes of the same 65,536 weights, which have the digest of F32.
    [TestCase(WeightFormat.F32, "c66cae0f9fd55f45d5e8fa21be81545fa9d49db0eb14bdd5190a082f44fee58f")]
    [TestCase(WeightFormat.F16, "6fbf593bb2e2cbe4210fde77305f2bfb0691703a976cb1ef2adf678a4248fcee")]
    [TestCase(WeightFormat.BF16, "b56ab84ea53eaed2c06a2c25cb611a3b8ddf512828112abd039fe4ffd358f62d")]
    [TestCase(WeightFormat.Q8_0, "433fff79bd2bd097026ab6098d717149341792f798734d23d2ab908b7e98fe65")]
    [TestCase(WeightFormat.Q4_0, "e6526b3075989fb5ec3e6621a66dcb952cb22bfeebf0b81fe251790080702406")]
    [TestCase(WeightFormat.Q5_0, "b2bfd42cb272f5f6ea18ffe38fbc3c6106fe8eb7b58c21fc80be420abc804a55")]
    [TestCase(WeightFormat.Q4_K, "15ceb96a0a9c8d6707460a7716bd8e6e5129236ebfb1d646135e271a82a77d7e")]
    [TestCase(WeightFormat.Q6_K, "79401f633e7f746c91c30ea635704ffb1c6a60a6d2498ec4eda422d2fdfdb7db")]
    public void The_bytes_are_those_of_Ggml(WeightFormat format, string digest) =>
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(Encode(format, QuantizerInputs.Create(1 << 16)))), Is.EqualTo(digest));

    // Where no search can be at fault: no weight is further off than half a step, and half a unit of the scale's eleven bits for each step it is away from zero. At the end that
    // has one step less than the other the nearest may be a step away.
    [TestCase(WeightFormat.Q8_0, 127, 127)]
    [TestCase(WeightFormat.Q4_0, 8, 7)]
    [TestCase(WeightFormat.Q5_0, 16, 15)]
    public void A_weight_comes_back_within_half_a_step(WeightFormat format, int steps, int others)
    {
        float[] values = QuantizerInputs.Create(1 << 14);
        double[] restored = Restore(format, values);
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<float> block = values.AsSpan(i / 32 * 32, 32);
            double largest = block.ToArray().Select(value => (double)value).MaxBy(Math.Abs);
            double step = Math.Abs(largest) / steps;
            bool isOther = format != WeightFormat.Q8_0 && Math.Sign(values[i]) == -Math.Sign(largest) && Math.Abs(values[i]) > (others + .5) * step;
            double rounding = Math.Max(Math.Abs(values[i]) + step, step) * Math.Pow(2, -11) + (256 * Math.Pow(2, -25));
            Assert.That(Math.Abs(restored[i] - values[i]), Is.LessThanOrEqualTo(((isOther ? 1 : .5) * step * (1 + 1e-6)) + rounding), $"weight {i}, {values[i]}");
        }
    }

    // The searches are worth it: less is lost than by laying a group's range out in equal steps, although that has scales of its own in double precision.
    [TestCase(WeightFormat.Q4_K, 1.0)]
    [TestCase(WeightFormat.Q6_K, 1.0)]
    [TestCase(WeightFormat.Q8_0, 1.01)]
    public void Less_is_lost_than_without_a_search(WeightFormat format, double share)
    {
        // Gaussian, as weights are.
        var random = new Random(8);
        float[] values = [.. Enumerable.Range(0, 1 << 15).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
        double[] restored = Restore(format, values);
        int length = PlainQuantizer.GroupLength(format);
        double[] plain = [.. values.Chunk(length).SelectMany(group => PlainQuantizer.Restore(format, group))];
        double ours = Squares(values, restored), theirs = Squares(values, plain);
        TestContext.Out.WriteLine($"{format}: root mean square error {Math.Sqrt(ours / values.Length):0.00000}, without a search {Math.Sqrt(theirs / values.Length):0.00000}");
        Assert.That(ours, Is.LessThan(theirs * share));
    }

    [TestCaseSource(nameof(s_quantized))]
    public void Zeros_stay_zeros_and_so_does_a_constant_of_any_sign(WeightFormat format)
    {
        Assert.That(Restore(format, new float[512]), Is.All.Zero);
        foreach (float constant in (float[])[.5f, -.5f])
        {
            Assert.That(Restore(format, [.. Enumerable.Repeat(constant, 512)]), Is.All.EqualTo(constant).Within(1e-3));
        }
    }

    [TestCaseSource(nameof(s_quantized))]
    public void Blocks_do_not_depend_on_each_other(WeightFormat format)
    {
        float[] values = QuantizerInputs.Create(4096);
        byte[] whole = Encode(format, values);
        byte[] parts = [.. values.Chunk(format.BlockLength()).SelectMany(block => Encode(format, block))];
        Assert.That(parts, Is.EqualTo(whole));
    }

    // The nearest bfloat16, ties to even, found in double precision among the neighbours.
    [Test]
    public void Halves_are_the_nearest_to_even()
    {
        float[] values = [.. QuantizerInputs.Create(4096), 1.00390625f, 1.01171875f, -1.00390625f, 3.3895314e38f, float.Epsilon, 65520f];
        byte[] bytes = Encode(WeightFormat.BF16, values);
        for (int i = 0; i < values.Length; i++)
        {
            ushort bits = BitConverter.ToUInt16(bytes, 2 * i);
            ushort lower = (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16);
            double below = Math.Abs(Value(lower) - values[i]), above = Math.Abs(Value((ushort)(lower + 1)) - values[i]);
            ushort expected = below < above || (below == above && (lower & 1) == 0) ? lower : (ushort)(lower + 1);
            Assert.That(bits, Is.EqualTo(expected), $"{values[i]}");
        }

        Assert.That(BitConverter.ToHalf(Encode(WeightFormat.F16, [65520f])), Is.EqualTo(Half.PositiveInfinity));

        static double Value(ushort bits) => (bits & 0x7FFF) == 0x7F80 ? Math.CopySign(Math.ScaleB(1, 128), (short)bits) : BitConverter.UInt32BitsToSingle((uint)bits << 16);
    }

    [TestCase(WeightFormat.F16, 3, 4)]
    [TestCase(WeightFormat.Q8_0, 33, 34)]
    [TestCase(WeightFormat.Q8_0, 32, 33)]
    [TestCase(WeightFormat.Q4_K, 128, 72)]
    [TestCase(WeightFormat.Q6_K, 256, 420)]
    public void What_is_not_whole_blocks_is_refused(WeightFormat format, int values, int bytes)
    {
        Assert.That(() => WeightBlocks.Encode(format, new float[values], new byte[bytes]), Throws.ArgumentException.With.Message.Contains(format.ToString()));
        Assert.That(() => WeightBlocks.Decode(format, new byte[bytes], new float[values]), Throws.ArgumentException);
    }

    private static double Squares(float[] values, double[] restored) => values.Zip(restored, (value, other) => (value - other) * (value - other)).Sum();

    private static byte[] Encode(WeightFormat format, float[] values)
    {
        byte[] blocks = new byte[values.Length / format.BlockLength() * format.BlockBytes()];
        WeightBlocks.Encode(format, values, blocks);
        return blocks;
    }

    // By the decoder of the layouts, which shares nothing with the library's.
    private static double[] Restore(WeightFormat format, float[] values) =>
        [.. Encode(format, values).Chunk(format.BlockBytes()).SelectMany(block => Models.Tests.BlockOracle.Decode(format, block))];
}
