using System.Diagnostics.CodeAnalysis;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Named tensors: a memory-mapped file, or memory. Thread-safe. Disposing it ends the validity of the data it gave out.
/// </summary>
public interface ITensorSource : IDisposable
{
    /// <summary>The names, in the order of the file.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, when there is one.</param>
    bool TryGet(string name, out TensorView tensor);
}

/// <summary>A tensor's bytes where they lie, little-endian, row-major.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes, outermost first.</param>
/// <param name="Data">The bytes, valid as long as their source.</param>
public readonly record struct TensorView(string Name, TensorType Type, IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>Element types of checkpoint files that the decoder and the trainer read.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "GGML spells its types so.")]
public enum TensorType
{
    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a single.</summary>
    BF16,

    /// <summary>GGML: blocks of 32 signed bytes with a half-precision scale.</summary>
    Q8_0,

    /// <summary>GGML: blocks of 32 four-bit numbers, less 8, with a half-precision scale.</summary>
    Q4_0,

    /// <summary>GGML: blocks of 32 five-bit numbers, less 16, with a half-precision scale.</summary>
    Q5_0,

    /// <summary>GGML: blocks of 256 four-bit numbers; each 32 have a six-bit scale and a six-bit minimum.</summary>
    Q4_K,

    /// <summary>GGML: blocks of 256 six-bit numbers, less 32; each 16 have a signed byte as scale.</summary>
    Q6_K,
}
