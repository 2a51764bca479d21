namespace AutoGpt.Sdk.Kernels;

/// <summary>How the weights of one format are multiplied: a tile of 32 rows by one row of activations, or by four, which share what was unpacked.</summary>
internal unsafe interface IProduct
{
    /// <summary>Multiplies by one row.</summary>
    /// <param name="tile">The weights.</param>
    /// <param name="row">The activations.</param>
    /// <param name="layout">Theirs.</param>
    /// <param name="sums">Receives <c>[32]</c>.</param>
    static abstract void ByOne<L, V>(byte* tile, byte* row, ActivationLayout layout, float* sums)
        where L : ILanes<V>
        where V : unmanaged;

    /// <summary>Multiplies by four rows, one stride apart.</summary>
    /// <param name="tile">The weights.</param>
    /// <param name="row">The activations of the first.</param>
    /// <param name="layout">Theirs.</param>
    /// <param name="sums">Receives <c>[4, 32]</c>.</param>
    static abstract void ByFour<L, V>(byte* tile, byte* row, ActivationLayout layout, float* sums)
        where L : ILanes<V>
        where V : unmanaged;
}
