using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>Normally distributed numbers, the same for the same name, made as fast as they are written.</summary>
internal static class RandomWeights
{
    private const int Piece = 1 << 16;

    // 65,536 draws, picked at random: a logarithm a number would take longer than all the rest.
    private static readonly float[] s_draws = Draws();

    /// <summary>Writes a tensor piece by piece.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="stream">Receives its bytes.</param>
    public static void Write(GgufTensor tensor, TensorType type, Stream stream)
    {
        float[] values = new float[Piece];
        byte[] bytes = new byte[type.RowBytes(Piece)];
        ulong state = Seed(tensor.Name);
        for (long done = 0; done < tensor.Count; done += Piece)
        {
            Span<float> piece = values.AsSpan(0, (int)Math.Min(Piece, tensor.Count - done));
            if (tensor.Values is { } given)
            {
                given.AsSpan((int)done, piece.Length).CopyTo(piece);
            }
            else
            {
                Fill(piece, tensor.Mean, tensor.Deviation, ref state);
            }

            Span<byte> encoded = bytes.AsSpan(0, (int)type.RowBytes(piece.Length));
            WeightBlocks.Encode(type.Format(), piece, encoded);
            stream.Write(encoded);
        }
    }

    // Marsaglia's xorshift64*; its upper bits pick the draw.
    private static void Fill(Span<float> values, float mean, float deviation, ref ulong state)
    {
        foreach (ref float value in values)
        {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            value = mean + (deviation * s_draws[(state * 0x2545F4914F6CDD1D) >> 48]);
        }
    }

    // FNV-1a over the name; never 0, from which xorshift does not move.
    private static ulong Seed(string name) =>
        name.Aggregate(0xCBF29CE484222325UL, (hash, letter) => (hash ^ letter) * 0x100000001B3) | 1;

    private static float[] Draws()
    {
        Random random = new(12345);
        return [.. Enumerable.Range(0, 1 << 16).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
