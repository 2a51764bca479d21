using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The products of a format of bytes as <see cref="VnniCode"/> writes them, on processors with AVX-512 VNNI.</summary>
internal sealed unsafe class VnniKernel : MatrixKernel
{
    private static readonly ConcurrentDictionary<(WeightFormat Format, int Columns), VnniKernel> s_kernels = new();
    private static volatile string? s_refusal;

    private readonly delegate* unmanaged<byte*, byte*, float*, void>[] _products = new delegate* unmanaged<byte*, byte*, float*, void>[VnniCode.MostRows];

    private VnniKernel(WeightFormat format, int columns)
    {
        for (int rows = 1; rows <= VnniCode.MostRows; rows++)
        {
            _products[rows - 1] = (delegate* unmanaged<byte*, byte*, float*, void>)ExecutableCode.Load(VnniCode.Write(format, new ActivationLayout(columns), rows, OperatingSystem.IsWindows()));
        }
    }

    /// <summary>Whether the processor has the instruction and the system the calling convention. Settings that switch AVX-512 off switch this off too.</summary>
    public static bool IsSupported { get; } = Lanes512.IsSupported && RuntimeInformation.ProcessArchitecture == Architecture.X64
        && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0
        && (!AppContext.TryGetSwitch(CpuKernels.MachineCodeSwitch, out bool isOn) || isOn);

    /// <summary>Why the system let no code be executed; null if it did, or was not asked.</summary>
    public static string? Refusal => s_refusal;

    /// <summary>The kernel of a format and width, or null where it cannot be had: the others give the same results.</summary>
    public static VnniKernel? TryOf(WeightFormat format, int columns)
    {
        if (!IsSupported || s_refusal is not null || format is WeightFormat.F32 or WeightFormat.F16 or WeightFormat.BF16)
        {
            return null;
        }

        try
        {
            return s_kernels.GetOrAdd((format, columns), key => new VnniKernel(key.Format, key.Columns));
        }
        catch (Win32Exception exception)
        {
            s_refusal = exception.Message;
            return null;
        }
    }

    public override ActivationParts Reads => ActivationParts.Bytes;

    public override int MostRows => VnniCode.MostRows;

    public override void Multiply(byte* tile, byte* row, ActivationLayout layout, int rows, float* sums) => _products[rows - 1](tile, row, sums);
}
