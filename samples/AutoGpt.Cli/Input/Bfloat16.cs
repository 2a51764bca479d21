using System.Runtime.Intrinsics.X86;

namespace AutoGpt.Cli.Input;

/// <summary>Whether bfloat16 is worth asking for on this processor.</summary>
internal static class Bfloat16
{
    // CPUID's feature bits (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A).
    private const int Avx512Bf16 = 1 << 5;
    private const int AmxBf16 = 1 << 22;

    /// <summary>Tells on standard error where the processor lacks the instructions: libtorch then makes up for them. Of other processors than Intel's and AMD's nothing is known.</summary>
    public static void Warn()
    {
        if (X86Base.IsSupported && (X86Base.CpuId(7, 1).Eax & Avx512Bf16) == 0 && (X86Base.CpuId(7, 0).Edx & AmxBf16) == 0)
        {
            Console.Error.WriteLine("warning: this processor has no instructions for bfloat16; without --bf16 training is several times as fast.");
        }
    }
}
