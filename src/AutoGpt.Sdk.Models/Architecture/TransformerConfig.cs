namespace AutoGpt.Sdk.Models;

/// <summary>
/// The shape of a transformer, as a rule a decoder alone. One record expresses both the GPT-2 family (learned positions, LayerNorm, GELU, biases,
/// tied head) and the Llama family (rotary positions, RMSNorm, SwiGLU, no biases, grouped-query attention).
/// </summary>
public sealed record TransformerConfig
{
    // The table of positions is made when a network is loaded, before anybody asks for so long a text. A GiB is two million positions of 128 elements, and
    // the most that a lying configuration may take. A layer's keys are made only for the capacity that a caller asks for, and must fit an array.
    private const long LargestPositionTable = 1 << 28;
    private const long LargestKeyCache = 1 << 30;

    /// <summary>Number of token ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Tokens the model can attend over.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Size of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads per layer.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads per layer; divides <see cref="Heads"/>. Default: as many as <see cref="Heads"/>.</summary>
    public int KeyValueHeads { get => field == 0 ? Heads : field; init; }

    /// <summary>Size of one head. Default <see cref="Width"/> / <see cref="Heads"/>.</summary>
    public int HeadSize { get => field == 0 ? Width / Heads : field; init; }

    /// <summary>Inner size of the feed-forward network. Default: 4 × <see cref="Width"/>.</summary>
    public int FeedForwardWidth { get => field == 0 ? 4 * Width : field; init; }

    /// <summary>How positions enter. Default rotary.</summary>
    public PositionEncoding Positions { get; init; } = PositionEncoding.Rotary;

    /// <summary>The normalisation before attention, feed-forward and head. Default RMSNorm.</summary>
    public Normalization Normalization { get; init; } = Normalization.RmsNorm;

    /// <summary>Added to the variance before the root. Default 1e-5.</summary>
    public float NormalizationEpsilon { get; init; } = 1e-5f;

    /// <summary>The feed-forward network. Default SwiGLU.</summary>
    public Activation Activation { get; init; } = Activation.SwiGlu;

    /// <summary>Whether linear layers (but the head) and LayerNorms have biases. Default false.</summary>
    public bool Bias { get; init; }

    /// <summary>Whether the projections to queries, keys and values have biases, as in Qwen2. Default: where <see cref="Bias"/> is.</summary>
    public bool QueryKeyValueBias { get => field || Bias; init; }

    /// <summary>Whether each head of queries and keys is RMS-normalised before it is rotated, as in Qwen3. Default false.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Positions a token attends to, its own included, as in Mistral. At least 1. Default null: all before it.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Whether the head shares the token embedding. Default false.</summary>
    public bool TiedHead { get; init; }

    /// <summary>Base of the rotary frequencies. Default 10,000.</summary>
    public float RotaryBase { get; init; } = 10_000;

    /// <summary>How the rotary frequencies were stretched for longer contexts. Default null: not.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>The longest context whose table of positions and whose keys are within reason. The other numbers must be at least 1.</summary>
    internal long LongestContext => Math.Min(
        LargestPositionTable / (Positions == PositionEncoding.Rotary ? HeadSize : Width), LargestKeyCache / ((long)KeyValueHeads * HeadSize));

    /// <summary>Throws when the shape is impossible.</summary>
    /// <exception cref="ArgumentException">A number is out of range or does not divide; the message names it.</exception>
    public void Validate()
    {
        Require(VocabularySize >= 1, nameof(VocabularySize), VocabularySize, "at least 1");
        Require(ContextLength >= 1, nameof(ContextLength), ContextLength, "at least 1");
        Require(Width >= 1, nameof(Width), Width, "at least 1");
        Require(Layers >= 1, nameof(Layers), Layers, "at least 1");
        Require(Heads >= 1, nameof(Heads), Heads, "at least 1");
        Require(KeyValueHeads >= 1 && Heads % KeyValueHeads == 0, nameof(KeyValueHeads), KeyValueHeads, $"a divisor of the {Heads} heads");
        Require(HeadSize >= 1, nameof(HeadSize), HeadSize, "at least 1");
        Require(
            Positions != PositionEncoding.Rotary || HeadSize % 2 == 0, nameof(HeadSize), HeadSize, "even for rotary positions");
        Require(FeedForwardWidth >= 1, nameof(FeedForwardWidth), FeedForwardWidth, "at least 1");
        Require(
            ContextLength <= LongestContext, nameof(ContextLength), ContextLength,
            $"at most {LongestContext} with {KeyValueHeads} key-value heads of {HeadSize} and a width of {Width}");
        Require(NormalizationEpsilon > 0, nameof(NormalizationEpsilon), NormalizationEpsilon, "above 0");
        Require(RotaryBase > 0, nameof(RotaryBase), RotaryBase, "above 0");
        Require(SlidingWindow is null or >= 1, nameof(SlidingWindow), SlidingWindow ?? 0, "at least 1, or absent");
        RotaryScaling?.Validate();
    }

    /// <summary>Number of weights of a model of this shape.</summary>
    public long ParameterCount()
    {
        long queryWidth = (long)Heads * HeadSize;
        long keyWidth = (long)KeyValueHeads * HeadSize;
        long bias = Bias ? 1 : 0;
        long norm = Normalization == Normalization.LayerNorm ? (1 + bias) * Width : Width;
        long attention = (2 * queryWidth * Width) + (2 * keyWidth * Width) + (bias * Width)
            + (QueryKeyValueBias ? queryWidth + (2 * keyWidth) : 0) + (QueryKeyNorm ? 2 * HeadSize : 0);
        long feedForward = Activation == Activation.SwiGlu
            ? (3L * Width * FeedForwardWidth) + (bias * ((2L * FeedForwardWidth) + Width))
            : (2L * Width * FeedForwardWidth) + (bias * (FeedForwardWidth + Width));
        long embedding = (long)VocabularySize * Width;
        long positions = Positions == PositionEncoding.Learned ? (long)ContextLength * Width : 0;
        return (embedding * (TiedHead ? 1 : 2)) + positions + (Layers * (attention + feedForward + (2 * norm))) + norm;
    }

    /// <summary>Whether the shapes are the same, be a size stated or left to its default.</summary>
    /// <param name="other">The other shape.</param>
    public bool Equals(TransformerConfig? other) => other is not null && Identity.Equals(other.Identity);

    /// <inheritdoc />
    public override int GetHashCode() => Identity.GetHashCode();

    // The properties, not their fields: a field is 0 where the size follows from others.
    private (int, int, int, int, int, int, int, int, PositionEncoding, Normalization, float, Activation, bool, bool, float, bool, bool, int?, RotaryScaling?) Identity =>
        (VocabularySize, ContextLength, Width, Layers, Heads, KeyValueHeads, HeadSize, FeedForwardWidth, Positions, Normalization,
            NormalizationEpsilon, Activation, Bias, TiedHead, RotaryBase, QueryKeyValueBias, QueryKeyNorm, SlidingWindow, RotaryScaling);

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} is {value}; it must be {range}.", name);
        }
    }
}

/// <summary>How positions enter the network.</summary>
public enum PositionEncoding
{
    /// <summary>Fixed sines and cosines added to the embedding (Vaswani et al. 2017).</summary>
    Sinusoidal,

    /// <summary>A learned embedding per position (GPT-2).</summary>
    Learned,

    /// <summary>
    /// Queries and keys rotated by their position (Su et al. 2021), with element i paired with i + HeadSize/2 as in Hugging Face files.
    /// </summary>
    Rotary,
}

/// <summary>The normalisation of the residual stream.</summary>
public enum Normalization
{
    /// <summary>Zero mean, unit variance, then scale and shift (Ba et al. 2016).</summary>
    LayerNorm,

    /// <summary>Unit root mean square, then scale (Zhang and Sennrich 2019).</summary>
    RmsNorm,
}

/// <summary>The feed-forward network.</summary>
public enum Activation
{
    /// <summary>down(gelu(up(x))) with the tanh approximation (Hendrycks and Gimpel 2016), as in GPT-2.</summary>
    Gelu,

    /// <summary>down(silu(gate(x)) · up(x)) (Shazeer 2020), as in Llama.</summary>
    SwiGlu,
}
