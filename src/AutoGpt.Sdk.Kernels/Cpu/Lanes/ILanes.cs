namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// What a kernel does with a vector of 32-bit lanes, where a lane is a row of weights (or a cached position). A kernel is written once over this interface;
/// 512, 256 and 128 bits and a single lane give the same numbers bit for bit, because no operation goes across lanes.
/// </summary>
/// <typeparam name="V">The vector; its lanes hold integers or singles.</typeparam>
internal unsafe interface ILanes<V>
    where V : unmanaged
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    static abstract V Zero { get; }

    static abstract V Broadcast(int value);

    static abstract V Broadcast(float value);

    /// <summary>Reads a lane for each lane.</summary>
    static abstract V Load(void* source);

    static abstract void Store(float* target, V value);

    /// <summary>Half-precision numbers as singles, exactly; infinities become 65,536 and more.</summary>
    static abstract V LoadHalves(ushort* source);

    /// <summary>Half-precision numbers as singles with exponents 112 too low.</summary>
    static abstract V LoadRawHalves(ushort* source);

    /// <summary>bfloat16 numbers as singles, exactly.</summary>
    static abstract V LoadBFloats(ushort* source);

    static abstract V LoadSignedBytes(sbyte* source);

    static abstract V LoadBytes(byte* source);

    static abstract V And(V left, V right);

    static abstract V Or(V left, V right);

    static abstract V Xor(V left, V right);

    /// <summary>Shifts each half of a lane to the right, filling up with zeros.</summary>
    static abstract V ShiftRightShorts(V value, int count);

    static abstract V ShiftLeftShorts(V value, int count);

    /// <summary>Of four bytes in a lane: the first two products' sum in the lower half, the other two's in the upper; the sums must fit 16 bits.</summary>
    static abstract V MultiplyAddBytes(V unsigned, V signed);

    static abstract V AddShorts(V left, V right);

    /// <summary>The sum of the two signed halves of each lane.</summary>
    static abstract V SumShorts(V value);

    static abstract V AddIntegers(V left, V right);

    static abstract V ToSingle(V integers);

    static abstract V Add(V left, V right);

    static abstract V Multiply(V left, V right);

    /// <summary><c>left · right + addend</c>, rounded once.</summary>
    static abstract V MultiplyAdd(V left, V right, V addend);
}
