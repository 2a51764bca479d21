using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>How numbers are written. The types that need no search; the others are left to the peer's quantiser.</summary>
internal sealed record GgufEncoding(TensorType Type, int TypeId, uint FileType, int BlockCount, int BlockBytes, GgufEncoding.Encoder Encode)
{
    public delegate void Encoder(ReadOnlySpan<float> values, Span<byte> bytes);

    public static GgufEncoding F32 { get; } = new(TensorType.F32, 0, 0, 1, 4, (values, bytes) => MemoryMarshal.AsBytes(values).CopyTo(bytes));

    public static IReadOnlyList<GgufEncoding> All { get; } =
    [
        F32,
        new(TensorType.F16, 1, 1, 1, 2, (values, bytes) => TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes))),
        new(TensorType.BF16, 30, 32, 1, 2, EncodeBFloat16),
        new(TensorType.Q8_0, 8, 7, 32, 34, EncodeEightBits),
        new(TensorType.Q4_0, 2, 2, 32, 18, EncodeFourBits),
    ];

    public long Size(long count) => count / BlockCount * BlockBytes;

    // To the nearest, to even where two are equally near.
    private static void EncodeBFloat16(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < values.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[i]);
            halves[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    // A block: a half-precision scale, then 32 signed bytes; the largest of them is ±127.
    private static void EncodeEightBits(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        for (; !values.IsEmpty; values = values[32..], bytes = bytes[34..])
        {
            float scale = MathF.Abs(TensorPrimitives.MaxMagnitude(values[..32])) / 127;
            BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)scale);
            for (int i = 0; i < 32; i++)
            {
                bytes[2 + i] = (byte)(sbyte)MathF.Round(scale == 0 ? 0 : values[i] / scale);
            }
        }
    }

    // A block: a half-precision scale, then 32 numbers of four bits, value i beside value i + 16; the largest of them is -8, stored as 0.
    private static void EncodeFourBits(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        for (; !values.IsEmpty; values = values[32..], bytes = bytes[18..])
        {
            float scale = TensorPrimitives.MaxMagnitude(values[..32]) / -8;
            BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)scale);
            for (int i = 0; i < 16; i++)
            {
                bytes[2 + i] = (byte)(Four(values[i], scale) | (Four(values[i + 16], scale) << 4));
            }
        }

        static int Four(float value, float scale) => Math.Clamp((int)MathF.Round(scale == 0 ? 0 : value / scale) + 8, 0, 15);
    }
}
