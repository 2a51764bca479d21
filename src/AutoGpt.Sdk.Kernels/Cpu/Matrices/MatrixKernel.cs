using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The products of one format.</summary>
internal abstract unsafe class MatrixKernel
{
    /// <summary>The widest vectors this processor has.</summary>
    public static int Width { get; } = Lanes512.IsSupported ? 512 : Lanes256.IsSupported ? 256 : Lanes128.IsSupported ? 128 : 32;

    /// <summary>What is read of the activations.</summary>
    public abstract ActivationParts Reads { get; }

    /// <summary>Rows of activations that share what is read and unpacked of a tile.</summary>
    public abstract int MostRows { get; }

    /// <summary>Multiplies a tile of 32 rows of weights by rows of activations, one stride apart.</summary>
    /// <param name="tile">The weights.</param>
    /// <param name="row">The first row of activations.</param>
    /// <param name="layout">Theirs.</param>
    /// <param name="rows">How many: 1 to <see cref="MostRows"/>.</param>
    /// <param name="sums">Receives <c>[rows, 32]</c>; fast where it begins with a cache line.</param>
    public abstract void Multiply(byte* tile, byte* row, ActivationLayout layout, int rows, float* sums);

    /// <summary>The fastest kernel for a format and width here.</summary>
    /// <param name="format">The format.</param>
    /// <param name="columns">Columns of the matrix.</param>
    public static MatrixKernel Best(WeightFormat format, int columns) => VnniKernel.TryOf(format, columns) ?? Of(format, Width);

    /// <summary>The kernel of a format by .NET's own methods.</summary>
    /// <param name="format">The format.</param>
    /// <param name="width">Bits of a vector: 512, 256, 128, or 32 for none.</param>
    public static MatrixKernel Of(WeightFormat format, int width) => format switch
    {
        WeightFormat.F32 => Of<FloatProduct<Singles>>(width, ActivationParts.None),
        WeightFormat.F16 => Of<FloatProduct<Halves>>(width, ActivationParts.Raised),
        WeightFormat.BF16 => Of<FloatProduct<BFloats>>(width, ActivationParts.None),
        WeightFormat.Q8_0 => Of<ByteProduct>(width, ActivationParts.Magnitudes),
        WeightFormat.Q4_0 => Of<NibbleProduct<FourBits>>(width, ActivationParts.Bytes),
        WeightFormat.Q5_0 => Of<NibbleProduct<FiveBits>>(width, ActivationParts.Bytes),
        WeightFormat.Q4_K => Of<FourBitSuperProduct>(width, ActivationParts.Bytes),
        WeightFormat.Q6_K => Of<SixBitSuperProduct>(width, ActivationParts.Bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format."),
    };

    private static MatrixKernel Of<P>(int width, ActivationParts reads)
        where P : IProduct => width switch
        {
            512 => new OnLanes<P, Lanes512, Vector512<int>>(reads),
            256 => new OnLanes<P, Lanes256, Vector256<int>>(reads),
            128 => new OnLanes<P, Lanes128, Vector128<int>>(reads),
            _ => new OnLanes<P, ScalarLanes, int>(reads),
        };

    private sealed class OnLanes<P, L, V>(ActivationParts reads) : MatrixKernel
        where P : IProduct
        where L : ILanes<V>
        where V : unmanaged
    {
        public override ActivationParts Reads => reads;

        public override int MostRows => 4;

        public override void Multiply(byte* tile, byte* row, ActivationLayout layout, int rows, float* sums)
        {
            new Span<float>(sums, rows * TilePacker.TileRows).Clear();

            // Vectors of fewer lanes go over a tile several times: over a piece of it that stays in the first cache, so that memory is read without a pause.
            int piece = L.Count < 16 ? P.PieceBlocks : layout.Blocks;
            for (int from = 0; from < layout.Blocks; from += piece)
            {
                int end = Math.Min(from + piece, layout.Blocks);
                if (rows == 4)
                {
                    P.ByFour<L, V>(tile, row, layout, from, end, sums);
                    continue;
                }

                for (int index = 0; index < rows; index++)
                {
                    P.ByOne<L, V>(tile, row + ((long)index * layout.Stride), layout, from, end, sums + (TilePacker.TileRows * index));
                }
            }
        }
    }
}
