namespace AutoGpt.Sdk.Kernels;

/// <summary>How the weights of one format are multiplied: two tiles of 16 rows by one row of activations, or by four, which share what was unpacked.</summary>
internal unsafe interface IProduct
{
    /// <summary>Multiplies by one row.</summary>
    /// <param name="first">A tile.</param>
    /// <param name="second">Another, or the same.</param>
    /// <param name="row">The activations.</param>
    /// <param name="layout">Theirs.</param>
    /// <param name="sums">Receives <c>[2, 16]</c>.</param>
    static abstract void ByOne<L, V>(byte* first, byte* second, byte* row, ActivationLayout layout, float* sums)
        where L : ILanes<V>
        where V : unmanaged;

    /// <summary>Multiplies by four rows, one stride apart.</summary>
    /// <param name="first">A tile.</param>
    /// <param name="second">Another, or the same.</param>
    /// <param name="row">The activations of the first.</param>
    /// <param name="layout">Theirs.</param>
    /// <param name="sums">Receives <c>[2, 4, 16]</c>.</param>
    static abstract void ByFour<L, V>(byte* first, byte* second, byte* row, ActivationLayout layout, float* sums)
        where L : ILanes<V>
        where V : unmanaged;
}
