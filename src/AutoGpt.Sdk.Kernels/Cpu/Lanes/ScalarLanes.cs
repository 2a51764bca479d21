namespace AutoGpt.Sdk.Kernels;

/// <summary>One lane, without any vector instruction: what every other width must equal.</summary>
internal readonly unsafe struct ScalarLanes : ILanes<int>
{
    public static int Count => 1;

    public static int Zero => 0;

    public static int Broadcast(int value) => value;

    public static int Broadcast(float value) => Bits(value);

    public static int Load(void* source) => *(int*)source;

    public static void Store(float* target, int value) => *target = Single(value);

    public static int LoadHalves(ushort* source) => Bits(Single(LoadRawHalves(source)) * HalfPrecision.Bias);

    public static int LoadRawHalves(ushort* source) => ((short)*source << 13) & HalfPrecision.Bits;

    public static int LoadBFloats(ushort* source) => *source << 16;

    public static int LoadSignedBytes(sbyte* source) => *source;

    public static int LoadBytes(byte* source) => *source;

    public static int And(int left, int right) => left & right;

    public static int Or(int left, int right) => left | right;

    public static int Xor(int left, int right) => left ^ right;

    public static int ShiftRightShorts(int value, int count) => Pack((ushort)value >> count, (int)((uint)value >> 16) >> count);

    public static int ShiftLeftShorts(int value, int count) => Pack(value << count, (value >> 16) << count);

    public static int MultiplyAddBytes(int unsigned, int signed) => Pack(
        ((byte)unsigned * (sbyte)signed) + ((byte)(unsigned >> 8) * (sbyte)(signed >> 8)),
        ((byte)(unsigned >> 16) * (sbyte)(signed >> 16)) + ((byte)(unsigned >> 24) * (sbyte)(signed >> 24)));

    public static int AddShorts(int left, int right) => Pack(left + right, (left >> 16) + (right >> 16));

    public static int SumShorts(int value) => (short)value + (value >> 16);

    public static int AddIntegers(int left, int right) => left + right;

    public static int ToSingle(int integers) => Bits(integers);

    public static int Add(int left, int right) => Bits(Single(left) + Single(right));

    public static int Multiply(int left, int right) => Bits(Single(left) * Single(right));

    public static int MultiplyAdd(int left, int right, int addend) => Bits(MathF.FusedMultiplyAdd(Single(left), Single(right), Single(addend)));

    private static int Pack(int low, int high) => (ushort)low | (high << 16);

    private static float Single(int bits) => BitConverter.Int32BitsToSingle(bits);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
}
