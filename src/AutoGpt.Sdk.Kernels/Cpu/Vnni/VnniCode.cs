using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Writes the machine code of one format's product: a tile of 32 rows of weights times one to eight rows of activations. For this .NET has no method: VPDPBUSD
/// multiplies 64 unsigned by signed bytes and adds them to 16 integers in one instruction, where the methods it has take three. Sums of integers are exact and the
/// arithmetic in floating point comes in the order of <see cref="IProduct"/>'s code, so that both give the same bits.
/// </summary>
/// <remarks>
/// Only registers that neither Linux nor Windows wants back are used: of the vectors 16 to 31, and 0 to 5, which are the formats' own. The layout of the activations is known when the code is written: a row's place is a constant.
/// </remarks>
internal abstract class VnniCode(ActivationLayout layout, int rows)
{
    /// <summary>Rows of activations at once: 16 sums of theirs fill the registers, and the totals are added to in memory.</summary>
    public const int MostRows = 8;

    private const int LineSize = 64;

    private const int PrefetchDistance = 8192;

    // With so many, totals and sums share the registers.
    private const int MostRowsInRegisters = 4;

    private static readonly AssemblerRegisterZMM[] s_registers =
        [zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31];

    private readonly Label[] _constants = new Label[Enum.GetValues<Constants>().Length];

    /// <summary>Where the tile is read.</summary>
    protected static AssemblerRegister64 Tile => rax;

    /// <summary>The blocks of 32 columns of a row.</summary>
    protected int Blocks => layout.Blocks;

    /// <summary>How many rows of activations.</summary>
    protected int Rows => rows;

    protected Assembler Code { get; } = new(64);

    /// <summary>The code of a product: <c>void (byte* tile, byte* row, float* sums)</c>, which writes <c>[rows, 32]</c>.</summary>
    /// <param name="format">A quantised format.</param>
    /// <param name="layout">The activations' layout.</param>
    /// <param name="rows">Rows of activations, one stride apart: 1 to <see cref="MostRows"/>.</param>
    /// <param name="isWindows">Whose calling convention.</param>
    public static byte[] Write(WeightFormat format, ActivationLayout layout, int rows, bool isWindows)
    {
        VnniCode code = format switch
        {
            WeightFormat.Q8_0 => new VnniBytes(layout, rows),
            WeightFormat.Q4_0 => new VnniNibbles<FourBits>(layout, rows),
            WeightFormat.Q5_0 => new VnniNibbles<FiveBits>(layout, rows),
            WeightFormat.Q4_K => new VnniFourBitSuper(layout, rows),
            WeightFormat.Q6_K => new VnniSixBitSuper(layout, rows),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of bytes."),
        };
        return code.Write(isWindows);
    }

    private bool AreTotalsInRegisters => rows <= MostRowsInRegisters;

    /// <summary>An integer sum, of two a row; what for is the format's business.</summary>
    protected AssemblerRegisterZMM Sum(int index) => s_registers[AreTotalsInRegisters ? (2 * MostRowsInRegisters) + index : index];

    /// <summary>The product from the first block to the last.</summary>
    protected abstract void WriteBlocks();

    /// <summary>Repeats code; its count is kept in a register of its own.</summary>
    protected void Repeat(int times, AssemblerRegister32 counter, Action body)
    {
        Label start = Code.CreateLabel();
        Code.mov(counter, times);
        Code.Label(ref start);
        body();
        Code.dec(counter);
        Code.jne(start);
    }

    /// <summary>Four of a row's bytes in all lanes: columns <c>4 · group</c> onwards of the block.</summary>
    protected AssemblerMemoryOperand Bytes(int row, int group) => __dword_bcst[rdx + (row * layout.Stride) + (4 * group)];

    /// <summary>The scale of a row's block in all lanes.</summary>
    protected AssemblerMemoryOperand Scale(int row) => __dword_bcst[rdx + (row * layout.Stride) + ActivationBlock.ScaleAt];

    /// <summary>The sum of a row's block in all lanes.</summary>
    protected AssemblerMemoryOperand BlockSum(int row) => __dword_bcst[rdx + (row * layout.Stride) + ActivationBlock.SumAt];

    /// <summary>The sum of 16 columns of a row's block in all lanes.</summary>
    protected AssemblerMemoryOperand HalfSum(int row, int half) => __dword_bcst[rdx + (row * layout.Stride) + (half == 0 ? ActivationBlock.FirstSumAt : ActivationBlock.SecondSumAt)];

    /// <summary>Goes on to the next block.</summary>
    protected void Advance(int tileBytes)
    {
        // With one row the weights are read as fast as they come, and a prefetch only takes a place in the queue. With more the products take longer than the
        // reads, which the processor's own prefetcher stops at each page's end: there a line asked for two pages ahead saves a quarter of a batch's time.
        for (int line = 0; rows > 1 && line < tileBytes; line += LineSize)
        {
            Code.prefetcht1(__byte_ptr[rax + PrefetchDistance + line]);
        }

        Code.add(rax, tileBytes);
        Code.add(rdx, ActivationBlock.Size);
    }

    /// <summary>A constant in all lanes.</summary>
    protected AssemblerMemoryOperand Constant(Constants constant) => __dword_bcst[_constants[(int)constant]];

    /// <summary>16 halves as singles, as <see cref="ILanes{V}.LoadHalves"/> makes them.</summary>
    protected void LoadHalves(AssemblerRegisterZMM target, AssemblerMemoryOperand source)
    {
        Code.vpmovsxwd(target, source);
        Code.vpslld(target, target, 13);
        Code.vpandd(target, target, Constant(Constants.HalfBits));
        Code.vmulps(target, target, Constant(Constants.HalfBias));
    }

    /// <summary>Begins sums at zero.</summary>
    protected void ClearSums(int count)
    {
        for (int index = 0; index < count; index++)
        {
            Code.vpxord(Sum(index), Sum(index), Sum(index));
        }
    }

    /// <summary>Takes an offset off a sum and makes it a single: <c>sum − offset · 2^shift</c>.</summary>
    protected void Convert(AssemblerRegisterZMM sum, AssemblerMemoryOperand offset, int shift, AssemblerRegisterZMM scratch)
    {
        Code.vpslld(scratch, offset, (byte)shift);
        Code.vpsubd(sum, sum, scratch);
        Code.vcvtdq2ps(sum, sum);
    }

    /// <summary>Adds a product to the total of a row and half a tile, rounded once. The first factor is lost.</summary>
    protected void AddProduct(int row, int half, AssemblerRegisterZMM left, AssemblerRegisterZMM right)
    {
        if (AreTotalsInRegisters)
        {
            Code.vfmadd231ps(s_registers[(2 * row) + half], left, right);
            return;
        }

        Code.vfmadd213ps(left, right, Total(row, half));
        Code.vmovups(Total(row, half), left);
    }

    /// <summary>The same, subtracted.</summary>
    protected void SubtractProduct(int row, int half, AssemblerRegisterZMM left, AssemblerRegisterZMM right)
    {
        if (AreTotalsInRegisters)
        {
            Code.vfnmadd231ps(s_registers[(2 * row) + half], left, right);
            return;
        }

        Code.vfnmadd213ps(left, right, Total(row, half));
        Code.vmovups(Total(row, half), left);
    }

    private static AssemblerMemoryOperand Total(int row, int half) => __zmmword_ptr[r11 + (64 * ((2 * row) + half))];

    private void StoreTotals()
    {
        for (int index = 0; index < 2 * rows; index++)
        {
            Code.vmovups(Total(0, index), s_registers[index]);
        }
    }

    private byte[] Write(bool isWindows)
    {
        for (int index = 0; index < _constants.Length; index++)
        {
            _constants[index] = Code.CreateLabel();
        }

        Code.mov(rax, isWindows ? rcx : rdi);
        Code.mov(r11, isWindows ? r8 : rdx);
        if (!isWindows)
        {
            Code.mov(rdx, rsi);
        }

        for (int index = 0; index < 2 * rows; index++)
        {
            Code.vpxord(s_registers[index], s_registers[index], s_registers[index]);
        }

        if (!AreTotalsInRegisters)
        {
            StoreTotals();
        }

        WriteBlocks();
        if (AreTotalsInRegisters)
        {
            StoreTotals();
        }

        Code.vzeroupper();
        Code.ret();
        ReadOnlySpan<uint> values = [0x0f0f_0f0f, 0x1010_1010, 0x3030_3030, 0x8080_8080, unchecked((uint)HalfPrecision.Bits), BitConverter.SingleToUInt32Bits(HalfPrecision.Bias)];
        for (int index = 0; index < values.Length; index++)
        {
            Code.Label(ref _constants[index]);
            Code.dd(values[index]);
        }

        using MemoryStream stream = new();
        Code.Assemble(new StreamCodeWriter(stream), 0);
        return stream.ToArray();
    }

    /// <summary>What lies behind the code, in its order.</summary>
    protected enum Constants
    {
        LowHalves,
        FifthBits,
        UpperBits,
        SignBits,
        HalfBits,
        HalfBias,
    }
}
