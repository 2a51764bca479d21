namespace AutoGpt.Sdk.Kernels;

/// <summary>What an <see cref="AttentionPass"/> goes over.</summary>
public sealed record AttentionPassShape
{
    /// <summary>Sequences, at least 1.</summary>
    public required int Batch { get; init; }

    /// <summary>Positions of each, at least 1.</summary>
    public required int Length { get; init; }

    /// <summary>Heads of queries, at least 1.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values, which divide <see cref="Heads"/>.</summary>
    public required int SharedHeads { get; init; }

    /// <summary>Elements of a head, at least 1; even where heads are rotated.</summary>
    public required int HeadSize { get; init; }

    /// <summary>How many positions back a query sees, itself included; null for all of them.</summary>
    public int? Window { get; init; }

    /// <summary>Where set, queries and keys are normalised (<see cref="RmsNorm"/>) with this epsilon.</summary>
    public float? NormEpsilon { get; init; }

    /// <summary>Share of weights that is dropped, from 0 and below 1.</summary>
    public float Dropout { get; init; }

    /// <summary>Decides which; a pass and its backward pass need the same.</summary>
    public uint Seed { get; init; }

    /// <summary>Pieces of work that are independent of each other.</summary>
    public int Items => Batch * SharedHeads;

    /// <summary>Numbers of queries, keys and values in a position: <c>(heads + 2 · shared) · size</c>.</summary>
    public int ProjectedWidth => (Heads + (2 * SharedHeads)) * HeadSize;

    internal int Groups => Heads / SharedHeads;
}
