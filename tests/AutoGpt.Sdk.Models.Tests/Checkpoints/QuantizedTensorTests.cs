using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class QuantizedTensorTests
{
    private static readonly TensorType[] s_types = [TensorType.Q8_0, TensorType.Q4_0, TensorType.Q5_0, TensorType.Q4_K, TensorType.Q6_K];

    private static readonly TensorType[] s_encoded = [TensorType.F16, TensorType.BF16, .. s_types];

    [TestCaseSource(nameof(s_types))]
    public void Random_blocks_are_the_nearest_singles_to_what_the_format_says(TensorType type)
    {
        const int Blocks = 200;
        var random = new Random(3);
        byte[] data = new byte[Blocks * type.BlockBytes()];
        random.NextBytes(data);
        float[] actual = Decode(type, data);
        for (int block = 0; block < Blocks; block++)
        {
            double[] expected = BlockOracle.Decode(type, data[(block * type.BlockBytes())..((block + 1) * type.BlockBytes())]);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.That(actual[(block * expected.Length) + i], Is.EqualTo((float)expected[i]), $"block {block}, element {i}");
            }
        }
    }

    // Scale 0.5 (0x3800), all else by hand.
    [Test]
    public void Blocks_worked_by_hand()
    {
        byte[] bytes = [0x00, 0x38, 0x80, 0xFF, 0x7F, .. new byte[29]];
        Assert.That(Decode(TensorType.Q8_0, bytes)[..4], Is.EqualTo([-64f, -.5f, 63.5f, 0f]));

        byte[] nibbles = [0x00, 0x38, 0x0F, 0x80, .. Enumerable.Repeat((byte)0x88, 14)];
        float[] four = Decode(TensorType.Q4_0, nibbles);
        Assert.That((four[0], four[1], four[2], four[16], four[17], four[18]), Is.EqualTo((3.5f, -4f, 0f, -4f, 0f, 0f)));

        // Fifth bits of elements 0, 15, 16 and 31.
        byte[] fifths = [0x00, 0x38, 0x01, 0x80, 0x01, 0x80, 0x31, .. new byte[14], 0x42];
        float[] five = Decode(TensorType.Q5_0, fifths);
        Assert.That((five[0], five[1], five[15], five[16], five[17], five[31]), Is.EqualTo((.5f, -8f, 1f, 1.5f, -8f, 2f)));

        // Scale 0.5, minima 2. Groups 0 and 4 share bytes: factor 0 is 3, its minimum 1; factor 4 is 0b01_0010 = 18, its minimum 0b10_0001 = 33.
        byte[] packed = new byte[12];
        packed[0] = 3 | (0b01 << 6);
        packed[4] = 1 | (0b10 << 6);
        packed[8] = 0x2 | (0x1 << 4);
        byte[] k4 = [0x00, 0x38, 0x00, 0x40, .. packed, .. new byte[128]];
        k4[16] = 0xA5;
        k4[16 + 64] = 0x7C;
        float[] four256 = Decode(TensorType.Q4_K, k4);
        Assert.That((four256[0], four256[1], four256[32]), Is.EqualTo(((.5f * 3 * 5) - 2, -2f, 0f)), "group 1 has factor and minimum 0");
        Assert.That((four256[128], four256[129]), Is.EqualTo(((.5f * 18 * 12) - 66, -66f)));

        // Element 0: nibble 5, upper bits 2 -> 37 - 32; element 64 (same byte, high nibble 0xA, upper bits 1): 26 - 32; element 128 in the second half.
        byte[] k6 = new byte[210];
        k6[0] = 0xA5;
        k6[128] = 0b01_10 | (0b01 << 4);
        k6[64] = 0x0F;
        k6[160] = 0b11;
        k6[192] = 4;
        k6[196] = unchecked((byte)-3);
        k6[200] = 2;
        k6[209] = 0x38;
        float[] six = Decode(TensorType.Q6_K, k6);
        Assert.That((six[0], six[64], six[128], six[1]), Is.EqualTo((.5f * 4 * 5, .5f * -3 * -6, .5f * 2 * 31, .5f * 4 * -32)));
    }

    [TestCaseSource(nameof(s_types))]
    public void A_scale_that_is_no_finite_number_is_refused(TensorType type)
    {
        byte[] data = new byte[3 * type.BlockBytes()];
        int scale = type == TensorType.Q6_K ? 208 : 0;
        data[type.BlockBytes() + scale + 1] = 0x7E;
        var tensor = new TensorView("w", type, [3, type.BlockLength()], data);
        float[] values = new float[tensor.Count];
        Assert.That(() => TensorReader.ReadSingles(tensor, values), Throws.TypeOf<CheckpointException>().With.Message.Contains($"element {type.BlockLength()} "));
    }

    [Test]
    public void Rows_that_are_not_whole_blocks_are_refused()
    {
        var tensor = new TensorView("w", TensorType.Q4_0, [2, 48], new byte[54]);
        Assert.That(() => TensorReader.ReadSingles(tensor, new float[96]), Throws.TypeOf<CheckpointException>().With.Message.Contains("Q4_0[2, 48]"));
        Assert.That(() => TensorType.Q4_0.RowBytes(48), Throws.ArgumentException);
        Assert.That(TensorType.Q6_K.RowBytes(512), Is.EqualTo(420));
    }

    [TestCaseSource(nameof(s_types))]
    public void Safetensors_files_do_not_take_them(TensorType type)
    {
        using var folder = new TemporaryFolder();
        var tensor = new TensorView("w", type, [type.BlockLength()], new byte[type.BlockBytes()]);
        Assert.That(() => SafetensorsWriter.Write(folder.File("x"), [tensor]), Throws.ArgumentException.With.Message.Contains(type.ToString()));
    }

    /// <summary>
    /// GGML's own decoder, where somebody has it: <c>AUTOGPT_GGML=/path/libggml-base.so</c>. Random bytes; scales that are no numbers must agree as such.
    /// </summary>
    [Explicit("needs a library that is not in the repository")]
    [TestCaseSource(nameof(s_types))]
    public void Ggml_says_the_same(TensorType type)
    {
        nint library = NativeLibrary.Load(Environment.GetEnvironmentVariable("AUTOGPT_GGML") ?? throw new IgnoreException("AUTOGPT_GGML names no library."));
        var decode = Marshal.GetDelegateForFunctionPointer<DecodeRow>(
            NativeLibrary.GetExport(library, "dequantize_row_" + type.ToString().Replace("Q", "q", StringComparison.Ordinal)));
        const int Blocks = 20_000;
        byte[] data = new byte[Blocks * type.BlockBytes()];
        new Random(4).NextBytes(data);
        float[] actual = Decode(type, data);
        float[] expected = new float[actual.Length];
        decode(data, expected, expected.Length);
        int differences = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            differences += actual[i].Equals(expected[i]) ? 0 : 1;
        }

        Assert.That(differences, Is.Zero);
    }

    /// <summary>GGML's own quantisers, likewise: sixteen million weights as networks have them, and groups of all kinds.</summary>
    [Explicit("needs a library that is not in the repository")]
    [TestCaseSource(nameof(s_encoded))]
    public void Ggml_quantises_the_same(TensorType type)
    {
        nint library = NativeLibrary.Load(Environment.GetEnvironmentVariable("AUTOGPT_GGML") ?? throw new IgnoreException("AUTOGPT_GGML names no library."));
        var quantize = Marshal.GetDelegateForFunctionPointer<QuantizeChunk>(NativeLibrary.GetExport(library, "ggml_quantize_chunk"));
        const int Rows = 256;
        const int Columns = 4096;
        var random = new Random(6);
        for (int round = 0; round < 16; round++)
        {
            float spread = MathF.Pow(10, -round % 8);
            float[] values = [.. Enumerable.Range(0, Rows * Columns).Select(i => spread * (i / 32 % 64 < 56 ? Gaussian(random) : Special(i / 32 % 64, random)))];
            byte[] actual = new byte[Rows * type.RowBytes(Columns)];
            byte[] expected = new byte[actual.Length];
            AutoGpt.Sdk.Kernels.WeightBlocks.Encode(type.Format(), values, actual);
            Assert.That(quantize((int)GgmlType.NumberOf(type), values, expected, 0, Rows, Columns, 0), Is.EqualTo((nuint)expected.Length));
            Assert.That(actual.AsSpan().CommonPrefixLength(expected), Is.EqualTo(expected.Length), $"{type}, spread {spread}: the first byte that differs");
        }
    }

    private static float Gaussian(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    // Eight kinds of group: zeros, constants, positive, negative, few levels, an outlier, spread over many magnitudes, tiny.
    private static float Special(int kind, Random random) => kind switch
    {
        56 => 0,
        57 => -.75f,
        58 => random.NextSingle(),
        59 => -random.NextSingle() - .5f,
        60 => random.Next(-3, 4) / 4f,
        61 => random.Next(32) == 0 ? 100 : Gaussian(random) / 100,
        62 => Gaussian(random) * MathF.Pow(10, random.Next(-12, 3)),
        _ => Gaussian(random) * 1e-18f,
    };

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nuint QuantizeChunk(int type, float[] values, [Out] byte[] blocks, long start, long rows, long columns, nint importance);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DecodeRow(byte[] blocks, [Out] float[] values, long count);

    private static float[] Decode(TensorType type, byte[] data)
    {
        float[] values = new float[data.Length / type.BlockBytes() * type.BlockLength()];
        TensorReader.ReadSingles(new TensorView("w", type, [values.Length], data), values, requireFinite: false);
        return values;
    }
}
