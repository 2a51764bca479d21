// A matrix times a vector, with what comes before it (normalisation, quantisation of the vector) and after it (bias, residual,
// SwiGLU, greedy choice) in the same kernel.
//
// A thread owns the same columns of every row it meets, so the vector stays in registers and each load is new weights. `warpsPerRow` warps
// share a row, and the block's groups of warps take tiles of R rows in turn. Warps run free: their sums meet in shared memory once per
// RowsBetweenSums rows. A grid is one wave, every block with the same number of rows. The normalisation's root is a factor of every product: it is
// found while the products run and multiplied in at their end.
#include "numbers.h"

enum GemvEnding : int { Store = 0, AddResidual = 1, SwiGlu = 2, Greedy = 3 };

struct GemvArguments
{
    const void* weights;          // [rows, columns], laid out as the format says
    const unsigned short* scales; // f16 [rows / 4, columns / 32, 4], or null
    const float* x;               // [columns]
    const float* norm;            // [columns]: x is normalised to unit root mean square and scaled by it; or null
    const float* bias;            // [rows] or null
    const float* residual;        // [rows]: AddResidual
    float* output;                // [rows]; SwiGlu: [rows / 2]; Greedy: [rows] or null
    unsigned long long* best;     // Greedy: the largest value and its row, ordered as an integer
    int rows;
    int columns;
    int rowsPerBlock;             // a multiple of R
    int warpsPerRow;
    float epsilon;
    int ending;
    int ahead;                    // tiles that are on their way into the second cache behind the one that is on its way into registers
};

constexpr int MaximumQuantizedColumns = 16384;
constexpr int RowsBetweenSums = 128;

DEVICE Float4 times(const Float4& a, const Float4& b) { return {a.x * b.x, a.y * b.y, a.z * b.z, a.w * b.w}; }
DEVICE float square(const Float4& x) { return ((x.x * x.x) + (x.y * x.y)) + ((x.z * x.z) + (x.w * x.w)); }

// A thread's 16 bytes of R rows at a unit; row by row, every unit's first 16 bytes before its second.
template <int R, int C, int Loads>
DEVICE void prefetchTile(const GemvArguments& a, int row, const int (&unit)[C], int units)
{
#pragma unroll
    for (int r = 0; r < R; r++)
    {
        const Word4* start = (const Word4*)a.weights + (long long)smaller(row + r, a.rows - 1) * units * Loads;
#pragma unroll
        for (int c = 0; c < C; c++)
        {
#pragma unroll
            for (int part = 0; part < Loads; part++)
            {
                prefetch(start + (part * units) + unit[c]);
            }
        }
    }
}

// The vector as the weights' format wants it: begin() reads what does not depend on the grid before, finish() the rest, and gives the thread's
// part of the sum of squares. Units past the row's end are zero; their addresses are clamped into it.

// Eight columns a thread: one load of 16 bytes.
template <class Number>
struct Halves
{
    static constexpr int Columns = 8;
    static constexpr int LoadsOfUnit = 1;
    static constexpr int MaximumWarps = 32;

    // Every group of warps holds the whole vector: the first alone counts its squares.
    static constexpr bool SquaresOfGroup = true;

    template <int C>
    struct Vector { float values[C][8]; };

    template <int R, int C>
    struct Tile { Word4 words[R][C]; };

    template <int R, int C>
    static DEVICE void load(const GemvArguments& a, int row, const int (&unit)[C], int units, Tile<R, C>& tile)
    {
#pragma unroll
        for (int r = 0; r < R; r++)
        {
            const Word4* start = (const Word4*)a.weights + (long long)smaller(row + r, a.rows - 1) * units;
#pragma unroll
            for (int c = 0; c < C; c++)
            {
                tile.words[r][c] = loadOnce(start + unit[c]);
            }
        }
    }

    template <int C>
    static DEVICE void begin(const GemvArguments& a, Vector<C>& vector, const int (&unit)[C])
    {
#pragma unroll
        for (int c = 0; c < C; c++)
        {
#pragma unroll
            for (int i = 0; i < 8; i += 4)
            {
                put(vector, c, i, a.norm ? *(const Float4*)(a.norm + (unit[c] * 8) + i) : Float4{1, 1, 1, 1});
            }
        }
    }

    template <int C>
    static DEVICE float finish(const GemvArguments& a, Vector<C>& vector, const int (&unit)[C], const bool (&inside)[C])
    {
        float sum = 0;
#pragma unroll
        for (int c = 0; c < C; c++)
        {
#pragma unroll
            for (int i = 0; i < 8; i += 4)
            {
                Float4 x = *(const Float4*)(a.x + (unit[c] * 8) + i);
                x = inside[c] ? x : Float4{0, 0, 0, 0};
                sum += square(x);
                const float* norm = &vector.values[c][i];
                put(vector, c, i, times(x, {norm[0], norm[1], norm[2], norm[3]}));
            }
        }

        return sum;
    }

    template <int C>
    static DEVICE void put(Vector<C>& vector, int c, int i, const Float4& four)
    {
        vector.values[c][i] = four.x;
        vector.values[c][i + 1] = four.y;
        vector.values[c][i + 2] = four.z;
        vector.values[c][i + 3] = four.w;
    }

    template <int R, int C>
    static DEVICE void multiply(const Tile<R, C>& tile, const Vector<C>& vector, float (&sums)[R])
    {
#pragma unroll
        for (int r = 0; r < R; r++)
        {
            float sum = 0;
#pragma unroll
            for (int c = 0; c < C; c++)
            {
                float weights[8];
                unpack<Number>(tile.words[r][c], weights);
#pragma unroll
                for (int i = 0; i < 8; i++)
                {
                    sum += weights[i] * vector.values[c][i];
                }
            }

            sums[r] = sum;
        }
    }
};

// A block of 32 columns a thread, the vector in bytes with a scale of its own.
struct ByteVector
{
    int words[8];
    float scale;
    int sum;
};

template <int Loads>
struct Blocks
{
    static constexpr int Columns = 32;
    static constexpr int LoadsOfUnit = Loads;
    static constexpr int MaximumWarps = 16;
    static constexpr bool SquaresOfGroup = false;

    template <int C>
    struct Vector { ByteVector bytes[C]; };

    template <int R, int C>
    struct Tile
    {
        Word4 words[R][C][Loads];
        Word2 scales[R / 4][C];
    };

    // Row after row; in a row first every block's first 16 bytes, then every block's second.
    template <int R, int C>
    static DEVICE void load(const GemvArguments& a, int row, const int (&unit)[C], int units, Tile<R, C>& tile)
    {
#pragma unroll
        for (int four = 0; four < R / 4; four++)
        {
            const Word2* scales = (const Word2*)a.scales + (long long)smaller((row / 4) + four, (a.rows - 1) / 4) * units;
#pragma unroll
            for (int c = 0; c < C; c++)
            {
                tile.scales[four][c] = loadOnce(scales + unit[c]);
            }
        }

#pragma unroll
        for (int r = 0; r < R; r++)
        {
            const Word4* start = (const Word4*)a.weights + (long long)smaller(row + r, a.rows - 1) * units * Loads;
#pragma unroll
            for (int c = 0; c < C; c++)
            {
#pragma unroll
                for (int part = 0; part < Loads; part++)
                {
                    tile.words[r][c][part] = loadOnce(start + (part * units) + unit[c]);
                }
            }
        }
    }

    template <int C>
    static DEVICE void begin(const GemvArguments& a, Vector<C>&, const int (&)[C])
    {
        if (a.norm)
        {
            for (int four = (int)threadIdx.x; four < a.columns / 4; four += (int)blockDim.x)
            {
                prefetch(a.norm + (4 * four));
            }
        }
    }

    // The block quantises the vector once, eight threads a block of 32, and every thread takes its columns from shared memory.
    template <int C>
    static DEVICE float finish(const GemvArguments& a, Vector<C>& vector, const int (&unit)[C], const bool (&inside)[C])
    {
        alignas(16) __shared__ Word4 words[MaximumQuantizedColumns / 16];
        __shared__ float scales[MaximumQuantizedColumns / 32];
        __shared__ int totals[MaximumQuantizedColumns / 32];
        const int fours = a.columns / 4;
        const int lane = (int)threadIdx.x % 32;
        float sum = 0;
        // Whole warps stay together, for the shuffles.
        for (int first = (int)threadIdx.x - lane; first < fours; first += (int)blockDim.x)
        {
            const int four = first + lane;
            const int place = 4 * smaller(four, fours - 1);
            Float4 x = *(const Float4*)(a.x + place);
            sum += four < fours ? square(x) : 0.0f;
            if (a.norm)
            {
                x = times(x, *(const Float4*)(a.norm + place));
            }

            float largest = larger(larger(absolute(x.x), absolute(x.y)), larger(absolute(x.z), absolute(x.w)));
            largest = larger(largest, shuffleXor(largest, 1));
            largest = larger(largest, shuffleXor(largest, 2));
            largest = larger(largest, shuffleXor(largest, 4));
            const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
            const unsigned packed = ((unsigned)roundToInt(x.x * inverse) & 255) | (((unsigned)roundToInt(x.y * inverse) & 255) << 8)
                | (((unsigned)roundToInt(x.z * inverse) & 255) << 16) | ((unsigned)roundToInt(x.w * inverse) << 24);
            int total = dotBytes((int)packed, 0x01010101, 0);
            total += shuffleXor(total, 1);
            total += shuffleXor(total, 2);
            total += shuffleXor(total, 4);
            if (four < fours)
            {
                ((unsigned*)words)[four] = packed;
                if (lane % 8 == 0)
                {
                    scales[four / 8] = largest / 127.0f;
                    totals[four / 8] = total;
                }
            }
        }

        synchronizeBlock();
#pragma unroll
        for (int c = 0; c < C; c++)
        {
            const Word4& low = words[2 * unit[c]];
            const Word4& high = words[(2 * unit[c]) + 1];
            vector.bytes[c] = {
                {(int)low.x, (int)low.y, (int)low.z, (int)low.w, (int)high.x, (int)high.y, (int)high.z, (int)high.w},
                inside[c] ? scales[unit[c]] : 0.0f, totals[unit[c]]};
        }

        return sum;
    }

    template <int R, int C>
    static DEVICE void multiply(const Tile<R, C>& tile, const Vector<C>& vector, float (&sums)[R])
    {
#pragma unroll
        for (int r = 0; r < R; r++)
        {
            float sum = 0;
#pragma unroll
            for (int c = 0; c < C; c++)
            {
                const Word2& scales = tile.scales[r / 4][c];
                const unsigned pair = r % 4 < 2 ? scales.x : scales.y;
                const float scale = r % 2 == 0 ? F16::low(pair) : F16::high(pair);
                sum += (float)dot(tile.words[r][c], vector.bytes[c]) * (scale * vector.bytes[c].scale);
            }

            sums[r] = sum;
        }
    }

    static DEVICE int dot(const Word4 (&words)[2], const ByteVector& bytes)
    {
        int sum = dotBytes((int)words[0].x, bytes.words[0], 0);
        sum = dotBytes((int)words[0].y, bytes.words[1], sum);
        sum = dotBytes((int)words[0].z, bytes.words[2], sum);
        sum = dotBytes((int)words[0].w, bytes.words[3], sum);
        sum = dotBytes((int)words[1].x, bytes.words[4], sum);
        sum = dotBytes((int)words[1].y, bytes.words[5], sum);
        sum = dotBytes((int)words[1].z, bytes.words[6], sum);
        return dotBytes((int)words[1].w, bytes.words[7], sum);
    }

    // Q4_0: the low nibbles are the first 16 columns, the high ones the second 16, each 8 too large.
    static DEVICE int dot(const Word4 (&words)[1], const ByteVector& bytes)
    {
        const unsigned packed[4] = {words[0].x, words[0].y, words[0].z, words[0].w};
        int sum = -8 * bytes.sum;
#pragma unroll
        for (int word = 0; word < 4; word++)
        {
            sum = dotBytes((int)(packed[word] & 0x0f0f0f0fu), bytes.words[word], sum);
            sum = dotBytes((int)((packed[word] >> 4) & 0x0f0f0f0fu), bytes.words[word + 4], sum);
        }

        return sum;
    }
};

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

// Floats ordered as unsigned integers; of equal values the lowest row wins.
DEVICE unsigned long long orderedKey(float value, int row)
{
    unsigned bits = __builtin_bit_cast(unsigned, value);
    bits = (bits & 0x80000000u) ? ~bits : bits | 0x80000000u;
    return ((unsigned long long)bits << 32) | (0xffffffffu - (unsigned)row);
}

DEVICE void finish(const GemvArguments& a, int row, float factor, float value, float next, unsigned long long& best)
{
    value *= factor;
    if (a.bias)
    {
        value += a.bias[row];
    }

    switch (a.ending)
    {
        case AddResidual:
            a.output[row] = a.residual[row] + value;
            break;
        case SwiGlu:
            next = (next * factor) + (a.bias ? a.bias[row + 1] : 0.0f);
            a.output[row / 2] = value / (1.0f + exponential2(value * -1.44269504f)) * next;
            break;
        case Greedy:
        {
            const unsigned long long key = orderedKey(value, row);
            best = key > best ? key : best;
        }
            // The value is stored too where there is room for it.
            if (a.output)
            {
                a.output[row] = value;
            }

            break;
        default:
            a.output[row] = value;
            break;
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
    const float ownSquares = warpSum(Format::template finish<C>(a, vector, unit, inside));
    if (lane == 0)
    {
        squares[warp] = ownSquares;
    }

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

        synchronizeBlock();
        if (a.norm && first == 0)
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
