using System.Numerics;
using static Iced.Intel.AssemblerRegisters;

namespace AutoGpt.Sdk.Kernels;

/// <summary><see cref="NibbleProduct{F}"/> as code.</summary>
internal sealed class VnniNibbles<F>(ActivationLayout layout, int rows) : VnniCode(layout, rows)
    where F : INibbles
{
    protected override void WriteBlocks() => Repeat(Blocks, ecx, () =>
    {
        ClearSums(2 * Rows);
        for (int half = 0; half < 2; half++)
        {
            if (F.HighBytes > 0)
            {
                Code.vmovdqu32(zmm3, __zmmword_ptr[Tile + (64 * half)]);
            }

            for (int vector = 0; vector < 4; vector++)
            {
                Code.vmovdqu32(zmm0, __zmmword_ptr[Tile + F.HighBytes + (128 * vector) + (64 * half)]);
                Code.vpsrlw(zmm1, zmm0, 4);
                Multiply(half, vector, isHigh: false);
                Code.vmovdqa32(zmm0, zmm1);
                Multiply(half, vector, isHigh: true);
            }
        }

        for (int half = 0; half < 2; half++)
        {
            LoadHalves(zmm0, __ymmword_ptr[Tile + (F.BlockBytes - 64) + (32 * half)]);
            for (int row = 0; row < Rows; row++)
            {
                Convert(Sum((2 * row) + half), BlockSum(row), BitOperations.Log2((uint)F.Offset), zmm1);
                Code.vmulps(zmm1, zmm0, Scale(row));
                AddProduct(row, half, Sum((2 * row) + half), zmm1);
            }
        }

        Advance(F.BlockBytes);
    });

    // The lower half of zmm0's bytes; a fifth bit comes to bit 4 by a shift to the left in the first 16 columns, to the right in the others.
    private void Multiply(int half, int vector, bool isHigh)
    {
        Code.vpandd(zmm2, zmm0, Constant(Constants.LowHalves));
        if (F.HighBytes > 0)
        {
            if (isHigh)
            {
                Code.vpsrlw(zmm4, zmm3, (byte)vector);
            }
            else
            {
                Code.vpsllw(zmm4, zmm3, (byte)(4 - vector));
            }

            Code.vpandd(zmm4, zmm4, Constant(Constants.FifthBits));
            Code.vpord(zmm2, zmm2, zmm4);
        }

        for (int row = 0; row < Rows; row++)
        {
            Code.vpdpbusd(Sum((2 * row) + half), zmm2, Bytes(row, isHigh ? 4 + vector : vector));
        }
    }
}
