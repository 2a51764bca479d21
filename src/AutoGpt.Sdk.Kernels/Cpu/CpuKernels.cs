namespace AutoGpt.Sdk.Kernels;

/// <summary>Which of this processor's instructions the products use.</summary>
public static class CpuKernels
{
    /// <summary>
    /// The name of an <see cref="AppContext"/> switch: false keeps the kernels to instructions that .NET has methods for. By default, on Linux and Windows and
    /// processors with AVX-512 VNNI, the products of bytes are machine code that this library writes into memory of its own, some two and a half times as fast
    /// for prompts and batches. Results are the same to the bit.
    /// </summary>
    public const string MachineCodeSwitch = "AutoGpt.Sdk.Kernels.MachineCode";

    /// <summary>The instructions, in words: <c>AVX-512 VNNI</c>, <c>512-bit vectors</c>, and why not the first where the system refused it.</summary>
    public static string Description =>
        VnniKernel.IsSupported && VnniKernel.Refusal is null ? "AVX-512 VNNI"
        : (MatrixKernel.Width > 32 ? $"{MatrixKernel.Width}-bit vectors" : "no vectors")
            + (VnniKernel.Refusal is { } refusal ? $" (the system lets no code be executed: {refusal})" : string.Empty);
}
