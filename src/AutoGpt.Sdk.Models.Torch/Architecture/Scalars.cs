using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Arithmetic with numbers that outlive the call. TorchSharp (0.107) makes an implicit <see cref="Scalar"/> of a number – of the 1 in <c>a + b = a.add(b, 1)</c>,
/// too, of the 2 in <c>square</c> – and lets go of it before the native call returns: a garbage collection on another thread at that moment frees what the call is reading. Tensors are
/// safe in a dispose scope; numbers have to be kept.
/// </summary>
internal static class Scalars
{
    private static readonly Scalar One = 1;

    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.add(kept, One);
    }

    public static Tensor Times(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.mul(kept);
    }

    public static Tensor PlusProduct(this Tensor tensor, Tensor left, Tensor right) => tensor.addcmul(left, right, One);

    public static Tensor AddInPlace(this Tensor tensor, Tensor other, double factor)
    {
        using Scalar kept = factor;
        return tensor.add_(other, kept);
    }

    public static Tensor MultiplyInPlace(this Tensor tensor, double factor)
    {
        using Scalar kept = factor;
        return tensor.mul_(kept);
    }

    public static Tensor FillInPlace(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.fill_(kept);
    }

    public static Tensor Full(long rows, long columns, double number, ScalarType type, Device device)
    {
        using Scalar kept = number;
        return full(rows, columns, kept, dtype: type, device: device);
    }
}
