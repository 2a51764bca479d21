using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// What an adapter remembers of the network it was trained on: the shape, and some numbers of the token embedding. Networks of one family and size have one shape; an adapter for another
/// of them would load and talk nonsense. Quantised or tuned further a network's numbers stay near; those of another are not.
/// </summary>
public sealed class NetworkFingerprint
{
    // A cosine: .99 between a network and its four-bit self, 0 ± .06 between two networks.
    private const double LeastLikeness = .5;
    private const int Rows = 32;
    private const int Columns = 8;

    private static readonly (string Name, Func<TransformerConfig, object> Of)[] s_sizes =
    [
        ("vocabulary", config => config.VocabularySize), ("width", config => config.Width), ("layers", config => config.Layers), ("heads", config => config.Heads),
        ("key-value heads", config => config.KeyValueHeads), ("head size", config => config.HeadSize), ("feed-forward width", config => config.FeedForwardWidth),
        ("positions", config => config.Positions), ("normalization", config => config.Normalization), ("activation", config => config.Activation),
    ];

    internal NetworkFingerprint(TransformerConfig shape, float[] sample)
    {
        Shape = shape;
        Sample = sample;
    }

    /// <summary>The shape of the network.</summary>
    public TransformerConfig Shape { get; }

    /// <summary>Elements of the token embedding, evenly spread.</summary>
    internal IReadOnlyList<float> Sample { get; }

    /// <summary>Looks at a network.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="tensors">Its weights.</param>
    /// <exception cref="CheckpointException">There is no token embedding of that shape.</exception>
    public static NetworkFingerprint Of(TransformerConfig shape, ITensorSource tensors)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(tensors);
        TensorView embedding = tensors.Find(TensorNames.Embedding, [shape.VocabularySize, shape.Width]);
        int rowBytes = embedding.Data.Length / shape.VocabularySize;
        return Of(shape, (row, values) => TensorReader.ReadSingles(embedding with { Shape = [1, shape.Width], Data = embedding.Data.Slice(row * rowBytes, rowBytes) }, values));
    }

    /// <summary>Looks at a network whose token embedding is at hand.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="copyRow">Writes a row of the embedding.</param>
    internal static NetworkFingerprint Of(TransformerConfig shape, Action<int, float[]> copyRow)
    {
        int rows = Math.Min(Rows, shape.VocabularySize);
        int columns = Math.Min(Columns, shape.Width);
        float[] sample = new float[rows * columns];
        float[] values = new float[shape.Width];
        for (int row = 0; row < rows; row++)
        {
            copyRow((int)((long)row * shape.VocabularySize / rows), values);
            for (int column = 0; column < columns; column++)
            {
                sample[(row * columns) + column] = values[(int)((long)column * shape.Width / columns)];
            }
        }

        return new NetworkFingerprint(shape, sample);
    }

    /// <summary>What tells a network from this one, or null.</summary>
    internal string? FindDifference(NetworkFingerprint other)
    {
        string[] sizes = [.. s_sizes.Where(size => !size.Of(Shape).Equals(size.Of(other.Shape))).Select(size => FormattableString.Invariant($"{size.Name} {size.Of(Shape)} instead of {size.Of(other.Shape)}"))];
        if (sizes.Length > 0)
        {
            return $"it has {string.Join(", ", sizes)}";
        }

        double likeness = Sample.Count == other.Sample.Count && !Sample.SequenceEqual(other.Sample) ? TensorPrimitives.CosineSimilarity<float>([.. Sample], [.. other.Sample]) : 1;
        return likeness >= LeastLikeness ? null : FormattableString.Invariant($"its token embedding has other numbers (a cosine of {likeness:0.00} between samples of the two)");
    }
}
