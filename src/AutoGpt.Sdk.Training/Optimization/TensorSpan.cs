using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>The memory of a contiguous single-precision tensor on the CPU; valid as long as the tensor.</summary>
internal static class TensorSpan
{
    public static Span<float> Of(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
