namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Attention over pages against its formula in double precision.</summary>
public sealed class AttentionTests
{
    private static IEnumerable<int> Widths => new[] { 512, 256, 128, 32 }.Where(width => width <= MatrixKernel.Width);

    [TestCase(4, 4, 8, 1, null, KeyValueFormat.F32, 1e-5)]
    [TestCase(4, 2, 8, 5, null, KeyValueFormat.F32, 1e-5)]
    [TestCase(6, 1, 16, 33, null, KeyValueFormat.F32, 1e-5)]
    [TestCase(14, 2, 64, 100, null, KeyValueFormat.F32, 1e-5)]
    [TestCase(14, 2, 64, 100, 40, KeyValueFormat.F32, 1e-5)]
    [TestCase(3, 3, 20, 70, 1, KeyValueFormat.F32, 1e-5)]
    [TestCase(8, 2, 80, 90, 33, KeyValueFormat.F16, 1e-3)]
    [TestCase(14, 2, 64, 100, null, KeyValueFormat.F16, 1e-3)]
    [TestCase(8, 2, 80, 90, null, KeyValueFormat.Q8, 2e-2)]
    [TestCase(4, 4, 8, 70, 12, KeyValueFormat.Q8, 2e-2)]
    public void Values_are_mixed_by_the_softmax_of_the_scores(int heads, int keyValueHeads, int headSize, int length, int? window, KeyValueFormat format, double tolerance)
    {
        KeyValueShape shape = new(Layers: 2, keyValueHeads, headSize, format);
        using KeyValuePool pool = new(shape, 100);
        using WorkerPool workers = new(2);
        float[] keys = Values(length * keyValueHeads * headSize, 1);
        float[] values = Values(length * keyValueHeads * headSize, 2);
        using FloatRows queries = new(length, heads * headSize);
        Fill(queries, 3);
        using KeyValueSequence sequence = Store(pool, keys, values, length);
        float[][]? first = null;
        foreach (int width in Widths)
        {
            float[][] found = Attend(new PagedAttention(shape, heads, window, width), workers, queries, (sequence, 0, length));
            first ??= found;
            for (int row = 0; row < length; row++)
            {
                Assert.That(found[row], Is.EqualTo(Exact(queries, row, row, keys, values, shape, heads, window)).Within(tolerance), $"row {row} on {width} bits");
            }

            Assert.That(found, Is.EqualTo(first), $"bit for bit on {width} bits");
        }
    }

    [TestCase(KeyValueFormat.F32)]
    [TestCase(KeyValueFormat.Q8)]
    public void A_row_is_the_same_alone_and_among_others(KeyValueFormat format)
    {
        const int length = 75;
        KeyValueShape shape = new(Layers: 2, Heads: 2, HeadSize: 16, format);
        using KeyValuePool pool = new(shape, 100);
        using WorkerPool workers = new(3);
        using FloatRows queries = new(2 * length, 6 * 16);
        Fill(queries, 4);
        using KeyValueSequence one = Store(pool, Values(length * 32, 5), Values(length * 32, 6), length);
        using KeyValueSequence other = Store(pool, Values(length * 32, 7), Values(length * 32, 8), length);
        PagedAttention attention = new(shape, 6, window: null);
        float[][] together = Attend(attention, workers, queries, (one, 0, length), (other, 0, length));
        foreach (int row in (int[])[0, 31, 32, 63, 74])
        {
            using FloatRows alone = new(1, 6 * 16);
            queries[row].CopyTo(alone[0]);
            Assert.That(Attend(attention, workers, alone, (one, row, 1))[0], Is.EqualTo(together[row]), "bit for bit");
            queries[length + row].CopyTo(alone[0]);
            Assert.That(Attend(attention, workers, alone, (other, row, 1))[0], Is.EqualTo(together[length + row]), "bit for bit");
        }
    }

    [Test]
    public void A_fork_shares_pages_until_somebody_writes()
    {
        KeyValueShape shape = new(Layers: 2, Heads: 1, HeadSize: 8, KeyValueFormat.F32);
        using KeyValuePool pool = new(shape, 6);
        using WorkerPool workers = new(1);
        using FloatRows query = new(1, 8);
        Fill(query, 9);
        PagedAttention attention = new(shape, 1, window: null);
        using KeyValueSequence origin = Store(pool, Values(70 * 8, 10), Values(70 * 8, 11), 70);
        Assert.That(pool.UsedPages, Is.EqualTo(3));
        float[] before = Attend(attention, workers, query, (origin, 69, 1))[0];
        KeyValueSequence fork = origin.Fork(70);
        Assert.That(pool.UsedPages, Is.EqualTo(3), "a fork copies nothing");
        fork.Reserve(69, 1);
        Assert.That(pool.UsedPages, Is.EqualTo(4), "only the page that is written is copied");
        fork.Store(1, 69, Values(8, 12), Values(8, 13));
        Assert.That(Attend(attention, workers, query, (origin, 69, 1))[0], Is.EqualTo(before));
        Assert.That(Attend(attention, workers, query, (fork, 69, 1))[0], Is.Not.EqualTo(before));
        fork.Truncate(64);
        Assert.That(pool.UsedPages, Is.EqualTo(3));
        fork.Dispose();
        fork.Dispose();
        origin.Truncate(33);
        Assert.That(pool.UsedPages, Is.EqualTo(2));
    }

    [Test]
    public void Memory_that_is_not_there_is_told_and_nothing_is_lost()
    {
        KeyValueShape shape = new(Layers: 1, Heads: 1, HeadSize: 8, KeyValueFormat.F16);
        using KeyValuePool pool = new(shape, 2);
        KeyValueSequence sequence = new(pool);
        Assert.That(() => sequence.Reserve(0, 65), Throws.InstanceOf<InsufficientMemoryException>().With.Message.Contains("2 pages"));
        Assert.That(() => new KeyValueSequence(pool).Reserve(0, 1), Throws.InstanceOf<InsufficientMemoryException>());
        sequence.Dispose();
        Assert.That(pool.UsedPages, Is.Zero);
        using KeyValueSequence other = new(pool);
        other.Reserve(0, 64);
        Assert.That(pool.UsedPages, Is.EqualTo(2));
    }

    [Test]
    public void Halves_and_bytes_bear_numbers_that_are_too_large()
    {
        foreach (KeyValueFormat format in (KeyValueFormat[])[KeyValueFormat.F16, KeyValueFormat.Q8])
        {
            KeyValueShape shape = new(Layers: 2, Heads: 1, HeadSize: 8, format);
            using KeyValuePool pool = new(shape, 2);
            using WorkerPool workers = new(1);
            using FloatRows query = new(1, 8);
            query[0].Fill(1e-3f);
            float[] large = [1e9f, -1e9f, 1, 0, 3e38f, -3e38f, 5, 6];
            using KeyValueSequence sequence = Store(pool, [.. large, .. large], [.. large, .. large], 2);
            Assert.That(Attend(new PagedAttention(shape, 1, null), workers, query, (sequence, 1, 1))[0].All(float.IsFinite), format.ToString());
        }
    }

    private static KeyValueSequence Store(KeyValuePool pool, float[] keys, float[] values, int length)
    {
        int width = pool.Shape.Heads * pool.Shape.HeadSize;
        KeyValueSequence sequence = new(pool);
        sequence.Reserve(0, length);
        for (int position = 0; position < length; position++)
        {
            // The layer that is not looked at holds something else.
            sequence.Store(0, position, Values(width, 100 + position), Values(width, 200 + position));
            sequence.Store(1, position, keys.AsSpan(position * width, width), values.AsSpan(position * width, width));
        }

        return sequence;
    }

    private static float[][] Attend(PagedAttention attention, WorkerPool workers, FloatRows queries, params (KeyValueSequence Sequence, int Position, int Rows)[] spans)
    {
        using ActivationRows outputs = new(queries.Count, queries.Width);
        attention.Clear();
        foreach ((KeyValueSequence sequence, int position, int rows) in spans)
        {
            attention.Add(sequence, position, rows);
        }

        attention.Run(workers, layer: 1, queries, outputs);
        float[][] found = new float[queries.Count][];
        for (int row = 0; row < found.Length; row++)
        {
            found[row] = outputs[row].ToArray();
        }

        return found;
    }

    private static double[] Exact(FloatRows queries, int row, int position, float[] keys, float[] values, KeyValueShape shape, int heads, int? window)
    {
        float[] query = queries[row].ToArray();
        int size = shape.HeadSize;
        int[] seen = [.. Enumerable.Range(0, position + 1).Where(other => window is null || other > position - window)];
        return [.. Enumerable.Range(0, heads).SelectMany(head =>
        {
            int from = head / (heads / shape.Heads) * size;
            double[] weights = [.. seen.Select(other => Math.Exp(
                Enumerable.Range(0, size).Sum(index => (double)query[(head * size) + index] * keys[(other * shape.Heads * size) + from + index]) / Math.Sqrt(size)))];
            return Enumerable.Range(0, size).Select(index => seen.Select((other, place) => weights[place] * values[(other * shape.Heads * size) + from + index]).Sum() / weights.Sum());
        })];
    }

    private static void Fill(FloatRows rows, int seed)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            Values(rows.Width, seed + (1000 * row)).CopyTo(rows[row]);
        }
    }

    private static float[] Values(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
