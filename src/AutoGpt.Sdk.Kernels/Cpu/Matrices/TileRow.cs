namespace AutoGpt.Sdk.Kernels;

/// <summary>One row of a tile as single-precision numbers, by the formats' definitions.</summary>
internal static unsafe class TileRow
{
    private const int Rows = TilePacker.TileRows;

    public static void Read(WeightFormat format, byte* tile, int row, Span<float> output)
    {
        int blocks = new ActivationLayout(output.Length).Blocks;
        for (int column = 0; column < output.Length; column++)
        {
            output[column] = format switch
            {
                WeightFormat.F32 => ((float*)tile)[(column * Rows) + row],
                WeightFormat.F16 => (float)((Half*)tile)[(column * Rows) + row],
                WeightFormat.BF16 => BitConverter.Int32BitsToSingle(((ushort*)tile)[(column * Rows) + row] << 16),
                WeightFormat.Q8_0 => Scale(tile, blocks, ByteProduct.BlockBytes, column, row)
                    * ((sbyte*)tile)[(column / 32 * ByteProduct.BlockBytes) + (column % 32 / 4 * 64) + (4 * row) + (column % 4)],
                WeightFormat.Q4_0 => Scale(tile, blocks, FourBits.BlockBytes, column, row) * (Nibble(tile + (column / 32 * FourBits.BlockBytes), column % 32, row) - 8),
                WeightFormat.Q5_0 => Scale(tile, blocks, FiveBits.BlockBytes, column, row) * (Five(tile + (column / 32 * FiveBits.BlockBytes), column % 32, row) - 16),
                WeightFormat.Q4_K => FourSuper(tile, blocks, column, row),
                WeightFormat.Q6_K => SixSuper(tile, blocks, column, row),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format."),
            };
        }
    }

    private static float Scale(byte* tile, int blocks, int blockBytes, int column, int row) =>
        (float)((Half*)(tile + (blocks * blockBytes)))[(column / 32 * Rows) + row];

    private static int Nibble(byte* block, int column, int row) => (block[(column % 16 / 4 * 64) + (4 * row) + (column % 4)] >> (column / 16 * 4)) & 15;

    private static int Five(byte* block, int column, int row) =>
        Nibble(block, column, row) | (((block[256 + (4 * row) + (column % 4)] >> (column / 4)) & 1) << 4);

    private static float FourSuper(byte* tile, int blocks, int column, int row)
    {
        byte* scales = tile + (blocks / 8 * FourBitSuperProduct.WeightBytes) + (column / 256 * FourBitSuperProduct.ScaleBytes);
        byte* own = scales + 64 + (column % 256 / 32 * 32) + row;
        float factor = (float)((Half*)scales)[row];
        float minimum = (float)((Half*)scales)[Rows + row];
        return (factor * own[0] * Nibble(tile + (column / 32 * 256), column % 32, row)) - (minimum * own[Rows]);
    }

    private static float SixSuper(byte* tile, int blocks, int column, int row)
    {
        byte* scales = tile + (blocks * SixBitSuperProduct.BlockBytes) + (column / 256 * SixBitSuperProduct.ScaleBytes);
        sbyte own = ((sbyte*)scales)[32 + (column % 256 / 16 * Rows) + row];
        byte* block = tile + (column / 32 * SixBitSuperProduct.BlockBytes);
        int place = (4 + (column % 16 / 4 * 2)) % 8;
        int upper = (block[256 + (column % 32 / 16 * 64) + (4 * row) + (column % 4)] >> place) & 3;
        return (float)((Half*)scales)[row] * own * ((Nibble(block, column % 32, row) | (upper << 4)) - 32);
    }
}
