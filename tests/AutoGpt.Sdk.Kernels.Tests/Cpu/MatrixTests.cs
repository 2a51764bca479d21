using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Products of every format on every width of vectors this processor has, and by code of our own, against double precision.</summary>
public sealed unsafe class MatrixTests
{
    private static readonly WeightFormat[] Formats = Enum.GetValues<WeightFormat>();

    private static IEnumerable<int> Widths => new[] { 512, 256, 128, 32 }.Where(width => width <= MatrixKernel.Width);

    [TestCaseSource(nameof(Formats))]
    public void A_product_is_that_of_the_decoded_weights_and_the_rounded_activations(WeightFormat format)
    {
        foreach ((int rows, int columns, int count) in ((int, int, int)[])[(37, Columns(format, 96), 1), (16, Columns(format, 64), 4), (1, Columns(format, 256), 3), (33, Columns(format, 512), 2), (70, Columns(format, 544), 15)])
        {
            byte[] source = RandomWeightBlocks.Create(format, rows, columns, rows + columns);
            using PackedMatrix matrix = PackedMatrix.Pack(format, rows, columns, source);
            using ActivationRows inputs = Inputs(count, columns, seed: count);
            double[][] rounded = [.. Enumerable.Range(0, count).Select(row => Rounded(inputs, row, matrix.IsQuantized))];
            float[][] first = Multiply(matrix, inputs, matrix.Kernel);
            for (int row = 0; row < rows; row++)
            {
                double[] weights = RandomWeightBlocks.Decode(format, source, row, columns);
                for (int input = 0; input < count; input++)
                {
                    double exact = weights.Zip(rounded[input], (weight, x) => weight * x).Sum();
                    double magnitude = weights.Zip(rounded[input], (weight, x) => Math.Abs(weight * x)).Sum();
                    Assert.That(first[input][row], Is.EqualTo(exact).Within(1e-6 * (magnitude + 1)), $"{rows} × {columns}, row {row}, input {input}");
                }
            }

            foreach (int width in Widths)
            {
                Assert.That(Multiply(matrix, inputs, MatrixKernel.Of(format, width)), Is.EqualTo(first), $"bit for bit on {width} bits");
            }
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void A_row_is_the_same_alone_and_among_others_and_on_any_number_of_threads(WeightFormat format)
    {
        const int rows = 1100;
        int columns = Columns(format, 1024);
        using PackedMatrix matrix = PackedMatrix.Pack(format, rows, columns, RandomWeightBlocks.Create(format, rows, columns, 5));
        using ActivationRows inputs = Inputs(7, columns, seed: 6);
        using FloatRows together = new(7, rows);
        using FloatRows alone = new(1, rows);
        using WorkerPool many = new(3);
        using WorkerPool one = new(1);
        new MatrixProduct().Of(inputs, 7).By(matrix, null, together).Run(many);
        for (int row = 0; row < 7; row++)
        {
            using ActivationRows own = new(1, columns);
            inputs[row].CopyTo(own[0]);
            own.Quantize(0);
            new MatrixProduct().Of(own, 1).By(matrix, null, alone).Run(one);
            Assert.That(alone[0].ToArray(), Is.EqualTo(together[row].ToArray()), "bit for bit");
        }
    }

    [Test]
    public void Products_are_written_or_added_with_a_bias_beside_each_other()
    {
        using PackedMatrix first = PackedMatrix.Pack(WeightFormat.F32, 40, 32, RandomWeightBlocks.Create(WeightFormat.F32, 40, 32, 1));
        using PackedMatrix second = PackedMatrix.Pack(WeightFormat.Q8_0, 9, 32, RandomWeightBlocks.Create(WeightFormat.Q8_0, 9, 32, 2));
        using ActivationRows inputs = Inputs(5, 32, seed: 3);
        using FloatRows bias = new(1, 40);
        using FloatRows plain = new(5, 40);
        using FloatRows added = new(5, 40);
        using FloatRows other = new(5, 9);
        using FloatRows otherPlain = new(5, 9);
        using WorkerPool pool = new(2);
        bias[0].Fill(2);
        for (int row = 0; row < 5; row++)
        {
            added[row].Fill(10);
        }

        new MatrixProduct().Of(inputs, 5).By(first, null, plain).Run(pool);
        new MatrixProduct().Of(inputs, 5).By(second, null, otherPlain).Run(pool);
        new MatrixProduct().Of(inputs, 5).By(first, bias, added, isAdded: true).By(second, null, other).Run(pool);
        for (int row = 0; row < 5; row++)
        {
            Assert.That(added[row].ToArray(), Is.EqualTo(plain[row].ToArray().Select(value => 10 + (value + 2))));
            Assert.That(other[row].ToArray(), Is.EqualTo(otherPlain[row].ToArray()));
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void A_row_of_weights_reads_back(WeightFormat format)
    {
        int columns = Columns(format, 512);
        byte[] source = RandomWeightBlocks.Create(format, 19, columns, 8);
        using PackedMatrix matrix = PackedMatrix.Pack(format, 19, columns, source);
        float[] row = new float[columns];
        foreach (int index in (int[])[0, 15, 18])
        {
            matrix.CopyRow(index, row);
            double[] exact = RandomWeightBlocks.Decode(format, source, index, columns);
            for (int column = 0; column < columns; column++)
            {
                Assert.That(row[column], Is.EqualTo(exact[column]).Within(1e-6 * (1 + Math.Abs(exact[column]))), $"row {index}, column {column}");
            }
        }

        Assert.That(() => matrix.CopyRow(19, row), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Activations_are_off_by_at_most_half_a_step_and_their_sums_are_exact()
    {
        using ActivationRows rows = Inputs(1, 70, seed: 4);
        byte* row = rows.Row(0);
        ActivationLayout layout = rows.Layout;
        for (int block = 0; block < layout.Blocks; block++)
        {
            int end = Math.Min(70, 32 * (block + 1));
            float[] values = rows[0][(32 * block)..end].ToArray();
            ActivationBlock made = ((ActivationBlock*)row)[block];
            sbyte[] bytes = new Span<sbyte>(row + (ActivationBlock.Size * block), 32).ToArray();
            float scale = made.Scale;
            Assert.That(scale, Is.EqualTo(values.Max(Math.Abs) / 127));
            Assert.That(values.Zip(bytes).All(pair => Math.Abs(pair.First - (pair.Second * scale)) <= scale * 0.5001f));
            Assert.That(made.Sum, Is.EqualTo(bytes.Sum(value => value)));
            Assert.That(made.FirstSum, Is.EqualTo(bytes.Take(16).Sum(value => value)));
            Assert.That(made.SecondSum, Is.EqualTo(bytes.Skip(16).Sum(value => value)));
            Assert.That(made.Negatives, Is.EqualTo(-bytes.Where(value => value < 0).Sum(value => value)));
            Assert.That(new Span<byte>(row + layout.Magnitudes + (32 * block), 32).ToArray(), Is.EqualTo(bytes.Select(value => Math.Abs((int)value))));
            Assert.That(new Span<sbyte>((sbyte*)row + layout.Signs + (32 * block), 32).ToArray(), Is.EqualTo(bytes.Select(value => value < 0 ? -1 : 0)));
        }
    }

    [TestCase(0f)]
    [TestCase(1e-38f)]
    [TestCase(1e-42f)]
    [TestCase(3e38f)]
    public void Activations_at_the_ends_of_the_range_stay_numbers(float magnitude)
    {
        using PackedMatrix matrix = PackedMatrix.Pack(WeightFormat.Q8_0, 1, 32, RandomWeightBlocks.Create(WeightFormat.Q8_0, 1, 32, 1));
        using ActivationRows rows = new(1, 32);
        rows[0].Fill(magnitude);
        rows.Quantize(0);
        Assert.That(float.IsNaN(Multiply(matrix, rows, matrix.Kernel)[0][0]), Is.False);
    }

    [Test]
    public void Matrices_that_do_not_fit_are_refused()
    {
        Assert.That(() => PackedMatrix.Pack(WeightFormat.Q8_0, 2, 32, new byte[67]), Throws.ArgumentException.With.Message.Contains("67 bytes are no 2 rows of 34 bytes"));
        Assert.That(() => PackedMatrix.Pack(WeightFormat.Q4_K, 1, 255, new byte[144]), Throws.ArgumentException.With.Message.Contains("multiple of 256"));
        using PackedMatrix matrix = PackedMatrix.Pack(WeightFormat.F32, 4, 8, new byte[128]);
        using ActivationRows inputs = new(2, 8);
        using ActivationRows wide = new(2, 9);
        using FloatRows outputs = new(2, 4);
        using FloatRows narrow = new(2, 3);
        using FloatRows few = new(1, 4);
        Assert.That(() => new MatrixProduct().Of(wide, 2).By(matrix, null, outputs), Throws.ArgumentException);
        Assert.That(() => new MatrixProduct().Of(inputs, 2).By(matrix, null, narrow), Throws.ArgumentException);
        Assert.That(() => new MatrixProduct().Of(inputs, 2).By(matrix, null, few), Throws.ArgumentException);
        Assert.That(() => new MatrixProduct().Of(inputs, 2).By(matrix, narrow, outputs), Throws.ArgumentException);
        Assert.That(() => new MatrixProduct().Of(inputs, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Multiplication_of_bytes_without_SSSE3_is_the_same()
    {
        Random random = new(9);
        byte[] unsigned = new byte[16];
        byte[] signed = new byte[16];
        for (int round = 0; round < 1000; round++)
        {
            random.NextBytes(unsigned);
            random.NextBytes(signed);
            Array.ForEach([.. Enumerable.Range(0, 16)], index => unsigned[index] &= 127);
            short[] expected = [.. Enumerable.Range(0, 8).Select(pair => (short)((unsigned[2 * pair] * (sbyte)signed[2 * pair]) + (unsigned[(2 * pair) + 1] * (sbyte)signed[(2 * pair) + 1])))];
            short[] found = new short[8];
            Vector128.CopyTo(
                Lanes128.MultiplyAddPortable(Vector128.Create(unsigned).AsInt16(), Vector128.Create(signed).AsInt16()), found);
            Assert.That(found, Is.EqualTo(expected));
        }
    }

    private static int Columns(WeightFormat format, int wished) =>
        format.BlockLength() == 1 ? wished - 3 : (wished + format.BlockLength() - 1) / format.BlockLength() * format.BlockLength();

    private static ActivationRows Inputs(int count, int columns, int seed)
    {
        Random random = new(seed);
        ActivationRows rows = new(count, columns);
        for (int row = 0; row < count; row++)
        {
            foreach (ref float value in rows[row])
            {
                value = (random.NextSingle() * 4) - 2;
            }

            rows.Quantize(row);
        }

        return rows;
    }

    private static double[] Rounded(ActivationRows rows, int row, bool isQuantized)
    {
        float[] values = rows[row].ToArray();
        ActivationBlock* blocks = (ActivationBlock*)rows.Row(row);
        return [.. values.Select((value, column) => isQuantized ? blocks[column / 32].Bytes[column % 32] * (double)blocks[column / 32].Scale : value)];
    }

    // Tile by tile, past the last row too, as many inputs together as the kernel takes.
    private static float[][] Multiply(PackedMatrix matrix, ActivationRows inputs, MatrixKernel kernel)
    {
        float[][] outputs = [.. Enumerable.Range(0, inputs.Rows).Select(_ => new float[matrix.Tiles * TilePacker.TileRows])];
        float* sums = stackalloc float[kernel.MostRows * TilePacker.TileRows];
        for (int tile = 0; tile < matrix.Tiles; tile++)
        {
            for (int input = 0; input < inputs.Rows; input += kernel.MostRows)
            {
                int count = Math.Min(kernel.MostRows, inputs.Rows - input);
                kernel.Multiply(matrix.Tile(tile), inputs.Row(input), inputs.Layout, count, sums);
                for (int inner = 0; inner < count; inner++)
                {
                    new Span<float>(sums + (TilePacker.TileRows * inner), TilePacker.TileRows).CopyTo(outputs[input + inner].AsSpan(TilePacker.TileRows * tile));
                }
            }
        }

        return [.. outputs.Select(output => output[..matrix.Rows])];
    }
}
