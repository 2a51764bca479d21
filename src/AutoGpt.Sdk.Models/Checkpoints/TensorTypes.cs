using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// How many bytes elements take. Quantised types keep elements in blocks along the innermost dimension, so a row must be whole blocks; the others are
/// blocks of one.
/// </summary>
public static class TensorTypes
{
    /// <summary>Elements per block: 1, 32 or 256.</summary>
    /// <param name="type">The element type.</param>
    public static int BlockLength(this TensorType type) => type.Format().BlockLength();

    /// <summary>Bytes per block, its scales included.</summary>
    /// <param name="type">The element type.</param>
    public static int BlockBytes(this TensorType type) => type.Format().BlockBytes();

    /// <summary>Whether elements share scales.</summary>
    /// <param name="type">The element type.</param>
    public static bool IsQuantized(this TensorType type) => type.BlockLength() > 1;

    /// <summary>Bytes of a row.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="length">Elements of the row, a multiple of <see cref="BlockLength"/>.</param>
    /// <exception cref="ArgumentException">The row is not whole blocks.</exception>
    public static long RowBytes(this TensorType type, long length) => length >= 0 && length % type.BlockLength() == 0
        ? length / type.BlockLength() * type.BlockBytes()
        : throw new ArgumentException($"A row of {length} elements is not whole blocks of {type.BlockLength()}, as {type} needs.", nameof(length));

    /// <summary>Whether a tensor's bytes are as many as its shape and type ask for, its rows whole blocks.</summary>
    internal static bool HasItsBytes(this in TensorView tensor) =>
        tensor.Shape.All(size => size >= 0)
        && (tensor.Shape.Count == 0 ? 1 : tensor.Shape[^1]) % tensor.Type.BlockLength() == 0
        && tensor.Count / tensor.Type.BlockLength() * tensor.Type.BlockBytes() == tensor.Data.Length;
}
