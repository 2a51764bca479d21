using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>A tensor's elements as bytes, row-major, wherever it lies.</summary>
internal static class TensorBytes
{
    public static byte[] Copy(Tensor tensor)
    {
        using IDisposable noGradient = no_grad();
        using Tensor detached = tensor.detach();
        using Tensor local = detached.cpu();
        using Tensor rows = local.contiguous();
        return rows.bytes.ToArray();
    }
}
