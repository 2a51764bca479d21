using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Causal attention with grouped heads over pages, for rows of several sequences at once. A query goes through its pages from the first, keeping the largest
/// score so far (Milakov and Gimelshein 2018), so that no memory grows with the context, and its result depends on itself and the pages alone. Reused; one
/// caller at a time.
/// </summary>
public sealed unsafe class PagedAttention : ParallelWork
{
    private readonly KeyValueShape _shape;
    private readonly AttentionKernel _kernel;
    private readonly int _group;
    private readonly int? _window;
    private readonly List<Span> _spans = [];
    private FloatRows _queries = null!;
    private ActivationRows _outputs = null!;
    private int _layer;
    private int _queriesPerPart;

    /// <summary>Creates the attention of a network.</summary>
    /// <param name="shape">Its keys and values.</param>
    /// <param name="heads">Query heads; a multiple of the key and value heads.</param>
    /// <param name="window">Positions a query sees, its own included; null: all.</param>
    public PagedAttention(KeyValueShape shape, int heads, int? window)
        : this(shape, heads, window, MatrixKernel.Width)
    {
    }

    internal PagedAttention(KeyValueShape shape, int heads, int? window, int width)
    {
        _shape = shape;
        _group = heads / shape.Heads;
        _window = window;
        _kernel = AttentionKernel.Of(shape.Format, width);
    }

    /// <summary>Begins a step: forgets the sequences of the last.</summary>
    public void Clear() => _spans.Clear();

    /// <summary>Adds a sequence's rows, which follow those added before.</summary>
    /// <param name="sequence">Its pages; the rows' own keys are stored before <see cref="Run"/>.</param>
    /// <param name="position">Position of the first row.</param>
    /// <param name="rows">How many.</param>
    public void Add(KeyValueSequence sequence, int position, int rows)
    {
        int first = _spans.Count == 0 ? 0 : _spans[^1].FirstRow + _spans[^1].Rows;
        _spans.Add(new Span(sequence, position, first, rows));
    }

    /// <summary>Computes <c>softmax(query · keys / √headSize) · values</c> for every row and head.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="layer">From 0.</param>
    /// <param name="queries"><c>[rows, heads · headSize]</c>.</param>
    /// <param name="outputs">Receives the same shape.</param>
    public void Run(WorkerPool pool, int layer, FloatRows queries, ActivationRows outputs)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _queries = queries;
        _outputs = outputs;
        _layer = layer;
        // Few queries are spread over the threads; many go through a page together while it is in the cache.
        int rows = _spans[^1].FirstRow + _spans[^1].Rows;
        _queriesPerPart = (rows >= 16 ? 4 : 1) * AttentionKernel.Together;
        int total = 0;
        for (int index = 0; index < _spans.Count; index++)
        {
            Span span = _spans[index];
            int parts = (((span.Rows * _group) + _queriesPerPart - 1) / _queriesPerPart) * _shape.Heads;
            _spans[index] = span with { FirstPart = total, EndPart = total + parts };
            total += parts;
        }

        pool.Run(this, total);
    }

    /// <inheritdoc/>
    protected internal override void Execute(int part)
    {
        int index = 0;
        while (part >= _spans[index].EndPart)
        {
            index++;
        }

        Span span = _spans[index];
        int own = part - span.FirstPart;
        int chunk = own / _shape.Heads;
        int first = chunk * _queriesPerPart;
        Attend(span, own % _shape.Heads, first, Math.Min(_queriesPerPart, (span.Rows * _group) - first));
    }

    // Queries of a key head are numbered row by row.
    private void Attend(Span span, int head, int first, int count)
    {
        int slots = (count + AttentionKernel.Together - 1) / AttentionKernel.Together * AttentionKernel.Together;
        int stride = _shape.ValueStride;
        float** queries = stackalloc float*[slots];
        float** mixed = stackalloc float*[slots];
        float* sums = stackalloc float[slots];
        float* largest = stackalloc float[slots];
        int* positions = stackalloc int[slots];
        float* memory = stackalloc float[(slots * stride) + 16];
        memory = (float*)(((nint)memory + 63) & ~63);
        float* scores = stackalloc float[128];
        float* keep = stackalloc float[AttentionKernel.Together];
        new Span<float>(memory, slots * stride).Clear();
        for (int slot = 0; slot < slots; slot++)
        {
            // The last slots repeat a query whose result nobody reads.
            int query = first + Math.Min(slot, count - 1);
            queries[slot] = _queries.Row(span.FirstRow + (query / _group)) + (((head * _group) + (query % _group)) * _shape.HeadSize);
            mixed[slot] = memory + (slot * stride);
            positions[slot] = span.Position + (query / _group);
            sums[slot] = 0;
            largest[slot] = float.NegativeInfinity;
        }

        int firstPage = _window is int window ? Math.Max(0, positions[0] - window + 1) / KeyValueShape.PagePositions : 0;
        int lastPage = positions[count - 1] / KeyValueShape.PagePositions;
        for (int page = firstPage; page <= lastPage; page++)
        {
            byte* cached = span.Sequence.Head(page, _layer, head);
            for (int slot = 0; slot < slots; slot += AttentionKernel.Together)
            {
                _kernel.Score(queries + slot, cached, _shape, scores);
                for (int inner = 0; inner < AttentionKernel.Together; inner++)
                {
                    keep[inner] = Weigh(scores + (32 * inner), page, positions[slot + inner], ref largest[slot + inner], ref sums[slot + inner]);
                }

                _kernel.Mix(scores, keep, cached, _shape, mixed + slot);
            }
        }

        for (int slot = 0; slot < count; slot++)
        {
            int query = first + slot;
            Span<float> output = _outputs[span.FirstRow + (query / _group)].Slice(((head * _group) + (query % _group)) * _shape.HeadSize, _shape.HeadSize);
            float factor = 1 / sums[slot];
            for (int element = 0; element < output.Length; element++)
            {
                output[element] = mixed[slot][element] * factor;
            }
        }
    }

    /// <summary>Turns scores into weights relative to the largest score so far, and tells what earlier weights are worth now.</summary>
    private float Weigh(float* scores, int page, int position, ref float largest, ref float sum)
    {
        int start = page * KeyValueShape.PagePositions;
        Vector512<float> scale = Vector512.Create(1 / MathF.Sqrt(_shape.HeadSize));
        Vector512<float> low = Vector512.Load(scores) * scale;
        Vector512<float> high = Vector512.Load(scores + 16) * scale;
        bool isCut = position < start + KeyValueShape.PagePositions - 1 || (_window is int window && position - window + 1 > start);
        if (isCut)
        {
            Vector512<int> positions = Vector512<int>.Indices + Vector512.Create(start);
            low = Mask(low, positions, position);
            high = Mask(high, positions + Vector512.Create(16), position);
        }

        Vector512<float> both = Vector512.Max(low, high);
        float found = LargestLane.Of(both);
        if (float.IsNegativeInfinity(found))
        {
            // Nothing of this page is seen.
            Vector512<float>.Zero.Store(scores);
            Vector512<float>.Zero.Store(scores + 16);
            return 1;
        }

        float next = MathF.Max(largest, found);
        Vector512<float> subtrahend = Vector512.Create(next);
        low = Vector512.Exp(low - subtrahend);
        high = Vector512.Exp(high - subtrahend);
        low.Store(scores);
        high.Store(scores + 16);
        float kept = float.IsNegativeInfinity(largest) ? 0 : MathF.Exp(largest - next);
        sum = (sum * kept) + Vector512.Sum(low + high);
        largest = next;
        return kept;
    }

    private Vector512<float> Mask(Vector512<float> scores, Vector512<int> positions, int position)
    {
        Vector512<int> isSeen = Vector512.LessThanOrEqual(positions, Vector512.Create(position));
        if (_window is int window)
        {
            isSeen &= Vector512.GreaterThan(positions, Vector512.Create(position - window));
        }

        return Vector512.ConditionalSelect(isSeen.AsSingle(), scores, Vector512.Create(float.NegativeInfinity));
    }

    private readonly record struct Span(KeyValueSequence Sequence, int Position, int FirstRow, int Rows)
    {
        public int FirstPart { get; init; }

        public int EndPart { get; init; }
    }
}
