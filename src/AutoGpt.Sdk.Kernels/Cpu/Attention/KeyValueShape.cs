namespace AutoGpt.Sdk.Kernels;

/// <summary>How keys and values are kept.</summary>
public enum KeyValueFormat
{
    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Half precision; magnitudes above 65,504 become that.</summary>
    F16,

    /// <summary>Signed bytes with a scale per 32 elements of a head.</summary>
    Q8,
}

/// <summary>What a token leaves behind for those after it.</summary>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Key and value heads of a layer.</param>
/// <param name="HeadSize">Elements of a head.</param>
/// <param name="Format">How they are kept.</param>
public readonly record struct KeyValueShape(int Layers, int Heads, int HeadSize, KeyValueFormat Format)
{
    /// <summary>Positions of a page, the unit of sharing: two tiles of 16.</summary>
    public const int PagePositions = 32;

    /// <summary>Bytes of a page: 32 positions of all layers.</summary>
    public long PageBytes => (long)Layers * Heads * HeadBytes;

    internal int Blocks => (HeadSize + 31) / 32;

    /// <summary>Elements of a value in memory, filled up to whole vectors.</summary>
    internal int ValueStride => (HeadSize + 15) & ~15;

    internal int ElementBytes => Format switch { KeyValueFormat.F32 => 4, KeyValueFormat.F16 => 2, _ => 1 };

    /// <summary>A tile of keys: element by element, the 16 positions side by side; behind them the scales, block by block.</summary>
    internal int KeyTileBytes => ((16 * HeadSize * ElementBytes) + (Format == KeyValueFormat.Q8 ? 32 * Blocks : 0) + 63) & ~63;

    /// <summary>A position's value, then the scales of all positions.</summary>
    internal int ValueBytes => ((PagePositions * ValueStride * ElementBytes) + (Format == KeyValueFormat.Q8 ? 2 * PagePositions * Blocks : 0) + 63) & ~63;

    internal int HeadBytes => (2 * KeyTileBytes) + ValueBytes;
}
