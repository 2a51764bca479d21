using System.Diagnostics.CodeAnalysis;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// What kind of GGUF file is written, by llama.cpp's names. Of any kind norms, biases and learned positions are in single precision; of the quantised ones the matrix that makes
/// logits – the head, or the embedding where that is the head too – has at least six bits, and a matrix whose rows are not whole blocks a type that fits.
/// </summary>
[SuppressMessage("Naming", "CA1707", Justification = "llama.cpp spells its types so.")]
public enum GgufType
{
    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Half precision.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,

    /// <summary>Eight bits, 8.5 with the scales.</summary>
    Q8_0,

    /// <summary>Six bits, 6.6 with the scales.</summary>
    Q6_K,

    /// <summary>Five bits, 5.5 with the scales.</summary>
    Q5_0,

    /// <summary>Four bits with scales and minima, and six bits for half of the values and outer feed-forward projections: about 4.9. The usual choice.</summary>
    Q4_K_M,

    /// <summary>Four bits, 4.5 with the scales.</summary>
    Q4_0,
}
