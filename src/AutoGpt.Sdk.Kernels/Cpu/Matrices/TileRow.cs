namespace AutoGpt.Sdk.Kernels;

/// <summary>One row of a tile as single-precision numbers, by the formats' definitions.</summary>
internal static unsafe class TileRow
{
    private const int Rows = TilePacker.TileRows;

    public static void Read(WeightFormat format, byte* tile, int row, Span<float> output)
    {
        for (int column = 0; column < output.Length; column++)
        {
            output[column] = format switch
            {
                WeightFormat.F32 => ((float*)tile)[(column * Rows) + row],
                WeightFormat.F16 => (float)((Half*)tile)[(column * Rows) + row],
                WeightFormat.BF16 => BitConverter.Int32BitsToSingle(((ushort*)tile)[(column * Rows) + row] << 16),
                WeightFormat.Q8_0 => Byte(tile + (column / 32 * ByteProduct.BlockBytes), column % 32, row),
                WeightFormat.Q4_0 => Four(tile + (column / 32 * FourBits.BlockBytes), column % 32, row),
                WeightFormat.Q5_0 => Five(tile + (column / 32 * FiveBits.BlockBytes), column % 32, row),
                WeightFormat.Q4_K => FourSuper(tile + (column / 256 * FourBitSuperProduct.SuperBytes), column % 256, row),
                WeightFormat.Q6_K => SixSuper(tile + (column / 256 * SixBitSuperProduct.SuperBytes), column % 256, row),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format."),
            };
        }
    }

    private static float Byte(byte* block, int column, int row) =>
        Scale(block, ByteProduct.BlockBytes, row) * ((sbyte*)block)[(column / 4 * 4 * Rows) + (4 * row) + (column % 4)];

    private static float Four(byte* block, int column, int row) => Scale(block, FourBits.BlockBytes, row) * (Nibble(block, column, row, Rows) - 8);

    private static float Five(byte* block, int column, int row)
    {
        int fifth = (block[(4 * row) + (column % 4)] >> (column / 4)) & 1;
        return Scale(block, FiveBits.BlockBytes, row) * ((Nibble(block + FiveBits.HighBytes, column, row, Rows) | (fifth << 4)) - 16);
    }

    private static float FourSuper(byte* super, int column, int row)
    {
        byte* block = super + FourBitSuperProduct.FactorBytes + (column / 32 * FourBitSuperProduct.BlockBytes);
        float factor = (float)((Half*)super)[row];
        float minimum = (float)((Half*)super)[Rows + row];
        return (factor * block[512 + row] * Nibble(block, column % 32, row, Rows)) - (minimum * block[512 + Rows + row]);
    }

    private static float SixSuper(byte* super, int column, int row)
    {
        byte* both = super + SixBitSuperProduct.FactorBytes + (column / 32 * SixBitSuperProduct.BlockBytes);
        byte* half = both + (row / 16 * SixBitSuperProduct.HalfBytes);
        int within = column % 32;
        int place = (4 + (within % 16 / 4 * 2)) % 8;
        int upper = (half[(within / 16 * 64) + (4 * (row % 16)) + (within % 4)] >> place) & 3;
        sbyte scale = ((sbyte*)both)[(2 * SixBitSuperProduct.HalfBytes) + (row / 16 * 32) + (within / 16 * 16) + (row % 16)];
        return (float)((Half*)super)[row] * scale * ((Nibble(half + 128, within, row % 16, 16) | (upper << 4)) - 32);
    }

    private static float Scale(byte* block, int blockBytes, int row) => (float)((Half*)(block + blockBytes - (2 * Rows)))[row];

    // Low halves hold the first 16 columns of 32.
    private static int Nibble(byte* block, int column, int row, int rows) =>
        (block[(column % 16 / 4 * 4 * rows) + (4 * row) + (column % 4)] >> (column / 16 * 4)) & 15;
}
