namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Attention and its derivatives against the formula in double precision – for the derivatives, its differences.</summary>
[TestFixture]
public sealed class AttentionPassTests
{
    private static readonly AttentionPassShape[] s_shapes =
    [
        new() { Batch = 2, Length = 5, Heads = 2, SharedHeads = 2, HeadSize = 4 },
        new() { Batch = 1, Length = 1, Heads = 1, SharedHeads = 1, HeadSize = 1 },
        new() { Batch = 2, Length = 61, Heads = 4, SharedHeads = 2, HeadSize = 10, NormEpsilon = 1e-5f },
        new() { Batch = 1, Length = 130, Heads = 3, SharedHeads = 1, HeadSize = 16, Window = 37 },
        new() { Batch = 1, Length = 73, Heads = 2, SharedHeads = 1, HeadSize = 32, Window = 1, NormEpsilon = 1e-6f },
    ];

    [Test]
    public void Mixes_are_those_of_the_formula([ValueSource(nameof(s_shapes))] AttentionPassShape shape, [Values] bool rotates)
    {
        Case data = new(shape, rotates && shape.HeadSize % 2 == 0);
        (float[] mixed, _) = data.Forward(shape);
        double[] expected = data.Expected(data.Projected, data.QueryNorm, data.KeyNorm);
        Assert.That(mixed.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(2e-6));
    }

    [Test]
    public void Derivatives_are_those_of_the_formula([ValueSource(nameof(s_shapes))] AttentionPassShape shape, [Values] bool rotates)
    {
        Case data = new(shape, rotates && shape.HeadSize % 2 == 0);
        (float[] mixed, float[] logSums) = data.Forward(shape);
        float[] outer = Case.Numbers(mixed.Length, 9);
        (float[] projected, float[] queryNorm, float[] keyNorm) = data.Backward(shape, mixed, logSums, outer);
        Random random = new(1);
        double Loss(double[] at, double[] queries, double[] keys) => data.Expected(at, queries, keys).Zip(outer, (value, weight) => value * weight).Sum();
        void Same(float[] gradient, int i, Func<double, double> loss) =>
            Assert.That(gradient[i], Is.EqualTo((loss(1e-5) - loss(-1e-5)) / 2e-5).Within(3e-5), $"element {i} of {gradient.Length}");
        for (int trial = 0; trial < 15; trial++)
        {
            int i = random.Next(projected.Length);
            Same(projected, i, step => Loss(Moved(data.Projected, i, step), data.QueryNorm, data.KeyNorm));
        }

        for (int i = 0; i < queryNorm.Length; i++)
        {
            Same(queryNorm, i, step => Loss(data.Projected, Moved(data.QueryNorm, i, step), data.KeyNorm));
            Same(keyNorm, i, step => Loss(data.Projected, data.QueryNorm, Moved(data.KeyNorm, i, step)));
        }
    }

    /// <summary>Dropped weights are the same in both passes: the derivatives are those of the function with them, and they average to the function without.</summary>
    [Test]
    public void Dropout_is_the_same_back_and_averages_out()
    {
        AttentionPassShape shape = new() { Batch = 1, Length = 40, Heads = 2, SharedHeads = 1, HeadSize = 8, Dropout = .2f, Seed = 7 };
        Case data = new(shape, rotates: true);
        (float[] mixed, float[] logSums) = data.Forward(shape);
        float[] outer = Case.Numbers(mixed.Length, 9);
        (float[] gradient, _, _) = data.Backward(shape, mixed, logSums, outer);

        // Along one direction, for what is compared with is single precision too.
        float[] direction = Case.Numbers(gradient.Length, 10);
        double Loss(float step) => data.Forward(shape, step, direction).Mixed.Zip(outer, (value, weight) => (double)value * weight).Sum();
        double expected = gradient.Zip(direction, (a, b) => (double)a * b).Sum();
        Assert.That((Loss(1e-2f) - Loss(-1e-2f)) / 2e-2, Is.EqualTo(expected).Within(2e-3 * Math.Abs(expected) + 2e-2));

        const int Seeds = 1000;
        double[] sums = new double[mixed.Length];
        for (uint seed = 0; seed < Seeds; seed++)
        {
            float[] each = data.Forward(shape with { Seed = seed }).Mixed;
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += each[i] / Seeds;
            }
        }

        double[] without = data.Expected(data.Projected, data.QueryNorm, data.KeyNorm);
        Assert.Multiple(() =>
        {
            Assert.That(sums.Zip(without, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(.06));
            Assert.That(sums.Zip(without, (a, b) => a - b).Average(), Is.EqualTo(0).Within(.003));
            Assert.That(mixed.Zip(without, (a, b) => Math.Abs(a - b)).Max(), Is.GreaterThan(.1));
        });
    }

    [Test]
    public void A_shape_that_is_none_is_refused() =>
        Assert.That(() => new AttentionPass(new AttentionPassShape { Batch = 1, Length = 4, Heads = 3, SharedHeads = 2, HeadSize = 4 }), Throws.ArgumentException);

    private static double[] Moved(double[] values, int index, double step)
    {
        double[] moved = [.. values];
        moved[index] += step;
        return moved;
    }

    private sealed class Case
    {
        private readonly AttentionPassShape _shape;
        private readonly float[] _cosines;
        private readonly float[] _sines;

        public Case(AttentionPassShape shape, bool rotates)
        {
            _shape = shape;
            Projected = Doubles(Numbers(shape.Batch * shape.Length * shape.ProjectedWidth, 1));
            QueryNorm = Doubles(Numbers(shape.NormEpsilon is null ? 0 : shape.HeadSize, 2));
            KeyNorm = Doubles(Numbers(shape.NormEpsilon is null ? 0 : shape.HeadSize, 3));
            int half = shape.HeadSize / 2;
            double Angle(int i) => i / shape.HeadSize * Math.Pow(100, -(i % half) / (double)half);
            _cosines = rotates ? [.. Enumerable.Range(0, shape.Length * shape.HeadSize).Select(i => (float)Math.Cos(Angle(i)))] : [];
            _sines = rotates ? [.. Enumerable.Range(0, shape.Length * shape.HeadSize).Select(i => (float)(i % shape.HeadSize < half ? -Math.Sin(Angle(i)) : Math.Sin(Angle(i))))] : [];
        }

        public double[] Projected { get; }

        public double[] QueryNorm { get; }

        public double[] KeyNorm { get; }

        public static float[] Numbers(int count, int seed)
        {
            Random random = new(seed);
            return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 3) - 1.5))];
        }

        public (float[] Mixed, float[] LogSums) Forward(AttentionPassShape shape, float step = 0, float[]? direction = null)
        {
            float[] mixed = new float[shape.Batch * shape.Length * shape.Heads * shape.HeadSize], logSums = new float[shape.Batch * shape.Heads * shape.Length];
            float[] projected = [.. Projected.Select((value, i) => (float)value + (step * (direction?[i] ?? 0)))];
            AttentionPass pass = new(shape);
            for (int item = 0; item < shape.Items; item++)
            {
                pass.Forward(item, projected, Floats(QueryNorm), Floats(KeyNorm), _cosines, _sines, mixed, logSums);
            }

            return (mixed, logSums);
        }

        public (float[] Projected, float[] QueryNorm, float[] KeyNorm) Backward(AttentionPassShape shape, float[] mixed, float[] logSums, float[] outer)
        {
            float[] projected = new float[Projected.Length], queryNorm = new float[QueryNorm.Length], keyNorm = new float[KeyNorm.Length];
            AttentionPass pass = new(shape);
            for (int item = 0; item < shape.Items; item++)
            {
                pass.Backward(item, Floats(Projected), Floats(QueryNorm), Floats(KeyNorm), _cosines, _sines, mixed, logSums, outer, projected, queryNorm, keyNorm);
            }

            return (projected, queryNorm, keyNorm);
        }

        /// <summary>The formula, written out.</summary>
        public double[] Expected(double[] projected, double[] queryNorm, double[] keyNorm)
        {
            (int size, int length, int shared) = (_shape.HeadSize, _shape.Length, _shape.SharedHeads);
            double[] mixed = new double[_shape.Batch * length * _shape.Heads * size];
            for (int sequence = 0; sequence < _shape.Batch; sequence++)
            {
                for (int head = 0; head < _shape.Heads; head++)
                {
                    int key = _shape.Heads + (head / (_shape.Heads / shared));
                    double[][] keys = [.. Enumerable.Range(0, length).Select(position => Head(projected, sequence, position, key, keyNorm))];
                    for (int position = 0; position < length; position++)
                    {
                        double[] query = Head(projected, sequence, position, head, queryNorm);
                        int from = _shape.Window is int window ? Math.Max(0, position - window + 1) : 0;
                        double[] weights = [.. Enumerable.Range(from, position + 1 - from).Select(other => Math.Exp(query.Zip(keys[other], (a, b) => a * b).Sum() / Math.Sqrt(size)))];
                        double sum = weights.Sum();
                        for (int element = 0; element < size; element++)
                        {
                            mixed[(((((sequence * length) + position) * _shape.Heads) + head) * size) + element] =
                                weights.Select((weight, i) => weight / sum * projected[At(sequence, from + i, key + shared) + element]).Sum();
                        }
                    }
                }
            }

            return mixed;
        }

        private double[] Head(double[] projected, int sequence, int position, int head, double[] norm)
        {
            int start = At(sequence, position, head), size = _shape.HeadSize;
            double[] values = projected[start..(start + size)];
            if (_shape.NormEpsilon is float epsilon)
            {
                double scale = 1 / Math.Sqrt(values.Average(value => value * value) + epsilon);
                values = [.. values.Zip(norm, (value, weight) => value * scale * weight)];
            }

            return _cosines.Length == 0 ? values
                : [.. values.Select((value, i) => (value * _cosines[(position * size) + i]) + (values[(i + (size / 2)) % size] * _sines[(position * size) + i]))];
        }

        private int At(int sequence, int position, int head) => (((sequence * _shape.Length) + position) * _shape.ProjectedWidth) + (head * _shape.HeadSize);

        private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

        private static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];
    }
}
