using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// One sequence's cache on a device, and the step that reads a token, extends the cache and chooses the next token. Position, length and token
/// live in device memory: a step is the same kernels with the same arguments every time, five a layer and two around them.
/// </summary>
internal sealed class CudaSequence : IDisposable
{
    private readonly CudaModel _model;
    private readonly CudaSequenceOptions _options;
    private readonly CudaMemory _cache;
    private readonly CudaMemory _vectors;
    private readonly CudaMemory _shares;
    private readonly CudaMemory _counters;
    private readonly CudaMemory _state;
    private readonly CudaMemory _ids;
    private readonly CudaMemory _angles;
    private readonly int _splits;

    public CudaSequence(CudaModel model, int capacity, CudaSequenceOptions options)
    {
        CudaDriver driver = model.Kernels.Driver;
        TransformerConfig config = model.Config;
        _model = model;
        _options = options;
        Capacity = capacity;
        _splits = CudaAttention.Splits(driver.Facts, config.KeyValueHeads, options.AttentionBlocks);
        _cache = new CudaMemory(driver, 2L * config.Layers * CacheBytes);
        _vectors = new CudaMemory(driver, 4L * (Vectors.End(model) + config.VocabularySize));
        _shares = new CudaMemory(driver, CudaAttention.ScratchBytes(model.Shape, _splits));
        _counters = new CudaMemory(driver, 4L * config.KeyValueHeads);
        _state = new CudaMemory(driver, 16);
        _ids = new CudaMemory(driver, 4L * capacity);
        _angles = CudaMemory.Of<float>(driver, Angles(config, capacity));
        _counters.Fill(0);
        _ids.Fill(0);
    }

    public int Capacity { get; }

    /// <summary>Bytes of keys and values a step at a length reads.</summary>
    public long CacheBytesAt(int length) => 2L * 2 * length * _model.Config.Layers * _model.Config.KeyValueHeads * _model.Config.HeadSize;

    private long CacheBytes => 2L * Capacity * _model.Config.KeyValueHeads * _model.Config.HeadSize;

    /// <summary>Begins a text: these ids are read, what follows is chosen.</summary>
    public void Start(ReadOnlySpan<int> ids)
    {
        _ids.Write(ids);
        Seek(0, ids.Length);
    }

    /// <summary>Goes to a position, whatever the cache holds before it.</summary>
    public void Seek(int position, int given) => _state.Write<DecodeState>([new DecodeState { Position = position - 1, Given = given }]);

    /// <summary>Fills the cache with numbers, for measurements at a length nobody decoded.</summary>
    public void MakeUpCache() => CudaFill.Fill(
        _model.Kernels, _cache.Address, _cache.Bytes, _options.Bf16Cache ? FillKind.PairsOfBf16 : FillKind.PairsOfF16, seed: 99);

    /// <summary>Waits for the last step and gives its position and the greedy choice after it.</summary>
    public (int Position, int Next) ReadChoice()
    {
        Span<DecodeState> state = stackalloc DecodeState[1];
        _state.Read(state);
        return (state[0].Position, (int)(uint.MaxValue - (uint)state[0].Best));
    }

    /// <summary>Waits for the last step and copies its logits.</summary>
    public void ReadLogits(Span<float> logits) => _vectors.Read(logits, 4L * Vectors.End(_model));

    /// <summary>Launches one step, or records it.</summary>
    public void Launch(ICudaLauncher launcher)
    {
        TransformerConfig config = _model.Config;
        CudaKernels kernels = _model.Kernels;
        Vectors at = new(_vectors.Address, _model);
        launcher.Launch(
            kernels.Get("embedding", $"embed_{CudaGemv.Suffix(_model.Embedding.Format)}"),
            new CudaGrid(1, 1, 1024),
            new EmbeddingArguments
            {
                Table = _model.Embedding.Weights, Scales = _model.Embedding.Scales, Ids = _ids.Address, State = _state.Address, Output = at.Stream, Columns = config.Width,
            });
        for (int layer = 0; layer < config.Layers; layer++)
        {
            CudaLayer weights = _model.Layers[layer];
            nint keys = _cache.Address + (nint)(2L * layer * CacheBytes);
            Gemv(weights.Qkv, new GemvArguments { X = at.Stream, Norm = weights.AttentionNorm, Output = at.Qkv });
            CudaAttention.Launch(launcher, kernels, _model.Shape, _options.Bf16Cache, new AttentionArguments
            {
                Qkv = at.Qkv, Keys = keys, Values = keys + (nint)CacheBytes, Output = at.Mixed, Shares = _shares.Address, Counters = _counters.Address,
                Cosines = _angles.Address, Sines = _angles.Address + (nint)(_angles.Bytes / 2), Position = _state.Address,
                Capacity = Capacity, Splits = _splits, SmallestShare = _options.SmallestShare,
            });
            Gemv(weights.Output, new GemvArguments { X = at.Mixed, Residual = at.Stream, Output = at.Stream, Ending = GemvEnding.AddResidual });
            Gemv(weights.GateUp, new GemvArguments { X = at.Stream, Norm = weights.FeedForwardNorm, Output = at.Inner, Ending = GemvEnding.SwiGlu });
            Gemv(weights.Down, new GemvArguments { X = at.Inner, Residual = at.Stream, Output = at.Stream, Ending = GemvEnding.AddResidual });
        }

        Gemv(_model.Head, new GemvArguments { X = at.Stream, Norm = _model.FinalNorm, Output = at.Logits, Best = _state.Address + 8, Ending = GemvEnding.Greedy });

        void Gemv(CudaMatrix matrix, GemvArguments arguments) =>
            CudaGemv.Launch(launcher, kernels, matrix, _options.Plan?.Invoke(matrix) ?? CudaGemv.DefaultPlan(matrix, kernels.Driver.Facts.Multiprocessors), arguments with { Epsilon = config.NormalizationEpsilon });
    }

    public void Dispose()
    {
        foreach (CudaMemory memory in (CudaMemory[])[_cache, _vectors, _shares, _counters, _state, _ids, _angles])
        {
            memory.Dispose();
        }
    }

    // Cosines of every position, then sines.
    private static float[] Angles(TransformerConfig config, int capacity)
    {
        int half = config.HeadSize / 2;
        float[] angles = new float[2 * capacity * half];
        for (int position = 0; position < capacity; position++)
        {
            for (int pair = 0; pair < half; pair++)
            {
                (double sine, double cosine) = Math.SinCos(position * Math.Pow(config.RotaryBase, -2.0 * pair / config.HeadSize));
                angles[(position * half) + pair] = (float)cosine;
                angles[((capacity + position) * half) + pair] = (float)sine;
            }
        }

        return angles;
    }

    /// <summary>The vectors between the kernels, one after another; each a multiple of 16 bytes long.</summary>
    private readonly struct Vectors(nint start, CudaModel model)
    {
        private readonly TransformerConfig _config = model.Config;

        public nint Stream => start;

        public nint Qkv => Stream + (4 * _config.Width);

        public nint Mixed => Qkv + (4 * model.Layers[0].Qkv.Rows);

        public nint Inner => Mixed + (4 * _config.Heads * _config.HeadSize);

        public nint Logits => Inner + (4 * _config.FeedForwardWidth);

        /// <summary>Elements before the logits.</summary>
        public static int End(CudaModel model) => (int)(new Vectors(0, model).Logits / 4);
    }
}
