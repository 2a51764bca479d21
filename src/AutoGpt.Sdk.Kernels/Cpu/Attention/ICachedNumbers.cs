namespace AutoGpt.Sdk.Kernels;

/// <summary>How the attention kernel reads cached elements.</summary>
internal unsafe interface ICachedNumbers
{
    static abstract int Bytes { get; }

    /// <summary>Whether 32 elements share a scale.</summary>
    static abstract bool HasScales { get; }

    static abstract V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged;
}

internal readonly unsafe struct CachedSingles : ICachedNumbers
{
    public static int Bytes => 4;

    public static bool HasScales => false;

    public static V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged => L.Load(source);
}

internal readonly unsafe struct CachedHalves : ICachedNumbers
{
    public static int Bytes => 2;

    public static bool HasScales => false;

    public static V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged => L.LoadHalves((ushort*)source);
}

internal readonly unsafe struct CachedBytes : ICachedNumbers
{
    public static int Bytes => 1;

    public static bool HasScales => true;

    public static V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged => L.ToSingle(L.LoadSignedBytes((sbyte*)source));
}
