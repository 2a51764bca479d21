using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace AutoGpt.Sdk.Kernels;

/// <summary><see cref="FourBitSuperProduct"/> as code: registers 2 and 3 hold the factors of both halves of a tile, 4 and 5 those of the minimums.</summary>
internal sealed class VnniFourBitSuper(ActivationLayout layout, int rows) : VnniCode(layout, rows)
{
    protected override void WriteBlocks() => Repeat(Blocks / 8, ecx, () =>
    {
        AssemblerRegisterZMM[] factors = [zmm2, zmm3, zmm4, zmm5];
        for (int index = 0; index < 4; index++)
        {
            LoadHalves(factors[index], __ymmword_ptr[Tile + (32 * index)]);
        }

        Code.add(Tile, FourBitSuperProduct.FactorBytes);
        Repeat(8, r10d, WriteBlock);
    });

    private void WriteBlock()
    {
        ClearSums(2 * Rows);
        for (int vector = 0; vector < 4; vector++)
        {
            for (int half = 0; half < 2; half++)
            {
                Code.vmovdqu32(zmm0, __zmmword_ptr[Tile + (128 * vector) + (64 * half)]);
                Code.vpsrlw(zmm1, zmm0, 4);
                Code.vpandd(zmm0, zmm0, Constant(Constants.LowHalves));
                Code.vpandd(zmm1, zmm1, Constant(Constants.LowHalves));
                for (int row = 0; row < Rows; row++)
                {
                    Code.vpdpbusd(Sum((2 * row) + half), zmm0, Bytes(row, vector));
                }

                for (int row = 0; row < Rows; row++)
                {
                    Code.vpdpbusd(Sum((2 * row) + half), zmm1, Bytes(row, 4 + vector));
                }
            }
        }

        for (int half = 0; half < 2; half++)
        {
            LoadSmall(512 + (16 * half), half == 0 ? zmm2 : zmm3);
            for (int row = 0; row < Rows; row++)
            {
                Code.vmulps(zmm1, zmm0, Scale(row));
                Code.vcvtdq2ps(Sum((2 * row) + half), Sum((2 * row) + half));
                AddProduct(row, half, Sum((2 * row) + half), zmm1);
            }

            LoadSmall(512 + 32 + (16 * half), half == 0 ? zmm4 : zmm5);
            for (int row = 0; row < Rows; row++)
            {
                Code.vcvtdq2ps(zmm1, BlockSum(row));
                Code.vmulps(zmm1, zmm1, Scale(row));
                SubtractProduct(row, half, zmm1, zmm0);
            }
        }

        Advance(FourBitSuperProduct.BlockBytes);
    }

    // A row's small number times its factor.
    private void LoadSmall(int offset, AssemblerRegisterZMM factor)
    {
        Code.vpmovzxbd(zmm0, __xmmword_ptr[Tile + offset]);
        Code.vcvtdq2ps(zmm0, zmm0);
        Code.vmulps(zmm0, factor, zmm0);
    }
}
