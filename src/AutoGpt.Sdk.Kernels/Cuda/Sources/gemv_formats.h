// How gemv.cu reads each format of weights: a tile of rows into registers, the vector as that format wants it, and the product of the two.
#pragma once

#include "gemv_ending.h"
#include "numbers.h"

constexpr int MaximumQuantizedColumns = 16384;
constexpr int LoadsAtOnce = 4;

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

// The vector as bytes: four of a block's 32 numbers in each of eight threads. Two such fours at a time, for their shuffles to overlap.
template <bool Totals>
DEVICE void quantize(const Float4 (&x)[2], const int (&four)[2], int fours, unsigned* words, float* scales, int* totals)
{
    float largest[2];
    unsigned packed[2];
    int total[2];
#pragma unroll
    for (int i = 0; i < 2; i++)
    {
        largest[i] = larger(larger(absolute(x[i].x), absolute(x[i].y)), larger(absolute(x[i].z), absolute(x[i].w)));
    }

#pragma unroll
    for (int lanes = 1; lanes <= 4; lanes <<= 1)
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            largest[i] = larger(largest[i], shuffleXor(largest[i], lanes));
        }
    }

#pragma unroll
    for (int i = 0; i < 2; i++)
    {
        const float inverse = largest[i] > 0 ? 127.0f / largest[i] : 0.0f;
        packed[i] = ((unsigned)roundToInt(x[i].x * inverse) & 255) | (((unsigned)roundToInt(x[i].y * inverse) & 255) << 8)
            | (((unsigned)roundToInt(x[i].z * inverse) & 255) << 16) | ((unsigned)roundToInt(x[i].w * inverse) << 24);
        total[i] = dotBytes((int)packed[i], 0x01010101, 0);
    }

    if constexpr (Totals)
    {
#pragma unroll
        for (int lanes = 1; lanes <= 4; lanes <<= 1)
        {
#pragma unroll
            for (int i = 0; i < 2; i++)
            {
                total[i] += shuffleXor(total[i], lanes);
            }
        }
    }

#pragma unroll
    for (int i = 0; i < 2; i++)
    {
        if (four[i] < fours)
        {
            words[four[i]] = packed[i];
            if (four[i] % 8 == 0)
            {
                scales[four[i] / 8] = largest[i] / 127.0f;
                if constexpr (Totals)
                {
                    totals[four[i] / 8] = total[i];
                }
            }
        }
    }
}

template <int Loads>
struct Blocks
{
    static constexpr int Columns = 32;
    static constexpr int LoadsOfUnit = Loads;
    static constexpr int MaximumWarps = 16;
    static constexpr bool SquaresOfGroup = false;

    // Four bits are stored 8 too large: the vector's sum takes that away.
    static constexpr bool HasTotals = Loads == 1;

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
        __shared__ int totals[HasTotals ? MaximumQuantizedColumns / 32 : 1];
        const int fours = a.columns / 4;
        const int lane = (int)threadIdx.x % 32;
        float sum = 0;
        // Loads first, so that they are under way together. Whole warps stay together, for the shuffles.
        for (int first = (int)threadIdx.x - lane; first < fours; first += LoadsAtOnce * (int)blockDim.x)
        {
            Float4 x[LoadsAtOnce];
            Float4 norm[LoadsAtOnce];
#pragma unroll
            for (int i = 0; i < LoadsAtOnce; i++)
            {
                const int place = 4 * smaller(first + lane + (i * (int)blockDim.x), fours - 1);
                x[i] = *(const Float4*)(a.x + place);
                norm[i] = a.norm ? *(const Float4*)(a.norm + place) : Float4{1, 1, 1, 1};
            }

#pragma unroll
            for (int i = 0; i < LoadsAtOnce; i += 2)
            {
                const int four[2] = {first + lane + (i * (int)blockDim.x), first + lane + ((i + 1) * (int)blockDim.x)};
                if (four[0] - lane < fours)
                {
                    sum += (four[0] < fours ? square(x[i]) : 0.0f) + (four[1] < fours ? square(x[i + 1]) : 0.0f);
                    quantize<HasTotals>({times(x[i], norm[i]), times(x[i + 1], norm[i + 1])}, four, fours, (unsigned*)words, scales, totals);
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
                inside[c] ? scales[unit[c]] : 0.0f, HasTotals ? totals[unit[c]] : 0};
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
