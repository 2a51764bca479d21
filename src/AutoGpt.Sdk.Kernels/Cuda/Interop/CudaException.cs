using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>A call of the CUDA driver failed. <see cref="ExternalException.ErrorCode"/> is its CUresult.</summary>
public sealed class CudaException : ExternalException
{
    internal CudaException(string message, int error)
        : base(message, error)
    {
    }

    /// <summary>Throws unless a result is success.</summary>
    internal static void ThrowIfFailed(int result, string action)
    {
        if (result != 0)
        {
            throw new CudaException($"{action}: {Describe(result)}.", result);
        }
    }

    /// <summary>An error's name and text, as the driver tells them.</summary>
    internal static unsafe string Describe(int result)
    {
        string name = CudaNative.cuGetErrorName(result, out byte* pointer) == 0 && pointer is not null ? Marshal.PtrToStringUTF8((nint)pointer)! : "unknown error";
        string text = CudaNative.cuGetErrorString(result, out pointer) == 0 && pointer is not null ? Marshal.PtrToStringUTF8((nint)pointer)! : "the driver does not know it";
        return $"{name} ({result}), {text}";
    }
}
