// Attention of one new position: the query and the key are rotated, key and value join the cache, and the cache is read once.
//
// A block takes one key-value head, its query heads and a share of the positions; the last block of a head to finish merges the shares by
// their log-sum-exp (Dao et al., flash-decoding). A warp takes 16 positions at a time: products of tiles on the tensor cores, straight from
// registers. Keys are the rows of a first tile whose columns are the query heads; values are transposed by byte permutations into the rows of
// a second. The order of a contraction is free, so a thread's 16 bytes count as the columns that its fragment wants. Queries and weights go in
// as two numbers of 16 bits each, the second being what the first leaves: the sums are as exact as with single precision.
#include "cache_tile.h"

struct AttentionArguments
{
    const float* qkv;       // [(heads + 2 · keyValueHeads) · headSize]: query, key, value, not rotated
    unsigned short* keys;   // [keyValueHeads, capacity, headSize]
    unsigned short* values; // [keyValueHeads, capacity, headSize]
    const float* cosines;   // [capacity, headSize / 2]
    const float* sines;     // [capacity, headSize / 2]
    float* output;          // [heads, headSize]
    float* shares;          // [keyValueHeads, splits, heads / keyValueHeads, headSize + 4]: mixed values, maximum, sum
    unsigned* counters;     // [keyValueHeads], zero between launches
    const int* position;    // of the new row; written before the grid before this one began
    int heads;
    int keyValueHeads;
    int capacity;
    int splits;             // blocks a head; at most MaximumSplits
    int smallestShare;      // positions a block takes at least
    float scale;            // log2(e) / √headSize
};

constexpr int AttentionWarps = 8;
constexpr int AttentionThreads = AttentionWarps * 32;
constexpr int MaximumGroup = 8;
constexpr int MaximumSplits = 32;
constexpr int LoadsAtOnce = 8;
constexpr float Lowest = -1e30f;

template <class Number, int HeadSize>
DEVICE void attend(const AttentionArguments& a)
{
    using Tile = CacheTile<HeadSize>;
    constexpr int half = HeadSize / 2;
    constexpr int shareSize = HeadSize + 4;
    constexpr int keyLoads = Tile::KeyLoads;
    constexpr int valueLoads = Tile::ValueLoads;
    alignas(16) __shared__ unsigned short queries[2][MaximumGroup][HeadSize];
    alignas(16) __shared__ unsigned short newKey[HeadSize];
    alignas(16) __shared__ unsigned short newValue[HeadSize];
    alignas(16) __shared__ float mixed[AttentionWarps][MaximumGroup][HeadSize];
    __shared__ float maxima[AttentionWarps][MaximumGroup];
    __shared__ float totals[AttentionWarps][MaximumGroup];
    __shared__ float weights[MaximumGroup][MaximumSplits];
    __shared__ int isLast;
    const int thread = (int)threadIdx.x;
    const int warp = thread / 32;
    const int lane = thread % 32;
    const int head = (int)blockIdx.x;
    const int group = a.heads / a.keyValueHeads;

    const int position = loadCoherent(a.position);
    const int length = position + 1;
    int share = (length + a.splits - 1) / a.splits;
    share = share < a.smallestShare ? a.smallestShare : share;
    const int active = (length + share - 1) / share;
    if ((int)blockIdx.y >= active)
    {
        return;
    }

    const int begin = (int)blockIdx.y * share;
    const int end = smaller(begin + share, length);
    unsigned short* keys = a.keys + ((long long)head * a.capacity * HeadSize);
    unsigned short* values = a.values + ((long long)head * a.capacity * HeadSize);

    // Earlier positions, the angles and the position itself do not depend on the grid before: they are under way while it ends.
    const int pair = thread % half;
    const float cosine = a.cosines[((long long)position * half) + pair];
    const float sine = a.sines[((long long)position * half) + pair];
    const int lastRead = position > 0 ? smaller(end, position) - 1 : 0;
    int first = begin + (warp * TileRows);
    Tile tile;
    tile.loadKeys(keys, first, lastRead, lane);
    tile.loadValues(values, first, lastRead, lane);
    waitForPreviousGrid();
    letNextGridStart();

    // Heads past the group's last are zero: their results go nowhere.
    for (int g = thread / half; g < MaximumGroup; g += AttentionThreads / half)
    {
        float x = 0;
        float y = 0;
        if (g < group)
        {
            const float* row = a.qkv + (((head * group) + g) * HeadSize) + pair;
            x = ((row[0] * cosine) - (row[half] * sine)) * a.scale;
            y = ((row[half] * cosine) + (row[0] * sine)) * a.scale;
        }

        unsigned high, low;
        split<Number>(x, y, high, low);
        queries[0][g][pair] = (unsigned short)high;
        queries[0][g][pair + half] = (unsigned short)(high >> 16);
        queries[1][g][pair] = (unsigned short)low;
        queries[1][g][pair + half] = (unsigned short)(low >> 16);
    }

    if (end == length && thread < 2 * half)
    {
        const bool isKey = thread < half;
        const float* row = a.qkv + ((a.heads + head + (isKey ? 0 : a.keyValueHeads)) * HeadSize) + pair;
        const float x = isKey ? (row[0] * cosine) - (row[half] * sine) : row[0];
        const float y = isKey ? (row[half] * cosine) + (row[0] * sine) : row[half];
        const unsigned packed = Number::pack(x, y);
        unsigned short* kept = isKey ? newKey : newValue;
        unsigned short* cached = (isKey ? keys : values) + ((long long)position * HeadSize);
        kept[pair] = cached[pair] = (unsigned short)packed;
        kept[pair + half] = cached[pair + half] = (unsigned short)(packed >> 16);
    }

    synchronizeBlock();
    Word4 query[2][keyLoads];
#pragma unroll
    for (int part = 0; part < 2; part++)
    {
#pragma unroll
        for (int c = 0; c < keyLoads; c++)
        {
            query[part][c] = *(const Word4*)&queries[part][lane / 4][(32 * c) + (8 * (lane % 4))];
        }
    }

    // Of heads 2t and 2t + 1.
    float sums[valueLoads][4][4] = {};
    float maximum[2] = {Lowest, Lowest};
    float total[2] = {0, 0};
    for (; first < end; first += AttentionWarps * TileRows)
    {
        if (end == length && first + TileRows > position)
        {
            tile.insert(newKey, newValue, position - first, lane);
        }

        // Rows g and g + 8, both heads of each.
        float scores[4] = {};
        float rest[4] = {};
#pragma unroll
        for (int c = 0; c < keyLoads; c++)
        {
            const Word4& upper = tile.keys[0][c];
            const Word4& lower = tile.keys[1][c];
            const unsigned one[4] = {upper.x, lower.x, upper.y, lower.y};
            const unsigned two[4] = {upper.z, lower.z, upper.w, lower.w};
            multiplyTiles<Number>(scores, one, {query[0][c].x, query[0][c].y});
            multiplyTiles<Number>(rest, one, {query[1][c].x, query[1][c].y});
            multiplyTiles<Number>(scores, two, {query[0][c].z, query[0][c].w});
            multiplyTiles<Number>(rest, two, {query[1][c].z, query[1][c].w});
        }

        const int next = first + (AttentionWarps * TileRows);
        if (next < end)
        {
            tile.loadKeys(keys, next, lastRead, lane);
        }

#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            scores[i] = first + Tile::keyRow(lane, i / 2) < end ? scores[i] + rest[i] : Lowest;
        }

        float shrink[2];
#pragma unroll
        for (int h = 0; h < 2; h++)
        {
            float highest = larger(maximum[h], larger(scores[h], scores[2 + h]));
            highest = larger(highest, shuffleXor(highest, 4));
            highest = larger(highest, shuffleXor(highest, 8));
            highest = larger(highest, shuffleXor(highest, 16));
            shrink[h] = exponential2(maximum[h] - highest);
            maximum[h] = highest;
            scores[h] = exponential2(scores[h] - highest);
            scores[2 + h] = exponential2(scores[2 + h] - highest);
            total[h] = (total[h] * shrink[h]) + (scores[h] + scores[2 + h]);
        }

        unsigned weight[2], weightRest[2];
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            split<Number>(scores[2 * i], scores[(2 * i) + 1], weight[i], weightRest[i]);
            weight[i] = transposeTile(weight[i]);
            weightRest[i] = transposeTile(weightRest[i]);
        }

#pragma unroll
        for (int c = 0; c < valueLoads; c++)
        {
#pragma unroll
            for (int m = 0; m < 4; m++)
            {
#pragma unroll
                for (int i = 0; i < 4; i++)
                {
                    sums[c][m][i] *= shrink[i % 2];
                }
            }

            unsigned rows[4][4];
#pragma unroll
            for (int i = 0; i < 4; i++)
            {
                rows[i][0] = tile.values[i][c].x;
                rows[i][1] = tile.values[i][c].y;
                rows[i][2] = tile.values[i][c].z;
                rows[i][3] = tile.values[i][c].w;
            }

            mix<Number>(sums[c], rows[0], rows[1], rows[2], rows[3], weight, weightRest);
        }

        if (next < end)
        {
            tile.loadValues(values, next, lastRead, lane);
        }
    }

#pragma unroll
    for (int h = 0; h < 2; h++)
    {
        total[h] += shuffleXor(total[h], 4);
        total[h] += shuffleXor(total[h], 8);
        total[h] += shuffleXor(total[h], 16);
        const int g = (2 * (lane % 4)) + h;
        if (lane < 4)
        {
            maxima[warp][g] = maximum[h];
            totals[warp][g] = total[h];
        }

#pragma unroll
        for (int c = 0; c < valueLoads; c++)
        {
            Float4* place = (Float4*)&mixed[warp][g][(64 * c) + (8 * (lane / 4))];
            place[0] = {sums[c][0][h], sums[c][0][2 + h], sums[c][1][h], sums[c][1][2 + h]};
            place[1] = {sums[c][2][h], sums[c][2][2 + h], sums[c][3][h], sums[c][3][2 + h]};
        }
    }

    synchronizeBlock();
    float* shares = a.shares + ((long long)head * a.splits * group * shareSize);
    for (int element = thread; element < group * HeadSize; element += AttentionThreads)
    {
        const int g = element / HeadSize;
        const int index = element % HeadSize;
        float highest = Lowest;
#pragma unroll
        for (int other = 0; other < AttentionWarps; other++)
        {
            highest = larger(highest, maxima[other][g]);
        }

        float sum = 0;
        float all = 0;
#pragma unroll
        for (int other = 0; other < AttentionWarps; other++)
        {
            const float own = exponential2(maxima[other][g] - highest);
            sum += mixed[other][g][index] * own;
            all += totals[other][g] * own;
        }

        if (active == 1)
        {
            a.output[(head * group * HeadSize) + element] = sum / all;
        }
        else
        {
            float* own = shares + ((((int)blockIdx.y * group) + g) * shareSize);
            own[index] = sum;
            if (index == 0)
            {
                own[HeadSize] = highest;
                own[HeadSize + 1] = all;
            }
        }
    }

    if (active == 1)
    {
        return;
    }

    // Every thread's share is out before the block is counted.
    fenceDevice();
    synchronizeBlock();
    if (thread == 0)
    {
        isLast = atomicIncrement(a.counters + head) == (unsigned)active - 1;
    }

    synchronizeBlock();
    if (!isLast)
    {
        return;
    }

    fenceDevice();
    if (thread == 0)
    {
        a.counters[head] = 0;
    }

    // A warp a head, a lane a share.
    for (int g = warp; g < group; g += AttentionWarps)
    {
        const float* own = shares + (((smaller(lane, active - 1) * group) + g) * shareSize) + HeadSize;
        const float peak = lane < active ? loadCoherent(own) : Lowest;
        const float all = loadCoherent(own + 1);
        float highest = peak;
        for (int lanes = 16; lanes > 0; lanes >>= 1)
        {
            highest = larger(highest, shuffleXor(highest, lanes));
        }

        const float factor = exponential2(peak - highest);
        weights[g][lane] = factor / warpSum(factor * all);
    }

    // Columns by fours; what threads are left over take the shares in turn.
    synchronizeBlock();
    const int fours = group * HeadSize / 4;
    const int slices = AttentionThreads / fours;
    const int slice = thread / fours;
    const int four = thread % fours;
    const int g = four / (HeadSize / 4);
    Float4* sliced = (Float4*)mixed;
    if (slice < slices)
    {
        Float4 sum = {0, 0, 0, 0};
        for (int from = slice; from < active; from += slices * LoadsAtOnce)
        {
            Float4 parts[LoadsAtOnce];
#pragma unroll
            for (int i = 0; i < LoadsAtOnce; i++)
            {
                const int other = smaller(from + (i * slices), active - 1);
                parts[i] = loadCoherent((const Float4*)(shares + (((other * group) + g) * shareSize)) + (four % (HeadSize / 4)));
            }

#pragma unroll
            for (int i = 0; i < LoadsAtOnce; i++)
            {
                const int other = from + (i * slices);
                const float weight = other < active ? weights[g][other] : 0.0f;
                sum.x += weight * parts[i].x;
                sum.y += weight * parts[i].y;
                sum.z += weight * parts[i].z;
                sum.w += weight * parts[i].w;
            }
        }

        sliced[(slice * fours) + four] = sum;
    }

    synchronizeBlock();
    const float* finished = (const float*)mixed;
    for (int element = thread; element < group * HeadSize; element += AttentionThreads)
    {
        float sum = 0;
        for (int other = 0; other < slices; other++)
        {
            sum += finished[(other * fours * 4) + element];
        }

        a.output[(head * group * HeadSize) + element] = sum;
    }
}

#define ATTENTION(name, Number, HeadSize) \
    KERNEL(attention_##name##_h##HeadSize, AttentionThreads, AttentionArguments) { attend<Number, HeadSize>(arguments); }

ATTENTION(bf16, Bf16, 64)
ATTENTION(bf16, Bf16, 128)
ATTENTION(f16, F16, 64)
ATTENTION(f16, F16, 128)
