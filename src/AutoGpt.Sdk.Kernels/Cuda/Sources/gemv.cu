// A matrix times a vector, with what comes before it (normalisation, quantisation of the vector) and after it (bias, residual,
// SwiGLU, greedy choice) in the same kernel.
//
// A thread owns the same columns of every row it meets, so the vector stays in registers and each load is new weights. `warpsPerRow` warps
// share a row, and the block's groups of warps take tiles of R rows in turn. Warps run free: their sums meet in shared memory once per
// RowsBetweenSums rows. A grid is one wave, every block with the same number of rows. The normalisation's root is a factor of every product: it is
// found while the products run and multiplied in at their end.
#include "gemv_ending.h"
#include "gemv_formats.h"

constexpr int RowsBetweenSums = 128;

// Adds each of R sums over the warp with few shuffles: halves of the sums go to halves of the warp. Sum r ends in every lane whose
// highest bits spell r, and sums[0] holds it there.
template <int Half, int Lanes, int R>
DEVICE void warpSums(float (&sums)[R], int lane)
{
    if constexpr (Half > 0)
    {
        const bool upper = (lane & Lanes) != 0;
#pragma unroll
        for (int r = 0; r < Half; r++)
        {
            // By value: a choice between places would put the array into local memory.
            const float first = sums[r];
            const float second = sums[r + Half];
            sums[r] = (upper ? second : first) + shuffleXor(upper ? first : second, Lanes);
        }

        warpSums<Half / 2, Lanes / 2>(sums, lane);
    }
    else if constexpr (Lanes > 0)
    {
        sums[0] += shuffleXor(sums[0], Lanes);
        warpSums<0, Lanes / 2>(sums, lane);
    }
}

template <class Format, int R, int C>
DEVICE void gemv(const GemvArguments& a)
{
    __shared__ float partial[Format::MaximumWarps][RowsBetweenSums];
    __shared__ float squares[Format::MaximumWarps];
    const int warp = threadIdx.x >> 5;
    const int lane = threadIdx.x & 31;
    const int groups = (int)(blockDim.x >> 5) / a.warpsPerRow;
    const int group = warp / a.warpsPerRow;
    const int part = warp % a.warpsPerRow;
    const int units = a.columns / Format::Columns;
    const int start = (int)blockIdx.x * a.rowsPerBlock;
    const int end = smaller(start + a.rowsPerBlock, a.rows);
    int unit[C];
    bool inside[C];
#pragma unroll
    for (int c = 0; c < C; c++)
    {
        unit[c] = (((c * a.warpsPerRow) + part) * 32) + lane;
        inside[c] = unit[c] < units;
        unit[c] = smaller(unit[c], units - 1);
    }

    // Weights do not depend on the grid before: they are under way while it ends.
    typename Format::template Tile<R, C> tile;
    typename Format::template Vector<C> vector;
    Format::template load<R, C>(a, smaller(start + (group * R), a.rows - 1) / R * R, unit, units, tile);
    for (int tiles = 1; tiles <= a.ahead; tiles++)
    {
        const int row = start + ((group + (tiles * groups)) * R);
        if (row < end)
        {
            prefetchTile<R, C, Format::LoadsOfUnit>(a, row, unit, units);
        }
    }

    Format::template begin<C>(a, vector, unit);
    waitForPreviousGrid();
    letNextGridStart();
    const float ownSquares = Format::template finish<C>(a, vector, unit, inside);
    const int tiles = end > start ? (end - start + R - 1) / R : 0;
    const int span = RowsBetweenSums / R / groups * groups;
    unsigned long long best = 0;
    float factor = 1;
    for (int first = 0; first < tiles; first += span)
    {
        const int last = smaller(first + span, tiles);
        for (int index = first + group; index < last; index += groups)
        {
            float sums[R];
            Format::template multiply<R, C>(tile, vector, sums);
            if (index + groups < tiles)
            {
                Format::template load<R, C>(a, start + ((index + groups) * R), unit, units, tile);
            }

            if (a.ahead > 0 && index + ((1 + a.ahead) * groups) < tiles)
            {
                prefetchTile<R, C, Format::LoadsOfUnit>(a, start + ((index + ((1 + a.ahead) * groups)) * R), unit, units);
            }

            warpSums<R / 2, 16>(sums, lane);
            if (lane % (32 / R) == 0)
            {
                partial[part][((index - first) * R) + (lane / (32 / R))] = sums[0];
            }
        }

        const bool needsRoot = a.norm && first == 0;
        if (needsRoot)
        {
            const float sum = warpSum(ownSquares);
            if (lane == 0)
            {
                squares[warp] = sum;
            }
        }

        synchronizeBlock();
        if (needsRoot)
        {
            const int counted = Format::SquaresOfGroup ? a.warpsPerRow : (int)(blockDim.x >> 5);
            factor = reciprocalRoot((warpSum(lane < counted ? squares[lane] : 0.0f) / (float)a.columns) + a.epsilon);
        }

        const int rows = smaller(span * R, end - start - (first * R));
        const int step = a.ending == SwiGlu ? 2 : 1;
        for (int local = (int)threadIdx.x * step; local < rows; local += (int)blockDim.x * step)
        {
            float value = 0;
            float next = 0;
            for (int other = 0; other < a.warpsPerRow; other++)
            {
                value += partial[other][local];
                next += step == 2 ? partial[other][local + 1] : 0.0f;
            }

            finish(a, start + (first * R) + local, factor, value, next, best);
        }

        synchronizeBlock();
    }

    if (a.ending == Greedy)
    {
        for (int lanes = 16; lanes > 0; lanes >>= 1)
        {
            const unsigned high = (unsigned)shuffleXor((int)(best >> 32), lanes);
            const unsigned low = (unsigned)shuffleXor((int)best, lanes);
            const unsigned long long other = ((unsigned long long)high << 32) | low;
            best = other > best ? other : best;
        }

        if (lane == 0 && best != 0)
        {
            atomicLargest(a.best, best);
        }
    }
}

#define GEMV(name, Format, R, C, threads) \
    KERNEL(gemv_##name##_r##R##c##C, threads, GemvArguments) { gemv<Format, R, C>(arguments); }

GEMV(bf16, Halves<Bf16>, 4, 1, 1024)
GEMV(bf16, Halves<Bf16>, 8, 1, 512)
GEMV(bf16, Halves<Bf16>, 4, 4, 512)
GEMV(f16, Halves<F16>, 4, 1, 1024)
GEMV(f16, Halves<F16>, 8, 1, 512)
GEMV(f16, Halves<F16>, 4, 4, 512)
GEMV(q8_0, Blocks<2>, 4, 1, 512)
GEMV(q8_0, Blocks<2>, 8, 1, 512)
GEMV(q4_0, Blocks<1>, 4, 1, 512)
GEMV(q4_0, Blocks<1>, 8, 1, 512)
