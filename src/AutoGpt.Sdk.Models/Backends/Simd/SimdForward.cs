using System.Numerics.Tensors;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The forward pass over rows of any number of sequences. Each line of <see cref="Forward"/> is a piece of work that all threads share; between two pieces lies
/// nothing but a barrier. All memory is made once.
/// </summary>
internal sealed class SimdForward : IDisposable
{
    // Rows that go through the layers together: enough to use weights often while they are in the cache.
    private const int RowsAtOnce = 128;

    // Rows of logits at once, each as long as the vocabulary.
    private const int LogitsAtOnce = 16;

    // A piece of an activation's work, so that one row of a wide network is shared out too.
    private const int ActivationPiece = 2048;

    private readonly TransformerConfig _config;
    private readonly SimdWeights _weights;
    private readonly WorkerPool _workers;
    private readonly Rotary? _rotary;
    private readonly PagedAttention _attention;
    private readonly MatrixProduct _product = new();
    private readonly LowRankPass _updates;
    private readonly Row[] _rows = new Row[RowsAtOnce];
    private readonly Memory<float>[] _logitTargets = new Memory<float>[LogitsAtOnce];
    private readonly int[] _logitRows = new int[LogitsAtOnce];
    private readonly FloatRows _stream;
    private readonly FloatRows _query;
    private readonly FloatRows _key;
    private readonly FloatRows _value;
    private readonly FloatRows _angles;
    private readonly FloatRows _up;
    private readonly FloatRows _gate;
    private readonly ActivationRows _normed;
    private readonly ActivationRows _mixed;
    private readonly ActivationRows _inner;
    private readonly ActivationRows _last;
    private readonly RowWork _embed;
    private readonly RowWork _normalizeForAttention;
    private readonly RowWork _store;
    private readonly RowWork _quantizeMixed;
    private readonly RowWork _normalizeForFeedForward;
    private readonly RowWork _activate;
    private readonly RowWork _normalizeLast;
    private FloatRows? _logits;
    private SimdLayer _layer = null!;
    private int _layerIndex;

    public SimdForward(TransformerConfig config, SimdWeights weights, KeyValueShape shape, WorkerPool workers)
    {
        _config = config;
        _weights = weights;
        _workers = workers;
        int rows = Math.Min(RowsAtOnce, Math.Max(16, config.ContextLength));
        int queryWidth = config.Heads * config.HeadSize;
        int keyWidth = config.KeyValueHeads * config.HeadSize;
        _attention = new PagedAttention(shape, config.Heads, config.SlidingWindow);
        _rotary = config.Positions == PositionEncoding.Rotary ? new Rotary(Frequencies(config)) : null;
        _updates = new LowRankPass(rows, workers);
        _stream = new FloatRows(rows, config.Width);
        _query = new FloatRows(rows, queryWidth);
        _key = new FloatRows(rows, keyWidth);
        _value = new FloatRows(rows, keyWidth);
        _angles = new FloatRows(rows, config.HeadSize);
        _up = new FloatRows(rows, config.FeedForwardWidth);
        _gate = new FloatRows(rows, config.FeedForwardWidth);
        _normed = new ActivationRows(rows, config.Width, Matrices(layer => [layer.Query, layer.Key, layer.Value, layer.Up, layer.Gate]));
        _mixed = new ActivationRows(rows, queryWidth, Matrices(layer => [layer.Output]));
        _inner = new ActivationRows(rows, config.FeedForwardWidth, Matrices(layer => [layer.Down]));
        _last = new ActivationRows(LogitsAtOnce, config.Width, [weights.Head]);
        _embed = new RowWork((row, _) => Embed(row));
        _normalizeForAttention = new RowWork((row, _) => Normalize(_layer.AttentionNorm, row));
        _store = new RowWork((row, _) => Store(row));
        _quantizeMixed = new RowWork((row, _) => _mixed.Quantize(row));
        _normalizeForFeedForward = new RowWork((row, _) => Normalize(_layer.FeedForwardNorm, row));
        _activate = new RowWork(Activate);
        _normalizeLast = new RowWork((row, _) =>
        {
            _weights.FinalNorm.Apply(_config, _stream[_logitRows[row]], _last[row]);
            _last.Quantize(row);
        });
    }

    /// <summary>Reads the steps' tokens, whose pages are reserved, and writes the logits they want.</summary>
    public void Run(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken)
    {
        int rows = 0;
        _attention.Clear();
        for (int index = 0; index < steps.Count; index++)
        {
            SequenceStep step = steps[index];
            SimdSequence sequence = (SimdSequence)step.Sequence;
            int prompt = sequence.PromptAhead;
            int total = prompt + step.Ids.Length;
            int position = sequence.Held + sequence.Ahead - prompt;
            for (int done = 0; done < total;)
            {
                int count = Math.Min(total - done, _stream.Count - rows);
                for (int row = done; row < done + count; row++)
                {
                    // Learned embeddings of an adapter have no id: they are numbered from −1 downwards.
                    _rows[rows + row - done] = row < prompt
                        ? new Row(sequence, ~row, position + row, default)
                        : new Row(sequence, step.Ids.Span[row - prompt], position + row, Target(step, row - prompt));
                }

                _attention.Add(sequence.Pages, position + done, count);
                rows += count;
                done += count;
                if (rows == _stream.Count)
                {
                    Forward(rows, cancellationToken);
                    rows = 0;
                    _attention.Clear();
                }
            }
        }

        if (rows > 0)
        {
            Forward(rows, cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (IDisposable? owned in (IDisposable?[])[_stream, _query, _key, _value, _angles, _up, _gate, _normed, _mixed, _inner, _last, _logits, _updates])
        {
            owned?.Dispose();
        }
    }

    private static IEnumerable<double> FrequenciesOf(TransformerConfig config) =>
        Rotary.Frequencies(config.HeadSize, config.RotaryBase).Select(frequency => config.RotaryScaling?.Stretch(frequency) ?? frequency);

    private static double[] Frequencies(TransformerConfig config) => [.. FrequenciesOf(config)];

    private IEnumerable<PackedMatrix> Matrices(Func<SimdLayer, SimdLinear?[]> readers) => _weights.Layers.SelectMany(readers).OfType<SimdLinear>().Select(linear => linear.Weight);

    private Memory<float> Target(in SequenceStep step, int row) => step.Wanted switch
    {
        LogitsWanted.All => step.Logits.Slice(row * _config.VocabularySize, _config.VocabularySize),
        LogitsWanted.Last when row == step.Ids.Length - 1 => step.Logits,
        _ => default,
    };

    private void Forward(int rows, CancellationToken cancellationToken)
    {
        int pieces = (_config.FeedForwardWidth + ActivationPiece - 1) / ActivationPiece;
        _embed.Run(_workers, rows);
        for (_layerIndex = 0; _layerIndex < _config.Layers; _layerIndex++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _layer = _weights.Layers[_layerIndex];
            _normalizeForAttention.Run(_workers, rows);
            _product.Of(_normed, rows).By(_layer.Query, _query).By(_layer.Key, _key).By(_layer.Value, _value).Run(_workers);
            Update(rows, LowRankSite.Attention, _normed, _query, _key, _value);
            _store.Run(_workers, rows);
            if (_layerIndex == _config.Layers - 1 && !IsAnyWanted(rows))
            {
                // Only keys and values outlast these rows.
                return;
            }

            _attention.Run(_workers, _layerIndex, _query, _mixed);
            _quantizeMixed.Run(_workers, rows);
            _product.Of(_mixed, rows).By(_layer.Output, _stream, isAdded: true).Run(_workers);
            Update(rows, LowRankSite.Output, _mixed, _stream);
            _normalizeForFeedForward.Run(_workers, rows);
            _product.Of(_normed, rows).By(_layer.Up, _up);
            if (_layer.Gate is { } gate)
            {
                _product.By(gate, _gate);
            }

            _product.Run(_workers);
            Update(rows, LowRankSite.FeedForward, _normed, _up, _gate);
            _activate.Run(_workers, rows, pieces);
            _product.Of(_inner, rows).By(_layer.Down, _stream, isAdded: true).Run(_workers);
            Update(rows, LowRankSite.Down, _inner, _stream);
        }

        WriteLogits(rows);
    }

    private void Update(int rows, int site, ActivationRows inputs, params ReadOnlySpan<FloatRows> outputs)
    {
        for (int row = 0; row < rows; row++)
        {
            _updates[row] = _rows[row].Sequence.Adapter?[_layerIndex, site];
        }

        _updates.Run(rows, inputs, outputs);
    }

    private bool IsAnyWanted(int rows)
    {
        foreach (ref readonly Row row in _rows.AsSpan(0, rows))
        {
            if (!row.Logits.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    private void Embed(int row)
    {
        Span<float> hidden = _stream[row];
        if (_rows[row].Id is >= 0 and int id)
        {
            _weights.Embedding.CopyRow(id, hidden);
        }
        else
        {
            _rows[row].Sequence.Adapter!.Prompt.Span.Slice(~_rows[row].Id * hidden.Length, hidden.Length).CopyTo(hidden);
        }

        if (_weights.Positions is { } positions)
        {
            TensorPrimitives.Add(hidden, positions.AsSpan(_rows[row].Position * _config.Width, _config.Width), hidden);
        }

        _rotary?.Turn(_rows[row].Position, _angles[row]);
    }

    private void Normalize(SimdNorm norm, int row)
    {
        norm.Apply(_config, _stream[row], _normed[row]);
        _normed.Quantize(row);
    }

    private void Store(int row)
    {
        NormalizeHeads(_layer.QueryNorm, _query[row]);
        NormalizeHeads(_layer.KeyNorm, _key[row]);
        if (_rotary is { } rotary)
        {
            rotary.Rotate(_query[row], _angles[row]);
            rotary.Rotate(_key[row], _angles[row]);
        }

        _rows[row].Sequence.Pages.Store(_layerIndex, _rows[row].Position, _key[row], _value[row]);
    }

    private void NormalizeHeads(float[]? norm, Span<float> row)
    {
        for (int start = 0; norm is not null && start < row.Length; start += norm.Length)
        {
            Span<float> head = row.Slice(start, norm.Length);
            RmsNorm.Apply(head, norm, _config.NormalizationEpsilon, head);
        }
    }

    private void Activate(int row, int piece)
    {
        int start = piece * ActivationPiece;
        int count = Math.Min(ActivationPiece, _config.FeedForwardWidth - start);
        Span<float> up = _up[row].Slice(start, count);
        Span<float> inner = _inner[row].Slice(start, count);
        if (_layer.Gate is not null)
        {
            SwiGlu.Apply(_gate[row].Slice(start, count), up, inner);
        }
        else
        {
            Gelu.Apply(up, inner);
        }

        _inner.Quantize(row, start, count);
    }

    private void WriteLogits(int rows)
    {
        int wanted = 0;
        for (int row = 0; row < rows; row++)
        {
            if (!_rows[row].Logits.IsEmpty)
            {
                _logitTargets[wanted] = _rows[row].Logits;
                _logitRows[wanted] = row;
                wanted++;
            }

            if (wanted == LogitsAtOnce || (wanted > 0 && row == rows - 1))
            {
                _logits ??= new FloatRows(LogitsAtOnce, _config.VocabularySize);
                _normalizeLast.Run(_workers, wanted);
                _product.Of(_last, wanted).By(_weights.Head, null, _logits).Run(_workers);
                for (int index = 0; index < wanted; index++)
                {
                    _logits[index].CopyTo(_logitTargets[index].Span);
                }

                wanted = 0;
            }
        }
    }

    private readonly record struct Row(SimdSequence Sequence, int Id, int Position, Memory<float> Logits);
}

/// <summary>A linear layer as an operand.</summary>
internal static class SimdProducts
{
    public static MatrixProduct By(this MatrixProduct product, SimdLinear linear, FloatRows outputs, bool isAdded = false) =>
        product.By(linear.Weight, linear.Bias, outputs, isAdded);
}
