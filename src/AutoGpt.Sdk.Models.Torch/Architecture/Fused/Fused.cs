using AutoGpt.Sdk.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// What libtorch does on the CPU by a chain of operations, each over memory and with a tensor as its result, done in one pass: normalisation, activation, attention. Single precision.
/// </summary>
internal static class Fused
{
    // Numbers that a thread goes over at a time: what fits its cache, several times over.
    private const int Chunk = 1 << 14;

    // A span of bytes has no more than 2³¹ of them.
    private const long Largest = (1L << 29) - 1;

    /// <summary>Whether a tensor is one that this is made for.</summary>
    public static bool Suits(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.numel() <= Largest;

    /// <summary>The RMSNorm of each row, <c>[…, width]</c> to the same.</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, float epsilon) => RmsNormFunction.Run(x, weight, epsilon);

    /// <summary>silu(gate) · up.</summary>
    public static Tensor SwiGlu(Tensor gate, Tensor up) => SwiGluFunction.Run(gate, up);

    /// <summary>The Gaussian error linear unit in its tanh form.</summary>
    public static Tensor Gelu(Tensor x) => GeluFunction.Run(x);

    /// <summary>Causal self-attention, see <see cref="AttentionPass"/>.</summary>
    /// <param name="projected"><c>[batch, sequence, (heads + 2 · shared) · size]</c>.</param>
    /// <param name="queryNorm">Weight of the queries' RMSNorm, or null.</param>
    /// <param name="keyNorm">Weight of the keys'.</param>
    /// <param name="rotation">Rotary tables, or null.</param>
    /// <param name="config">The shape.</param>
    /// <param name="dropout">Share of weights that is dropped.</param>
    /// <returns><c>[batch, sequence, heads · size]</c>.</returns>
    public static Tensor Attention(Tensor projected, Tensor? queryNorm, Tensor? keyNorm, Rotation? rotation, TransformerConfig config, double dropout) =>
        AttentionFunction.Run(projected, queryNorm, keyNorm, rotation, config, dropout);

    /// <summary>Whether a call has a place in the graph.</summary>
    public static bool HasGradient(params ReadOnlySpan<Tensor?> inputs)
    {
        if (!is_grad_enabled())
        {
            return false;
        }

        foreach (Tensor? input in inputs)
        {
            if (input?.requires_grad == true)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes over numbers in chunks of whole rows, on libtorch's threads.</summary>
    /// <param name="rows">How many there are.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="body">Told the number of the chunk, its first row and how many it has.</param>
    public static void ForRows(int rows, int width, Action<int, int, int> body)
    {
        (int chunks, int each) = Chunks(rows, width);
        TorchThreads.For(chunks, chunk => body(chunk, chunk * each, Math.Min(each, rows - (chunk * each))));
    }

    /// <summary>How <see cref="ForRows"/> divides.</summary>
    public static (int Count, int Rows) Chunks(int rows, int width)
    {
        int each = Math.Max(1, Chunk / width);
        return ((rows + each - 1) / each, each);
    }

    /// <summary>Adds up what pieces of work found each for itself, in their order: the sum must not depend on which thread was first.</summary>
    /// <param name="parts">What they found, one after the other.</param>
    /// <param name="start">Where the first begins.</param>
    /// <param name="distance">From one to the next.</param>
    /// <param name="width">Numbers of each.</param>
    /// <returns><c>[width]</c>.</returns>
    public static Tensor Sum(float[] parts, int start, int distance, int width)
    {
        Tensor sum = zeros(width);
        Span<float> numbers = TensorSpan.Of(sum);
        for (int at = start; at < parts.Length; at += distance)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(numbers, parts.AsSpan(at, width), numbers);
        }

        return sum;
    }
}
