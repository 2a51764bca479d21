namespace AutoGpt.Sdk.Kernels;

/// <summary>How the weights of one format are multiplied: a tile of 32 rows by one row of activations, or by four, which share what was unpacked.</summary>
internal unsafe interface IProduct
{
    /// <summary>Blocks of 32 columns of a tile that fit the first cache with ease; whole super-blocks.</summary>
    static abstract int PieceBlocks { get; }

    /// <summary>Multiplies a part of the columns by one row.</summary>
    /// <param name="tile">The weights.</param>
    /// <param name="row">The activations.</param>
    /// <param name="layout">Theirs.</param>
    /// <param name="from">The first block; that of a super-block where there are such.</param>
    /// <param name="end">The first block that is not multiplied.</param>
    /// <param name="sums"><c>[32]</c>, added to; zero before the first block.</param>
    static abstract void ByOne<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged;

    /// <summary>Multiplies by four rows, one stride apart.</summary>
    /// <param name="tile">The weights.</param>
    /// <param name="row">The activations of the first.</param>
    /// <param name="layout">Theirs.</param>
    /// <param name="from">As for one row.</param>
    /// <param name="end">As for one row.</param>
    /// <param name="sums"><c>[4, 32]</c>, added to.</param>
    static abstract void ByFour<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged;
}
