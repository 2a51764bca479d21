namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// A row of activations as the products read it. In blocks of 32 columns: signed bytes, their magnitudes and signs apart, a scale, and the sums that weights with
/// an offset need; behind them the numbers themselves. Columns are filled up with zeros to a whole block.
/// </summary>
internal readonly record struct ActivationLayout(int Columns)
{
    public const int BlockSize = 32;

    public int Blocks { get; } = (Columns + BlockSize - 1) / BlockSize;

    public int Padded => Blocks * BlockSize;

    /// <summary>Magnitudes of the bytes; the signed bytes themselves lie at the row's start.</summary>
    public int Magnitudes => Padded;

    /// <summary>All ones where a byte is negative.</summary>
    public int Signs => 2 * Padded;

    /// <summary>A single a block.</summary>
    public int Scales => 3 * Padded;

    /// <summary>The sum of a block's bytes, an integer a block.</summary>
    public int Sums => Scales + (4 * Blocks);

    /// <summary>The sum of the negative bytes' magnitudes, an integer a block.</summary>
    public int Negatives => Sums + (4 * Blocks);

    /// <summary>The sum of 16 bytes, two integers a block.</summary>
    public int HalfSums => Negatives + (4 * Blocks);

    /// <summary>The numbers themselves, singles.</summary>
    public int Values => (HalfSums + (8 * Blocks) + 63) & ~63;

    /// <summary>The numbers times <see cref="HalfPrecision.Raise"/>, singles.</summary>
    public int RaisedValues => Values + (4 * Padded);

    /// <summary>Bytes from one row to the next: whole cache lines.</summary>
    public int Stride => RaisedValues + (4 * Padded);
}
