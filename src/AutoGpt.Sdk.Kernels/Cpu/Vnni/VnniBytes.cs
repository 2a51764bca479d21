using static Iced.Intel.AssemblerRegisters;

namespace AutoGpt.Sdk.Kernels;

/// <summary><see cref="ByteProduct"/> as code: weights raised by 128 are unsigned; 128 times the activations' sum is taken off.</summary>
internal sealed class VnniBytes(ActivationLayout layout, int rows) : VnniCode(layout, rows)
{
    protected override void WriteBlocks() => Repeat(Blocks, ecx, () =>
    {
        ClearSums(2 * Rows);
        Code.vpord(zmm2, Sum(0), Constant(Constants.SignBits));
        for (int group = 0; group < 8; group++)
        {
            Code.vpxord(zmm0, zmm2, __zmmword_ptr[Tile + (128 * group)]);
            Code.vpxord(zmm1, zmm2, __zmmword_ptr[Tile + (128 * group) + 64]);
            for (int row = 0; row < Rows; row++)
            {
                Code.vpdpbusd(Sum(2 * row), zmm0, Bytes(row, group));
                Code.vpdpbusd(Sum((2 * row) + 1), zmm1, Bytes(row, group));
            }
        }

        for (int half = 0; half < 2; half++)
        {
            LoadHalves(zmm0, __ymmword_ptr[Tile + (8 * 128) + (32 * half)]);
            for (int row = 0; row < Rows; row++)
            {
                Convert(Sum((2 * row) + half), BlockSum(row), 7, zmm1);
                Code.vmulps(zmm1, zmm0, Scale(row));
                AddProduct(row, half, Sum((2 * row) + half), zmm1);
            }
        }

        Advance(ByteProduct.BlockBytes);
    });
}
