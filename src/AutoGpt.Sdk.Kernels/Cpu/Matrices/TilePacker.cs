using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// From GGML's rows of blocks to tiles of 32 rows. Four columns of a row lie together and the rows side by side, so that one vector holds a lane a row; a
/// block's scales follow its weights. A product reads a tile, and one tile after another, from end to end. A row past the matrix's end is zero.
/// </summary>
internal static unsafe class TilePacker
{
    public const int TileRows = 32;

    /// <summary>Bytes of a tile: whole cache lines.</summary>
    public static long TileBytes(WeightFormat format, int columns)
    {
        long blocks = new ActivationLayout(columns).Blocks;
        return format switch
        {
            WeightFormat.F32 => blocks * 32 * 128,
            WeightFormat.F16 or WeightFormat.BF16 => blocks * 32 * 64,
            WeightFormat.Q8_0 => blocks * ByteProduct.BlockBytes,
            WeightFormat.Q4_0 => blocks * FourBits.BlockBytes,
            WeightFormat.Q5_0 => blocks * FiveBits.BlockBytes,
            WeightFormat.Q4_K => blocks / 8 * FourBitSuperProduct.SuperBytes,
            WeightFormat.Q6_K => blocks / 8 * SixBitSuperProduct.SuperBytes,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format."),
        };
    }

    /// <summary>Writes one row of a zeroed tile.</summary>
    public static void PackRow(WeightFormat format, ReadOnlySpan<byte> source, int columns, byte* tile, int row)
    {
        int blocks = new ActivationLayout(columns).Blocks;
        switch (format)
        {
            case WeightFormat.F32:
                PackFloats<uint>(source, tile, row);
                break;
            case WeightFormat.F16 or WeightFormat.BF16:
                PackFloats<ushort>(source, tile, row);
                break;
            case WeightFormat.Q8_0 or WeightFormat.Q4_0 or WeightFormat.Q5_0:
                PackBlocks(format, source, blocks, tile, row);
                break;
            case WeightFormat.Q4_K:
                PackFourSuper(source, blocks, tile, row);
                break;
            case WeightFormat.Q6_K:
                PackSixSuper(source, blocks, tile, row);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format.");
        }
    }

    private static void PackFloats<T>(ReadOnlySpan<byte> source, byte* tile, int row)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(source);
        for (int column = 0; column < values.Length; column++)
        {
            ((T*)tile)[(column * TileRows) + row] = values[column];
        }
    }

    // A block of a file is a scale and then, perhaps behind other bits, the weights.
    private static void PackBlocks(WeightFormat format, ReadOnlySpan<byte> source, int blocks, byte* tile, int row)
    {
        int bytes = format.BlockBytes();
        int payload = format == WeightFormat.Q5_0 ? 6 : 2;
        long blockBytes = TileBytes(format, ActivationBlock.Columns);
        for (int block = 0; block < blocks; block++)
        {
            ReadOnlySpan<byte> from = source.Slice(bytes * block, bytes);
            byte* to = tile + (block * blockBytes);
            ((ushort*)(to + blockBytes - (2 * TileRows)))[row] = MemoryMarshal.Read<ushort>(from);
            if (format == WeightFormat.Q5_0)
            {
                PackFifthBits(MemoryMarshal.Read<uint>(from[2..]), to + (4 * row));
                to += FiveBits.HighBytes;
            }

            Groups(from[payload..], to, row);
        }
    }

    private static void PackFifthBits(uint bits, byte* to)
    {
        for (int column = 0; column < 32; column++)
        {
            to[column % 4] |= (byte)(((bits >> column) & 1) << (column / 4));
        }
    }

    // 64 columns share 32 bytes: low halves are the first 32 columns. Scales and minimums are six bits each in 12 bytes, the upper four of both in pieces.
    private static void PackFourSuper(ReadOnlySpan<byte> source, int blocks, byte* tile, int row)
    {
        Span<byte> halves = stackalloc byte[16];
        for (int super = 0; super < blocks / 8; super++)
        {
            ReadOnlySpan<byte> from = source.Slice(144 * super, 144);
            byte* to = tile + (super * FourBitSuperProduct.SuperBytes);
            ((ushort*)to)[row] = MemoryMarshal.Read<ushort>(from);
            ((ushort*)to)[TileRows + row] = MemoryMarshal.Read<ushort>(from[2..]);
            ReadOnlySpan<byte> six = from[4..16];
            for (int block = 0; block < 8; block++)
            {
                (int scale, int minimum) = block < 4
                    ? (six[block] & 63, six[block + 4] & 63)
                    : ((six[block + 4] & 15) | (six[block - 4] >> 6 << 4), (six[block + 4] >> 4) | (six[block] >> 6 << 4));
                byte* weights = to + FourBitSuperProduct.FactorBytes + (block * FourBitSuperProduct.BlockBytes);
                weights[512 + row] = (byte)scale;
                weights[512 + TileRows + row] = (byte)minimum;
                ReadOnlySpan<byte> quads = from.Slice(16 + (block / 2 * 32), 32);
                int shift = block % 2 * 4;
                for (int column = 0; column < 16; column++)
                {
                    halves[column] = (byte)(((quads[column] >> shift) & 15) | (((quads[column + 16] >> shift) & 15) << 4));
                }

                Groups(halves, weights, row);
            }
        }
    }

    // 128 columns have 64 bytes of low halves and 32 of upper pairs of bits: columns c, c+32, c+64 and c+96 share the latter.
    private static void PackSixSuper(ReadOnlySpan<byte> source, int blocks, byte* tile, int row)
    {
        Span<byte> values = stackalloc byte[32];
        Span<byte> halves = stackalloc byte[16];
        for (int super = 0; super < blocks / 8; super++)
        {
            ReadOnlySpan<byte> from = source.Slice(210 * super, 210);
            byte* to = tile + (super * SixBitSuperProduct.SuperBytes);
            ((ushort*)to)[row] = MemoryMarshal.Read<ushort>(from[208..]);
            for (int block = 0; block < 8; block++)
            {
                byte* both = to + SixBitSuperProduct.FactorBytes + (block * SixBitSuperProduct.BlockBytes);
                byte* scales = both + (2 * SixBitSuperProduct.HalfBytes) + (row / 16 * 32) + (row % 16);
                scales[0] = from[192 + (2 * block)];
                scales[16] = from[192 + (2 * block) + 1];
                int part = block % 4;
                ReadOnlySpan<byte> low = from.Slice((block / 4 * 64) + (part % 2 * 32), 32);
                ReadOnlySpan<byte> high = from.Slice(128 + (block / 4 * 32), 32);
                for (int column = 0; column < 32; column++)
                {
                    values[column] = (byte)(((low[column] >> (part / 2 * 4)) & 15) | (((high[column] >> (2 * part)) & 3) << 4));
                }

                byte* weights = both + (row / 16 * SixBitSuperProduct.HalfBytes);
                for (int column = 0; column < 16; column++)
                {
                    halves[column] = (byte)((values[column] & 15) | ((values[column + 16] & 15) << 4));
                    int place = 4 + (column / 4 * 2);
                    weights[(4 * (row % 16)) + (column % 4)] |= (byte)(values[column] >> 4 << (place % 8));
                    weights[64 + (4 * (row % 16)) + (column % 4)] |= (byte)(values[column + 16] >> 4 << (place % 8));
                }

                Groups(halves, weights + 128, row % 16, rows: 16);
            }
        }
    }

    // Four bytes of a row beside the other rows' four.
    private static void Groups(ReadOnlySpan<byte> bytes, byte* block, int row, int rows = TileRows)
    {
        ReadOnlySpan<uint> groups = MemoryMarshal.Cast<byte, uint>(bytes);
        for (int group = 0; group < groups.Length; group++)
        {
            ((uint*)block)[(group * rows) + row] = groups[group];
        }
    }
}
