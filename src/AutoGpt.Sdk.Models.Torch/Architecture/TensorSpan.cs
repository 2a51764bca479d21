using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>The memory of a contiguous single-precision tensor on the CPU; valid as long as the tensor.</summary>
internal static class TensorSpan
{
    public static Span<float> Of(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>The same of a tensor that may not be there: an empty span then.</summary>
    public static Span<float> OfAny(Tensor? tensor) => tensor is null ? [] : Of(tensor);
}
