using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// <see cref="SixBitSuperProduct"/> as code: sums 0 to 3 are of a row's first 16 columns, 4 to 7 of the others, of one half of the tile after the other. Registers 2
/// and 3 hold the upper bits of both, then both scales; 4 and 5 the factors of the tile's halves.
/// </summary>
internal sealed class VnniSixBitSuper(ActivationLayout layout, int rows) : VnniCode(layout, rows)
{
    private const int Late = 4;

    protected override void WriteBlocks() => Repeat(Blocks / 8, ecx, () =>
    {
        LoadHalves(zmm4, __ymmword_ptr[Tile]);
        LoadHalves(zmm5, __ymmword_ptr[Tile + 32]);
        Code.add(Tile, SixBitSuperProduct.FactorBytes);
        Repeat(8, r10d, () =>
        {
            WriteHalf(0, zmm4);
            WriteHalf(1, zmm5);
            Advance(SixBitSuperProduct.BlockBytes);
        });
    });

    private void WriteHalf(int half, AssemblerRegisterZMM factor)
    {
        int start = SixBitSuperProduct.HalfBytes * half;
        ClearSums(Late + Rows);
        Code.vmovdqu32(zmm2, __zmmword_ptr[Tile + start]);
        Code.vmovdqu32(zmm3, __zmmword_ptr[Tile + start + 64]);
        for (int vector = 0; vector < 4; vector++)
        {
            Multiply(start, vector, zmm2, 0);
            Multiply(start, vector, zmm3, Late);
        }

        int scales = (2 * SixBitSuperProduct.HalfBytes) + (32 * half);
        Code.vpmovsxbd(zmm2, __xmmword_ptr[Tile + scales]);
        Code.vcvtdq2ps(zmm2, zmm2);
        Code.vpmovsxbd(zmm3, __xmmword_ptr[Tile + scales + 16]);
        Code.vcvtdq2ps(zmm3, zmm3);
        for (int row = 0; row < Rows; row++)
        {
            Code.vmulps(zmm0, factor, Scale(row));
            AddScaled(row, half, Sum(row), HalfSum(row, 0), zmm2);
            AddScaled(row, half, Sum(Late + row), HalfSum(row, 1), zmm3);
        }
    }

    // Upper bits lie at 4 and 5 for vector 0, two places further up for 1, four and two further down for 2 and 3.
    private void Multiply(int start, int vector, AssemblerRegisterZMM upper, int firstSum)
    {
        AssemblerMemoryOperand packed = __zmmword_ptr[Tile + start + 128 + (64 * vector)];
        switch (vector)
        {
            case 0:
                Code.vmovdqa32(zmm1, upper);
                break;
            case 1:
                Code.vpsrlw(zmm1, upper, 2);
                break;
            default:
                Code.vpsllw(zmm1, upper, (byte)(8 - (2 * vector)));
                break;
        }

        Code.vpandd(zmm1, zmm1, Constant(Constants.UpperBits));
        if (firstSum == Late)
        {
            Code.vpsrlw(zmm0, packed, 4);
            Code.vpandd(zmm0, zmm0, Constant(Constants.LowHalves));
        }
        else
        {
            Code.vmovdqu32(zmm0, packed);
            Code.vpandd(zmm0, zmm0, Constant(Constants.LowHalves));
        }

        Code.vpord(zmm0, zmm0, zmm1);
        for (int row = 0; row < Rows; row++)
        {
            Code.vpdpbusd(Sum(firstSum + row), zmm0, Bytes(row, (firstSum == Late ? 4 : 0) + vector));
        }
    }

    private void AddScaled(int row, int half, AssemblerRegisterZMM sum, AssemblerMemoryOperand offset, AssemblerRegisterZMM scale)
    {
        Code.vpslld(zmm1, offset, 5);
        Code.vpsubd(sum, sum, zmm1);
        Code.vcvtdq2ps(sum, sum);
        Code.vmulps(zmm1, zmm0, scale);
        Code.vfmadd231ps(Total(row, half), sum, zmm1);
    }
}
