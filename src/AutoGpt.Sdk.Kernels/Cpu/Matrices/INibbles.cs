namespace AutoGpt.Sdk.Kernels;

/// <summary>A format of 32 columns a block whose weights are small unsigned numbers less an offset, with a half-precision scale.</summary>
internal unsafe interface INibbles
{
    /// <summary>What is subtracted from a stored number.</summary>
    static abstract int Offset { get; }

    /// <summary>Bytes of fifth bits at the start of a block.</summary>
    static abstract int HighBytes { get; }

    /// <summary>Bytes of a block of a tile: fifth bits, four times 32 rows' pairs of groups of four columns, then the rows' scales.</summary>
    static abstract int BlockBytes { get; }

    /// <summary>Whether the products of a whole block fit 16 bits; otherwise those of half a block do.</summary>
    static abstract bool IsNarrow { get; }

    /// <summary>The fifth bits of a block; zero where there are none.</summary>
    static abstract V LoadHigh<L, V>(byte* block)
        where L : ILanes<V>
        where V : unmanaged;
}

/// <summary>GGML's Q4_0: four bits, less 8. Low halves hold the first 16 columns.</summary>
internal readonly unsafe struct FourBits : INibbles
{
    public static int Offset => 8;

    public static int HighBytes => 0;

    public static int BlockBytes => 512 + 64;

    public static bool IsNarrow => true;

    public static V LoadHigh<L, V>(byte* block)
        where L : ILanes<V>
        where V : unmanaged => L.Zero;
}

/// <summary>GGML's Q5_0: bytes whose bit k is the fifth bit of the k-th group of four columns, then four bits as in Q4_0; less 16.</summary>
internal readonly unsafe struct FiveBits : INibbles
{
    public static int Offset => 16;

    public static int HighBytes => 128;

    public static int BlockBytes => HighBytes + 512 + 64;

    public static bool IsNarrow => false;

    public static V LoadHigh<L, V>(byte* block)
        where L : ILanes<V>
        where V : unmanaged => L.Load(block);
}
