using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class TensorReaderTests
{
    [Test]
    public void Every_half_and_bfloat16_pattern_converts_exactly([Values(TensorType.F16, TensorType.BF16)] TensorType type)
    {
        // One pattern more than a multiple of every vector width, so that the scalar remainder runs too.
        ushort[] patterns = [.. Enumerable.Range(0, 65_536).Select(i => (ushort)i), 0x3C01];
        var tensor = new TensorView("w", type, [patterns.Length], MemoryMarshal.AsBytes<ushort>(patterns).ToArray());
        float[] actual = new float[patterns.Length];
        TensorReader.ReadSingles(tensor, actual, requireFinite: false);
        for (int i = 0; i < patterns.Length; i++)
        {
            float expected = type == TensorType.F16
                ? (float)BitConverter.UInt16BitsToHalf(patterns[i])
                : BitConverter.Int32BitsToSingle(patterns[i] << 16);
            if (!expected.Equals(actual[i]))
            {
                Assert.Fail($"{type} {patterns[i]:X4}: {actual[i]} instead of {expected}");
            }
        }
    }

    [Test]
    public void A_weight_that_is_no_finite_number_is_found_wherever_it_is(
        [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad, [Values(TensorType.F32, TensorType.F16, TensorType.BF16)] TensorType type)
    {
        for (int index = 0; index < 67; index++)
        {
            byte[] data = new byte[67 * type.BlockBytes()];
            Span<byte> slot = data.AsSpan(index * type.BlockBytes());
            switch (type)
            {
                case TensorType.F32: BinaryPrimitives.WriteSingleLittleEndian(slot, bad); break;
                case TensorType.F16: BinaryPrimitives.WriteHalfLittleEndian(slot, (Half)bad); break;
                default: BinaryPrimitives.WriteUInt16LittleEndian(slot, (ushort)(BitConverter.SingleToUInt32Bits(bad) >> 16)); break;
            }

            var tensor = new TensorView("layer.w", type, [67], data);
            Assert.That(() => TensorReader.ReadSingles(tensor, new float[67]),
                Throws.TypeOf<CheckpointException>().With.Message.Contains("layer.w").And.Message.Contains($"element {index} "));
            Assert.That(() => TensorReader.ReadSingles(tensor, new float[67], requireFinite: false), Throws.Nothing);
        }
    }

    [Test]
    public void The_largest_finite_numbers_pass() =>
        Assert.That(() => TensorReader.RequireFinite("w", [float.MaxValue, float.MinValue, float.Epsilon, 0, -0f]), Throws.Nothing);

    [Test]
    public void Sizes_must_agree()
    {
        var tensor = new TensorView("w", TensorType.F32, [3], new byte[12]);
        Assert.That(() => TensorReader.ReadSingles(tensor, new float[4]), Throws.ArgumentException);
        Assert.That(() => TensorReader.ReadSingles(tensor with { Data = new byte[8] }, new float[3]), Throws.TypeOf<CheckpointException>());
    }
}
