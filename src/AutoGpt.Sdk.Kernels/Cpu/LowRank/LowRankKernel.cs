using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// The two products of a low-rank update in single precision. A lane is a row of weights, and nothing is summed across lanes: a number comes in the same order of additions on whatever
/// vectors.
/// </summary>
internal abstract unsafe class LowRankKernel
{
    /// <summary>Rows of A side by side: a cache line.</summary>
    public const int DownRows = 16;

    /// <summary>Rows of B side by side.</summary>
    public const int UpRows = 32;

    // Summed by themselves, so that the error of a long sum grows with these and not with the columns.
    private const int Block = 32;

    /// <summary>The widest that this processor has.</summary>
    public static LowRankKernel Best { get; } = Of(MatrixKernel.Width);

    /// <summary>Multiplies 16 rows of A by activations.</summary>
    /// <param name="weights"><c>[count, 16]</c>.</param>
    /// <param name="x"><c>[count]</c>.</param>
    /// <param name="count">Columns.</param>
    /// <param name="sums">Receives <c>[16]</c>.</param>
    public abstract void Down(float* weights, float* x, int count, float* sums);

    /// <summary>Adds 32 rows of B times what <see cref="Down"/> gave.</summary>
    /// <param name="weights"><c>[rank, 32]</c>.</param>
    /// <param name="hidden"><c>[rank]</c>.</param>
    /// <param name="rank">Columns.</param>
    /// <param name="outputs"><c>[32]</c>, which keep what they hold.</param>
    public abstract void Up(float* weights, float* hidden, int rank, float* outputs);

    /// <summary>The kernel of a width.</summary>
    /// <param name="width">Bits of a vector: 512, 256, 128, or 32 for none.</param>
    public static LowRankKernel Of(int width) => width switch
    {
        512 => new OnLanes<Lanes512, System.Runtime.Intrinsics.Vector512<int>>(),
        256 => new OnLanes<Lanes256, System.Runtime.Intrinsics.Vector256<int>>(),
        128 => new OnLanes<Lanes128, System.Runtime.Intrinsics.Vector128<int>>(),
        _ => new OnLanes<ScalarLanes, int>(),
    };

    private sealed class OnLanes<L, V> : LowRankKernel
        where L : ILanes<V>
        where V : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public override void Down(float* weights, float* x, int count, float* sums)
        {
            for (int lane = 0; lane < DownRows; lane += L.Count)
            {
                float* own = weights + lane;
                V total = L.Zero;
                for (int start = 0; start < count; start += Block)
                {
                    // Odd and even columns apart, or each addition would wait for the one before.
                    V even = L.Zero, odd = L.Zero;
                    int end = Math.Min(start + Block, count);
                    int column = start;
                    for (; column + 1 < end; column += 2)
                    {
                        even = L.MultiplyAdd(L.Load(own + (DownRows * (nint)column)), L.Broadcast(x[column]), even);
                        odd = L.MultiplyAdd(L.Load(own + (DownRows * (nint)(column + 1))), L.Broadcast(x[column + 1]), odd);
                    }

                    if (column < end)
                    {
                        even = L.MultiplyAdd(L.Load(own + (DownRows * (nint)column)), L.Broadcast(x[column]), even);
                    }

                    total = L.Add(total, L.Add(even, odd));
                }

                L.Store(sums + lane, total);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public override void Up(float* weights, float* hidden, int rank, float* outputs)
        {
            for (int lane = 0; lane < UpRows; lane += L.Count)
            {
                V even = L.Zero, odd = L.Zero;
                int column = 0;
                for (; column + 1 < rank; column += 2)
                {
                    even = L.MultiplyAdd(L.Load(weights + (UpRows * column) + lane), L.Broadcast(hidden[column]), even);
                    odd = L.MultiplyAdd(L.Load(weights + (UpRows * (column + 1)) + lane), L.Broadcast(hidden[column + 1]), odd);
                }

                if (column < rank)
                {
                    even = L.MultiplyAdd(L.Load(weights + (UpRows * column) + lane), L.Broadcast(hidden[column]), even);
                }

                L.Store(outputs + lane, L.Add(L.Load(outputs + lane), L.Add(even, odd)));
            }
        }
    }
}
