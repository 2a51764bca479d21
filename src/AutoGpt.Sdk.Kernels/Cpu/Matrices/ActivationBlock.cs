using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>32 columns of a row of activations as the products of bytes read them, in one cache line: the bytes, their scale, and the sums that weights with an offset need.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct ActivationBlock
{
    /// <summary>Bytes of a block.</summary>
    public const int Size = 64;

    /// <summary>Columns of a block.</summary>
    public const int Columns = 32;

    public const int ScaleAt = 32;
    public const int SumAt = 36;
    public const int FirstSumAt = 40;
    public const int SecondSumAt = 44;
    public const int NegativesAt = 48;

    public fixed sbyte Bytes[Columns];

    /// <summary>What a byte of 1 stands for.</summary>
    public float Scale;

    /// <summary>The sum of the bytes.</summary>
    public int Sum;

    /// <summary>The sum of the first 16.</summary>
    public int FirstSum;

    /// <summary>The sum of the others.</summary>
    public int SecondSum;

    /// <summary>The sum of the negative bytes' magnitudes.</summary>
    public int Negatives;
}
