namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Where a row of activations has what the products read: its blocks of bytes, the bytes' magnitudes and signs, the numbers themselves. Columns are filled up with
/// zeros to a whole block.
/// </summary>
internal readonly record struct ActivationLayout(int Columns)
{
    public int Blocks { get; } = (Columns + ActivationBlock.Columns - 1) / ActivationBlock.Columns;

    public int Padded => Blocks * ActivationBlock.Columns;

    /// <summary>Magnitudes of the bytes; the blocks lie at the row's start.</summary>
    public int Magnitudes => Blocks * ActivationBlock.Size;

    /// <summary>All ones where a byte is negative.</summary>
    public int Signs => Magnitudes + Padded;

    /// <summary>The numbers themselves, singles.</summary>
    public int Values => (Signs + Padded + 63) & ~63;

    /// <summary>The numbers times <see cref="HalfPrecision.Raise"/>, singles.</summary>
    public int RaisedValues => Values + (4 * Padded);

    /// <summary>Bytes from one row to the next: whole cache lines.</summary>
    public int Stride => RaisedValues + (4 * Padded);
}
