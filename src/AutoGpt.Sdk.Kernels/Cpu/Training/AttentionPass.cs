using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Causal self-attention of a whole batch for training, from projected queries, keys and values to mixed values and back: normalisation of heads, rotary positions, scores, softmax, dropout and mix
/// in one pass, without a tensor between them. A head's weights are made some rows at a time, never all of them, and once more in the backward pass (Dao et al. 2022, "FlashAttention"); what a
/// query must not see is not computed. Immutable; items may be computed on several threads.
/// </summary>
/// <remarks>
/// Projected: <c>[batch, length, (heads + 2 · shared) · size]</c>, queries before keys before values. Mixed: <c>[batch, length, heads · size]</c>. Tables of cosines and sines: <c>[length, size]</c>,
/// an element's partner half a head away, the first half's sines negative; empty where heads are not rotated.
/// </remarks>
public sealed unsafe class AttentionPass
{
    // Rows of queries that are scored together: a multiple of a tile's.
    private const int Together = 24;

    private readonly AttentionPassShape _shape;
    private readonly int _size; // of a head, in whole tiles
    private readonly int _length; // of a row of weights, in whole tiles and with room for a tile of rows more
    private readonly int _rows; // of queries, in whole blocks
    private readonly float _scale;
    private readonly int _dropThreshold;

    /// <summary>Prepares passes over a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <exception cref="ArgumentException">A size is out of its range.</exception>
    public AttentionPass(AttentionPassShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Batch < 1 || shape.Length < 1 || shape.HeadSize < 1 || shape.SharedHeads < 1 || shape.Heads % shape.SharedHeads != 0 || shape.Heads < 1 || shape.Window < 1 || shape.Dropout is < 0 or >= 1)
        {
            throw new ArgumentException($"Not a shape of attention: {shape}.", nameof(shape));
        }

        _shape = shape;
        _size = Whole(shape.HeadSize, RowTile.Columns);
        _length = Whole(shape.Length, RowTile.Columns) + RowTile.Columns;
        _rows = Whole(shape.Length, Together);
        _scale = 1 / MathF.Sqrt(shape.HeadSize);
        _dropThreshold = (int)(shape.Dropout * (double)int.MaxValue);
    }

    /// <summary>Mixes the values of one item: a sequence's head of keys with the heads of queries that share it.</summary>
    /// <param name="item">From 0, below the shape's items.</param>
    /// <param name="projected">See the remarks.</param>
    /// <param name="queryNorm">Weight of the queries' normalisation, <c>[size]</c>; empty without one.</param>
    /// <param name="keyNorm">Weight of the keys'.</param>
    /// <param name="cosines">See the remarks.</param>
    /// <param name="sines">See the remarks.</param>
    /// <param name="mixed">Receives the item's part of <c>[batch, length, heads · size]</c>.</param>
    /// <param name="logSums">Receives the item's part of <c>[batch, heads, length]</c>: the logarithms of the softmax' denominators.</param>
    public void Forward(
        int item, ReadOnlySpan<float> projected, ReadOnlySpan<float> queryNorm, ReadOnlySpan<float> keyNorm, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines,
        Span<float> mixed, Span<float> logSums)
    {
        Require(item, projected.Length, mixed.Length, logSums.Length);
        using Scratch scratch = new(_size * _length, _length * _size, _rows * _size, Together * _length, Together * _size);
        fixed (float* start = projected, mixedStart = mixed, logs = logSums)
        {
            float* keysAcross = scratch[0], values = scratch[1], queries = scratch[2], weights = scratch[3], block = scratch[4];
            Item at = Of(item);
            PrepareKeys(start, at, keyNorm, cosines, sines, null, keysAcross);
            PrepareValues(start, at, values, null);
            for (int head = at.FirstHead; head < at.FirstHead + _shape.Groups; head++)
            {
                PrepareQueries(start, at, head, queryNorm, cosines, sines, queries);
                for (int first = 0; first < _shape.Length; first += Together)
                {
                    Reach reach = ReachOf(first);
                    Score(queries, keysAcross, weights, first, reach);
                    for (int row = 0; row < Together; row++)
                    {
                        float* line = weights + (row * _length);
                        int position = first + row;
                        if (position >= _shape.Length)
                        {
                            new Span<float>(line + reach.From, reach.Room).Clear();
                            continue;
                        }

                        (float largest, float sum) = Exponentiate(line, position, reach);
                        long number = (((long)at.Sequence * _shape.Heads) + head) * _shape.Length + position;
                        logs[number] = largest + MathF.Log(sum);
                        Drop(line, number, reach, 1 / sum);
                    }

                    RowTile.Multiply(weights + reach.From, _length, 1, values + (reach.From * _size), _size, block, _size, Together, _size, reach.End - reach.From, adds: false);
                    for (int row = 0; row < Math.Min(Together, _shape.Length - first); row++)
                    {
                        new ReadOnlySpan<float>(block + (row * _size), _shape.HeadSize).CopyTo(new Span<float>(mixedStart + MixedAt(at, head, first + row), _shape.HeadSize));
                    }
                }
            }
        }
    }

    /// <summary>The derivatives of <see cref="Forward"/> times those of the mixed values.</summary>
    /// <param name="item">From 0, below the shape's items.</param>
    /// <param name="projected">What went in.</param>
    /// <param name="queryNorm">As there.</param>
    /// <param name="keyNorm">As there.</param>
    /// <param name="cosines">As there.</param>
    /// <param name="sines">As there.</param>
    /// <param name="mixed">What came out.</param>
    /// <param name="logSums">As there.</param>
    /// <param name="gradient">Of the mixed values.</param>
    /// <param name="projectedGradient">Receives the item's part.</param>
    /// <param name="queryNormGradient">The weight's is added to it, <c>[size]</c>; empty without one.</param>
    /// <param name="keyNormGradient">The weight's is added to it.</param>
    public void Backward(
        int item, ReadOnlySpan<float> projected, ReadOnlySpan<float> queryNorm, ReadOnlySpan<float> keyNorm, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines,
        ReadOnlySpan<float> mixed, ReadOnlySpan<float> logSums, ReadOnlySpan<float> gradient, Span<float> projectedGradient, Span<float> queryNormGradient, Span<float> keyNormGradient)
    {
        Require(item, projected.Length, mixed.Length, logSums.Length);
        Require(item, projectedGradient.Length, gradient.Length, logSums.Length);
        using Scratch scratch = new(
            _size * _length, _size * _length, _length * _size, _length * _size, _length * _size, _rows * _size, _rows * _size, Together * _length, Together * _length, Together * _size);
        fixed (float* start = projected, mixedStart = mixed, logs = logSums, outer = gradient, inner = projectedGradient)
        {
            float* keysAcross = scratch[0], valuesAcross = scratch[1], keys = scratch[2], keySums = scratch[3], valueSums = scratch[4];
            float* queries = scratch[5], mixedSums = scratch[6], weights = scratch[7], slopes = scratch[8], block = scratch[9];
            Item at = Of(item);
            PrepareKeys(start, at, keyNorm, cosines, sines, keys, keysAcross);
            PrepareValues(start, at, null, valuesAcross);
            new Span<float>(keySums, _length * _size).Clear();
            new Span<float>(valueSums, _length * _size).Clear();
            for (int head = at.FirstHead; head < at.FirstHead + _shape.Groups; head++)
            {
                PrepareQueries(start, at, head, queryNorm, cosines, sines, queries);
                for (int row = 0; row < _rows; row++)
                {
                    Span<float> line = new(mixedSums + (row * _size), _size);
                    line.Clear();
                    if (row < _shape.Length)
                    {
                        new ReadOnlySpan<float>(outer + MixedAt(at, head, row), _shape.HeadSize).CopyTo(line);
                    }
                }

                for (int first = 0; first < _shape.Length; first += Together)
                {
                    Reach reach = ReachOf(first);
                    Score(queries, keysAcross, weights, first, reach);
                    RowTile.Multiply(mixedSums + (first * _size), _size, 1, valuesAcross + reach.From, _length, slopes + reach.From, _length, Together, reach.Columns, _shape.HeadSize, adds: false);
                    for (int row = 0; row < Together; row++)
                    {
                        float* line = weights + (row * _length), slope = slopes + (row * _length);
                        int position = first + row;
                        if (position >= _shape.Length)
                        {
                            new Span<float>(line + reach.From, reach.Room).Clear();
                            new Span<float>(slope + reach.From, reach.Room).Clear();
                            continue;
                        }

                        long number = (((long)at.Sequence * _shape.Heads) + head) * _shape.Length + position;
                        float along = TensorPrimitives.Dot(
                            new ReadOnlySpan<float>(mixedStart + MixedAt(at, head, position), _shape.HeadSize), new ReadOnlySpan<float>(outer + MixedAt(at, head, position), _shape.HeadSize));
                        Slope(line, slope, position, number, reach, logs[number], along);
                    }

                    int rows = Whole(reach.End - reach.From, RowTile.Rows);
                    RowTile.Multiply(weights + reach.From, 1, _length, mixedSums + (first * _size), _size, valueSums + (reach.From * _size), _size, rows, _size, Together, adds: true);
                    RowTile.Multiply(slopes + reach.From, 1, _length, queries + (first * _size), _size, keySums + (reach.From * _size), _size, rows, _size, Together, adds: true);
                    RowTile.Multiply(slopes + reach.From, _length, 1, keys + (reach.From * _size), _size, block, _size, Together, _size, reach.End - reach.From, adds: false);
                    for (int row = 0; row < Math.Min(Together, _shape.Length - first); row++)
                    {
                        long place = ProjectedAt(at, head, first + row);
                        Span<float> line = new(block + (row * _size), _shape.HeadSize);
                        TensorPrimitives.Multiply(line, _scale, line);
                        Unprepare(start + place, line, first + row, queryNorm, cosines, sines, queryNormGradient, new Span<float>(inner + place, _shape.HeadSize));
                    }
                }
            }

            for (int position = 0; position < _shape.Length; position++)
            {
                long place = ProjectedAt(at, _shape.Heads + at.Shared, position);
                Unprepare(start + place, new Span<float>(keySums + (position * _size), _shape.HeadSize), position, keyNorm, cosines, sines, keyNormGradient, new Span<float>(inner + place, _shape.HeadSize));
                new ReadOnlySpan<float>(valueSums + (position * _size), _shape.HeadSize)
                    .CopyTo(new Span<float>(inner + ProjectedAt(at, _shape.Heads + _shape.SharedHeads + at.Shared, position), _shape.HeadSize));
            }
        }
    }

    private static int Whole(int count, int unit) => (count + unit - 1) / unit * unit;

    private Item Of(int item) => new(item / _shape.SharedHeads, item % _shape.SharedHeads, item % _shape.SharedHeads * _shape.Groups);

    private long ProjectedAt(Item at, int head, int position) => ((((long)at.Sequence * _shape.Length) + position) * _shape.ProjectedWidth) + (head * _shape.HeadSize);

    private long MixedAt(Item at, int head, int position) => (((((long)at.Sequence * _shape.Length) + position) * _shape.Heads) + head) * _shape.HeadSize;

    private int FirstSeen(int position) => _shape.Window is int window ? Math.Max(0, position - window + 1) : 0;

    // The keys that a block of queries sees, the first of them at the beginning of a tile.
    private Reach ReachOf(int first)
    {
        int end = Math.Min(_shape.Length, first + Together);
        int from = FirstSeen(first) / RowTile.Columns * RowTile.Columns;
        return new Reach(from, end, Whole(end - from, RowTile.Columns));
    }

    private void Score(float* queries, float* keysAcross, float* weights, int first, Reach reach) =>
        RowTile.Multiply(queries + (first * _size), _size, 1, keysAcross + reach.From, _length, weights + reach.From, _length, Together, reach.Columns, _shape.HeadSize, adds: false);

    // Clears what the query must not see, with some more where a tile of rows goes beyond the columns.
    private void Hide(float* line, int position, Reach reach)
    {
        int seen = FirstSeen(position);
        if (seen > reach.From)
        {
            new Span<float>(line + reach.From, seen - reach.From).Clear();
        }

        new Span<float>(line + position + 1, reach.From + reach.Room - position - 1).Clear();
    }

    // Scores to e^(score − largest), 0 where the query must not look; unnormalised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (float Largest, float Sum) Exponentiate(float* line, int position, Reach reach)
    {
        int seen = FirstSeen(position);
        float largest = Largest(line + seen, position + 1 - seen);
        Vector<float> most = new(largest);
        for (float* at = line + reach.From; at <= line + position; at += Vector<float>.Count)
        {
            VectorMath.Exp(Vector.Load(at) - most).Store(at);
        }

        Hide(line, position, reach);
        Vector<float> sums = default;
        for (float* at = line + reach.From; at <= line + position; at += Vector<float>.Count)
        {
            sums += Vector.Load(at);
        }

        return (largest, Vector.Sum(sums));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(float* values, int count)
    {
        float largest = values[0];
        int i = 0;
        if (count >= Vector<float>.Count)
        {
            Vector<float> most = Vector.Load(values);
            for (i = Vector<float>.Count; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            {
                most = Vector.MaxNative(most, Vector.Load(values + i));
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                largest = MathF.Max(largest, most[lane]);
            }
        }

        for (; i < count; i++)
        {
            largest = MathF.Max(largest, values[i]);
        }

        return largest;
    }

    // Multiplies the weights and, where some are dropped, makes those 0 and the others larger.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Drop(float* line, long number, Reach reach, float factor)
    {
        if (_dropThreshold == 0)
        {
            Vector<float> times = new(factor);
            for (float* at = line + reach.From; at < line + reach.End; at += Vector<float>.Count)
            {
                (Vector.Load(at) * times).Store(at);
            }

            return;
        }

        Vector<float> kept = new(factor / (1 - _shape.Dropout));
        for (int column = reach.From; column < reach.End; column += Vector<float>.Count)
        {
            (Vector.Load(line + column) * Vector.ConditionalSelect(Keeps(number, column), kept, Vector<float>.Zero)).Store(line + column);
        }
    }

    // Scores and derivatives of the weights to weights (with dropout) and derivatives of the scores.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slope(float* line, float* slope, int position, long number, Reach reach, float logSum, float along)
    {
        Vector<float> log = new(logSum), mean = new(along), kept = new(1 / (1 - _shape.Dropout));
        for (int column = reach.From; column <= position; column += Vector<float>.Count)
        {
            Vector<float> weight = VectorMath.Exp(Vector.Load(line + column) - log);
            Vector<float> factor = _dropThreshold == 0 ? Vector<float>.One : Vector.ConditionalSelect(Keeps(number, column), kept, Vector<float>.Zero);
            (weight * factor).Store(line + column);
            (weight * ((Vector.Load(slope + column) * factor) - mean)).Store(slope + column);
        }

        Hide(line, position, reach);
        Hide(slope, position, reach);
    }

    // Which weights of a row are kept: a hash of the place (Wellons' lowbias32), so that the backward pass finds the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<int> Keeps(long row, int column)
    {
        uint of = Mix(_shape.Seed ^ Mix((uint)row ^ Mix((uint)(row >> 32) + 0x9e3779b9)));
        Vector<uint> x = new Vector<uint>(of) + ((new Vector<uint>((uint)column) + Vector<uint>.Indices) * 0x9e3779b9);
        x ^= x >>> 16;
        x *= 0x7feb352d;
        x ^= x >>> 15;
        x *= 0x846ca68b;
        x ^= x >>> 16;
        return Vector.GreaterThanOrEqual(Vector.AsVectorInt32(x >>> 1), new Vector<int>(_dropThreshold));
    }

    private static uint Mix(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb352d;
        x ^= x >> 15;
        x *= 0x846ca68b;
        return x ^ (x >> 16);
    }

    private void PrepareQueries(float* projected, Item at, int head, ReadOnlySpan<float> norm, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, float* queries)
    {
        new Span<float>(queries, _rows * _size).Clear();
        for (int position = 0; position < _shape.Length; position++)
        {
            Span<float> row = new(queries + (position * _size), _shape.HeadSize);
            Prepare(projected + ProjectedAt(at, head, position), position, norm, cosines, sines, row);
            TensorPrimitives.Multiply(row, _scale, row);
        }
    }

    // Keys, position by position and, where asked for, element by element.
    private void PrepareKeys(float* projected, Item at, ReadOnlySpan<float> norm, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, float* keys, float* across)
    {
        Span<float> row = stackalloc float[_shape.HeadSize];
        new Span<float>(across, _size * _length).Clear();
        if (keys is not null)
        {
            new Span<float>(keys, _length * _size).Clear();
        }

        for (int position = 0; position < _shape.Length; position++)
        {
            Prepare(projected + ProjectedAt(at, _shape.Heads + at.Shared, position), position, norm, cosines, sines, row);
            Spread(row, across + position);
            if (keys is not null)
            {
                row.CopyTo(new Span<float>(keys + (position * _size), row.Length));
            }
        }
    }

    private void PrepareValues(float* projected, Item at, float* values, float* across)
    {
        if (values is not null)
        {
            new Span<float>(values, _length * _size).Clear();
        }
        else
        {
            new Span<float>(across, _size * _length).Clear();
        }

        for (int position = 0; position < _shape.Length; position++)
        {
            ReadOnlySpan<float> row = new(projected + ProjectedAt(at, _shape.Heads + _shape.SharedHeads + at.Shared, position), _shape.HeadSize);
            if (values is not null)
            {
                row.CopyTo(new Span<float>(values + (position * _size), row.Length));
            }
            else
            {
                Spread(row, across + position);
            }
        }
    }

    private void Spread(ReadOnlySpan<float> row, float* column)
    {
        for (int element = 0; element < row.Length; element++)
        {
            column[element * _length] = row[element];
        }
    }

    // A head normalised and rotated.
    private void Prepare(float* head, int position, ReadOnlySpan<float> norm, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, Span<float> row)
    {
        ReadOnlySpan<float> from = new(head, _shape.HeadSize);
        if (_shape.NormEpsilon is float epsilon)
        {
            RmsNorm.Apply(from, norm, epsilon, row);
        }
        else
        {
            from.CopyTo(row);
        }

        if (cosines.IsEmpty)
        {
            return;
        }

        int half = row.Length / 2, start = position * row.Length;
        Turn(row[..half], row[half..], cosines.Slice(start, row.Length), sines.Slice(start, row.Length), back: false);
    }

    // What the derivatives of a prepared head are for the head itself.
    private void Unprepare(
        float* head, Span<float> gradient, int position, ReadOnlySpan<float> norm, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, Span<float> normGradient, Span<float> output)
    {
        if (!cosines.IsEmpty)
        {
            int half = gradient.Length / 2, start = position * gradient.Length;
            Turn(gradient[..half], gradient[half..], cosines.Slice(start, gradient.Length), sines.Slice(start, gradient.Length), back: true);
        }

        if (_shape.NormEpsilon is float epsilon)
        {
            ReadOnlySpan<float> from = new(head, _shape.HeadSize);
            float scale = RmsNorm.ScaleOf(from, epsilon);
            RmsNorm.Gradient(from, norm, new ReadOnlySpan<float>(in scale), gradient, output, normGradient);
        }
        else
        {
            gradient.CopyTo(output);
        }
    }

    private static void Turn(Span<float> first, Span<float> second, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, bool back)
    {
        int half = first.Length, i = 0;
        for (; i <= half - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = new(first[i..]), b = new(second[i..]);
            Vector<float> sine = new(sines[(back ? half + i : i)..]), other = new(sines[(back ? i : half + i)..]);
            ((a * new Vector<float>(cosines[i..])) + (b * sine)).CopyTo(first[i..]);
            ((b * new Vector<float>(cosines[(half + i)..])) + (a * other)).CopyTo(second[i..]);
        }

        for (; i < half; i++)
        {
            (float a, float b) = (first[i], second[i]);
            first[i] = (a * cosines[i]) + (b * sines[back ? half + i : i]);
            second[i] = (b * cosines[half + i]) + (a * sines[back ? i : half + i]);
        }
    }

    private void Require(int item, int projected, int mixed, int logSums)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(item);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(item, _shape.Items);
        long positions = (long)_shape.Batch * _shape.Length;
        if (projected != positions * _shape.ProjectedWidth || mixed != positions * _shape.Heads * _shape.HeadSize || logSums != positions * _shape.Heads)
        {
            throw new ArgumentException($"The spans do not have the sizes of {_shape}.");
        }
    }

    private readonly record struct Item(int Sequence, int Shared, int FirstHead);

    /// <summary>Keys from <see cref="From"/> up to <see cref="End"/>, in whole tiles <see cref="Columns"/>, with room for a tile of rows more.</summary>
    private readonly record struct Reach(int From, int End, int Columns)
    {
        public int Room => Columns + RowTile.Rows;
    }

    /// <summary>Memory for the parts of a pass.</summary>
    private readonly ref struct Scratch : IDisposable
    {
        private readonly float[] _array;
        private readonly GCHandle _pin;
        private readonly int[] _starts;

        public Scratch(params ReadOnlySpan<int> sizes)
        {
            _starts = new int[sizes.Length];
            int total = 0;
            for (int i = 0; i < sizes.Length; i++)
            {
                _starts[i] = total;
                total += Whole(sizes[i], 16);
            }

            _array = ArrayPool<float>.Shared.Rent(total);
            _pin = GCHandle.Alloc(_array, GCHandleType.Pinned);
        }

        public float* this[int part] => (float*)_pin.AddrOfPinnedObject() + _starts[part];

        public void Dispose()
        {
            _pin.Free();
            ArrayPool<float>.Shared.Return(_array);
        }
    }
}
