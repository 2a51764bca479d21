using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// <see cref="SixBitSuperProduct"/> as code: the first half of the sums is of the rows' first 16 columns, the second of the others, of one half of the tile after the other. Registers 2
/// and 3 hold the upper bits of both, then both scales; 4 and 5 the factors of the tile's halves.
/// </summary>
internal sealed class VnniSixBitSuper(ActivationLayout layout, int rows) : VnniCode(layout, rows)
{
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
        ClearSums(2 * Rows);
        Code.vmovdqu32(zmm2, __zmmword_ptr[Tile + start]);
        Code.vmovdqu32(zmm3, __zmmword_ptr[Tile + start + 64]);
        for (int vector = 0; vector < 4; vector++)
        {
            Multiply(start, vector, zmm2, isSecond: false);
            Multiply(start, vector, zmm3, isSecond: true);
        }

        int scales = (2 * SixBitSuperProduct.HalfBytes) + (32 * half);
        Code.vpmovsxbd(zmm2, __xmmword_ptr[Tile + scales]);
        Code.vcvtdq2ps(zmm2, zmm2);
        Code.vpmovsxbd(zmm3, __xmmword_ptr[Tile + scales + 16]);
        Code.vcvtdq2ps(zmm3, zmm3);
        for (int row = 0; row < Rows; row++)
        {
            Code.vmulps(zmm0, factor, Scale(row));
            Convert(Sum(row), HalfSum(row, 0), 5, zmm1);
            Code.vmulps(zmm1, zmm0, zmm2);
            AddProduct(row, half, Sum(row), zmm1);
            Convert(Sum(Rows + row), HalfSum(row, 1), 5, zmm1);
            Code.vmulps(zmm1, zmm0, zmm3);
            AddProduct(row, half, Sum(Rows + row), zmm1);
        }
    }

    // Upper bits lie at 4 and 5 for vector 0, two places further up for 1, four and two further down for 2 and 3.
    private void Multiply(int start, int vector, AssemblerRegisterZMM upper, bool isSecond)
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
        if (isSecond)
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
            Code.vpdpbusd(Sum((isSecond ? Rows : 0) + row), zmm0, Bytes(row, (isSecond ? 4 : 0) + vector));
        }
    }
}
