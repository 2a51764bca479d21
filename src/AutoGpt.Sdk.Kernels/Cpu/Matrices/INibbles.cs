namespace AutoGpt.Sdk.Kernels;

/// <summary>A format of 32 columns a block whose weights are small unsigned numbers less an offset, with a half-precision scale.</summary>
internal unsafe interface INibbles
{
    /// <summary>What is subtracted from a stored number.</summary>
    static abstract int Offset { get; }

    /// <summary>Bytes of a block of a tile, scales apart.</summary>
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

    public static int BlockBytes => 256;

    public static bool IsNarrow => true;

    public static V LoadHigh<L, V>(byte* block)
        where L : ILanes<V>
        where V : unmanaged => L.Zero;
}

/// <summary>GGML's Q5_0: four bits as in Q4_0, then bytes whose bit k is the fifth bit of the k-th group of four columns; less 16.</summary>
internal readonly unsafe struct FiveBits : INibbles
{
    public static int Offset => 16;

    public static int BlockBytes => 320;

    public static bool IsNarrow => false;

    public static V LoadHigh<L, V>(byte* block)
        where L : ILanes<V>
        where V : unmanaged => L.Load(block + 256);
}
