namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>Weights of every format as random bits, with factors that are plausible numbers.</summary>
internal static class RandomWeightBlocks
{
    /// <summary>Rows of blocks.</summary>
    public static byte[] Create(WeightFormat format, int rows, int columns, int seed)
    {
        Random random = new(seed);
        byte[] bytes = new byte[rows * format.RowBytes(columns)];
        random.NextBytes(bytes);
        int block = format.BlockBytes();
        for (int start = 0; start < bytes.Length; start += block)
        {
            switch (format)
            {
                case WeightFormat.F32:
                    BitConverter.TryWriteBytes(bytes.AsSpan(start), Number());
                    break;
                case WeightFormat.F16:
                    // Now and then a subnormal one.
                    BitConverter.TryWriteBytes(bytes.AsSpan(start), (Half)(random.Next(20) == 0 ? Number() * 1e-6f : Number()));
                    break;
                case WeightFormat.BF16:
                    BitConverter.TryWriteBytes(bytes.AsSpan(start), (ushort)(BitConverter.SingleToUInt32Bits(Number()) >> 16));
                    break;
                case WeightFormat.Q4_K:
                    BitConverter.TryWriteBytes(bytes.AsSpan(start), (Half)Number());
                    BitConverter.TryWriteBytes(bytes.AsSpan(start + 2), (Half)Number());
                    break;
                case WeightFormat.Q6_K:
                    BitConverter.TryWriteBytes(bytes.AsSpan(start + 208), (Half)Number());
                    break;
                default:
                    BitConverter.TryWriteBytes(bytes.AsSpan(start), (Half)Number());
                    break;
            }
        }

        return bytes;

        float Number() => (random.NextSingle() - 0.5f) / 10;
    }

    /// <summary>What a row stands for, in double precision.</summary>
    public static double[] Decode(WeightFormat format, byte[] source, int row, int columns)
    {
        byte[] bytes = source.AsSpan((int)(row * format.RowBytes(columns)), (int)format.RowBytes(columns)).ToArray();
        return format switch
        {
            WeightFormat.F32 => [.. Enumerable.Range(0, columns).Select(column => (double)BitConverter.ToSingle(bytes, 4 * column))],
            WeightFormat.F16 => [.. Enumerable.Range(0, columns).Select(column => (double)BitConverter.ToHalf(bytes, 2 * column))],
            WeightFormat.BF16 => [.. Enumerable.Range(0, columns).Select(column => (double)BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes, 2 * column) << 16))],
            _ => [.. bytes.Chunk(format.BlockBytes()).SelectMany(block => Models.Tests.BlockOracle.Decode(format, block)).Take(columns)],
        };
    }
}
