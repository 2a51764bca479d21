using System.ComponentModel;
using Iced.Intel;

namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Code that is written at run time: what it may touch, and that both calling conventions give the bits of the methods.</summary>
public sealed unsafe class VnniTests
{
    // Registers that the caller of one convention or the other finds as they were: rdi and rsi on Windows, where the code has no use for them either.
    private static readonly Register[] Kept =
        [Register.RBX, Register.RBP, Register.RSP, Register.R12, Register.R13, Register.R14, Register.R15, Register.RSI, Register.RDI,
            .. Enumerable.Range(6, 10).Select(index => Register.ZMM0 + index)];

    private static IEnumerable<WeightFormat> Formats => Enum.GetValues<WeightFormat>().Where(format => format.BlockLength() > 1);

    [Test]
    public void Code_reads_and_writes_what_it_should_and_leaves_alone_what_others_need(
        [ValueSource(nameof(Formats))] WeightFormat format, [Values(1, 4, 5, 8)] int rows, [Values] bool isWindows)
    {
        byte[] code = VnniCode.Write(format, new ActivationLayout(512), rows, isWindows);
        Decoder decoder = Decoder.Create(64, code);
        InstructionInfoFactory information = new();
        bool isAtEnd = false;
        for (int count = 0; !isAtEnd; count++)
        {
            Assert.That(count, Is.LessThan(code.Length), "the code ends");
            Instruction instruction = decoder.Decode();
            Assert.That(instruction.Code, Is.Not.EqualTo(Code.INVALID));
            isAtEnd = instruction.Code == Code.Retnq;
            foreach (UsedRegister used in information.GetInfo(instruction).GetUsedRegisters())
            {
                Register whole = used.Register.IsVectorRegister() ? Register.ZMM0 + used.Register.GetNumber() : used.Register.GetFullRegister();
                bool isWritten = used.Access is not OpAccess.Read and not OpAccess.CondRead and not OpAccess.NoMemAccess;
                bool isClearing = instruction.Code == Code.VEX_Vzeroupper || isAtEnd;
                Assert.That(isWritten && !isClearing && Kept.Contains(whole), Is.False, $"{instruction} writes {used.Register}");
            }
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void Instruction_by_instruction_both_calling_conventions_give_the_bits_of_the_methods(WeightFormat format) => Compare(format, (code, isWindows, tile, row, sums) =>
    {
        CodeInterpreter processor = new()
        {
            [isWindows ? Register.RCX : Register.RDI] = (ulong)tile,
            [isWindows ? Register.RDX : Register.RSI] = (ulong)row,
            [isWindows ? Register.R8 : Register.RDX] = (ulong)sums,
        };
        processor.Run(code);
    });

    [TestCaseSource(nameof(Formats))]
    public void On_the_processor_both_calling_conventions_give_the_bits_of_the_methods(WeightFormat format)
    {
        if (!VnniKernel.IsSupported || !OperatingSystem.IsLinux())
        {
            Assert.Ignore($"No AVX-512 VNNI here, or not Linux: {CpuKernels.Description}.");
        }

        Compare(format, (code, isWindows, tile, row, sums) =>
        {
            void* loaded = ExecutableCode.Load(code);
            if (isWindows)
            {
                // Linux's fourth, third and fifth arguments are in the registers of Windows' first, second and third.
                ((delegate* unmanaged<nint, nint, nint, nint, nint, void>)loaded)(0, 0, row, tile, sums);
            }
            else
            {
                ((delegate* unmanaged<nint, nint, nint, void>)loaded)(tile, row, sums);
            }
        });
    }

    [Test]
    public void Formats_without_bytes_have_no_such_code()
    {
        Assert.That(() => VnniCode.Write(WeightFormat.F16, new ActivationLayout(64), 1, false), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(VnniKernel.TryOf(WeightFormat.F32, 64), Is.Null);
    }

    [Test]
    public void Memory_that_cannot_be_had_is_an_error_with_the_systems_reason() =>
        Assert.That(() => ExecutableCode.Load([]), Throws.InstanceOf<Win32Exception>());

    private static void Compare(WeightFormat format, Action<byte[], bool, nint, nint, nint> run)
    {
        const int columns = 1024;
        ActivationLayout layout = new(columns);
        using PackedMatrix matrix = PackedMatrix.Pack(format, 32, columns, RandomWeightBlocks.Create(format, 32, columns, 8));
        using ActivationRows inputs = new(VnniCode.MostRows, columns);
        Random random = new(4);
        for (int row = 0; row < VnniCode.MostRows; row++)
        {
            foreach (ref float value in inputs[row])
            {
                value = random.NextSingle() - 0.5f;
            }

            inputs.Quantize(row);
        }

        MatrixKernel methods = MatrixKernel.Of(format, MatrixKernel.Width);
        for (int rows = 1; rows <= VnniCode.MostRows; rows++)
        {
            float[] expected = new float[32 * rows];
            float[] found = new float[32 * rows];
            fixed (float* target = expected)
            {
                for (int row = 0; row < rows; row++)
                {
                    methods.Multiply(matrix.Tile(0), inputs.Row(row), layout, 1, target + (32 * row));
                }
            }

            foreach (bool isWindows in (bool[])[false, true])
            {
                fixed (float* target = found)
                {
                    run(VnniCode.Write(format, layout, rows, isWindows), isWindows, (nint)matrix.Tile(0), (nint)inputs.Row(0), (nint)target);
                }

                Assert.That(found, Is.EqualTo(expected), $"{rows} rows, Windows: {isWindows}");
                Array.Clear(found);
            }
        }
    }
}
