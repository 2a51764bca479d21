// Attention of one new position: the query and the key are rotated, key and value join the cache, and the cache is read once.
//
// A block takes one key-value head, its G query heads and a share of the positions; the last block of a head to finish merges the shares by
// their log-sum-exp (Dao et al., flash-decoding). A row of the cache is read by HeadSize / 8 lanes of 16 bytes each.
#include "numbers.h"

struct AttentionArguments
{
    const float* qkv;       // [(heads + 2 · keyValueHeads) · headSize]: query, key, value, not rotated
    unsigned short* keys;   // [keyValueHeads, capacity, headSize]
    unsigned short* values; // [keyValueHeads, capacity, headSize]
    const float* cosines;   // [capacity, headSize / 2]
    const float* sines;     // [capacity, headSize / 2]
    float* output;          // [heads, headSize]
    float* shares;          // [keyValueHeads, splits, G, headSize + 2]: mixed values, maximum, sum
    unsigned* counters;     // [keyValueHeads], zero between launches
    const int* position;    // of the new row
    int heads;
    int keyValueHeads;
    int capacity;
    int splits;             // blocks a head; at most MaximumSplits
    int smallestShare;      // positions a block takes at least
    float scale;            // log2(e) / √headSize
};

constexpr int AttentionWarps = 4;
constexpr int MaximumSplits = 128;
constexpr int RowsAtOnce = 4;
constexpr float Lowest = -1e30f;

template <int HeadSize>
DEVICE float rotated(const float* row, int index, const float* cosines, const float* sines)
{
    constexpr int half = HeadSize / 2;
    const int pair = index % half;
    const float other = row[index < half ? index + half : index - half];
    return (row[index] * cosines[pair]) + (index < half ? -other : other) * sines[pair];
}

template <class Number, int HeadSize, int G>
DEVICE void attend(const AttentionArguments& a)
{
    constexpr int lanesPerRow = HeadSize / 8;
    constexpr int rowsPerWarp = 32 / lanesPerRow;
    constexpr int threads = AttentionWarps * 32;
    alignas(16) __shared__ float queries[G][HeadSize];
    __shared__ float mixed[AttentionWarps][G][HeadSize];
    __shared__ float maxima[AttentionWarps][G];
    __shared__ float totals[AttentionWarps][G];
    __shared__ float weights[G][MaximumSplits];
    __shared__ int isLast;
    const int warp = threadIdx.x >> 5;
    const int lane = threadIdx.x & 31;
    const int sub = lane / lanesPerRow;
    const int column = (lane % lanesPerRow) * 8;
    const int head = (int)blockIdx.x;
    const int group = a.heads / a.keyValueHeads;

    letNextGridStart();
    waitForPreviousGrid();
    const int position = *a.position;
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
    const float* cosines = a.cosines + ((long long)position * (HeadSize / 2));
    const float* sines = a.sines + ((long long)position * (HeadSize / 2));
    unsigned short* keys = a.keys + ((long long)head * a.capacity * HeadSize);
    unsigned short* values = a.values + ((long long)head * a.capacity * HeadSize);
    if (end == length)
    {
        const float* key = a.qkv + ((a.heads + head) * HeadSize);
        const float* value = a.qkv + ((a.heads + a.keyValueHeads + head) * HeadSize);
        for (int index = threadIdx.x; index < HeadSize; index += threads)
        {
            keys[((long long)position * HeadSize) + index] = Number::from(rotated<HeadSize>(key, index, cosines, sines));
            values[((long long)position * HeadSize) + index] = Number::from(value[index]);
        }
    }

    // Heads past the group's last repeat its first: their results go nowhere.
    for (int element = threadIdx.x; element < G * HeadSize; element += threads)
    {
        const int g = element / HeadSize;
        const float* row = a.qkv + (((head * group) + (g < group ? g : 0)) * HeadSize);
        queries[g][element % HeadSize] = rotated<HeadSize>(row, element % HeadSize, cosines, sines) * a.scale;
    }

    synchronizeBlock();
    float query[G][8];
#pragma unroll
    for (int g = 0; g < G; g++)
    {
        const Float4 low = *(const Float4*)&queries[g][column];
        const Float4 high = *(const Float4*)&queries[g][column + 4];
        query[g][0] = low.x;
        query[g][1] = low.y;
        query[g][2] = low.z;
        query[g][3] = low.w;
        query[g][4] = high.x;
        query[g][5] = high.y;
        query[g][6] = high.z;
        query[g][7] = high.w;
    }

    float sums[G][8];
    float maximum[G];
    float total[G];
#pragma unroll
    for (int g = 0; g < G; g++)
    {
        maximum[g] = Lowest;
        total[g] = 0;
#pragma unroll
        for (int i = 0; i < 8; i++)
        {
            sums[g][i] = 0;
        }
    }

    for (int first = begin + (warp * rowsPerWarp * RowsAtOnce); first < end; first += AttentionWarps * rowsPerWarp * RowsAtOnce)
    {
        Word4 keyWords[RowsAtOnce];
        Word4 valueWords[RowsAtOnce];
#pragma unroll
        for (int j = 0; j < RowsAtOnce; j++)
        {
            const long long row = smaller(first + (j * rowsPerWarp) + sub, end - 1);
            keyWords[j] = *(const Word4*)(keys + (row * HeadSize) + column);
            valueWords[j] = *(const Word4*)(values + (row * HeadSize) + column);
        }

        float scores[RowsAtOnce][G];
#pragma unroll
        for (int j = 0; j < RowsAtOnce; j++)
        {
            float key[8];
            unpack<Number>(keyWords[j], key);
#pragma unroll
            for (int g = 0; g < G; g++)
            {
                float score = 0;
#pragma unroll
                for (int i = 0; i < 8; i++)
                {
                    score += query[g][i] * key[i];
                }

#pragma unroll
                for (int lanes = lanesPerRow / 2; lanes > 0; lanes >>= 1)
                {
                    score += shuffleXor(score, lanes);
                }

                scores[j][g] = first + (j * rowsPerWarp) + sub < end ? score : Lowest;
            }
        }

#pragma unroll
        for (int g = 0; g < G; g++)
        {
            float highest = maximum[g];
#pragma unroll
            for (int j = 0; j < RowsAtOnce; j++)
            {
                highest = larger(highest, scores[j][g]);
            }

            const float shrink = exponential2(maximum[g] - highest);
            maximum[g] = highest;
            total[g] *= shrink;
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                sums[g][i] *= shrink;
            }

#pragma unroll
            for (int j = 0; j < RowsAtOnce; j++)
            {
                scores[j][g] = scores[j][g] > Lowest ? exponential2(scores[j][g] - highest) : 0.0f;
                total[g] += scores[j][g];
            }
        }

#pragma unroll
        for (int j = 0; j < RowsAtOnce; j++)
        {
            float value[8];
            unpack<Number>(valueWords[j], value);
#pragma unroll
            for (int g = 0; g < G; g++)
            {
#pragma unroll
                for (int i = 0; i < 8; i++)
                {
                    sums[g][i] += scores[j][g] * value[i];
                }
            }
        }
    }

#pragma unroll
    for (int g = 0; g < G; g++)
    {
#pragma unroll
        for (int lanes = lanesPerRow; lanes < 32; lanes <<= 1)
        {
            const float otherMaximum = shuffleXor(maximum[g], lanes);
            const float highest = larger(maximum[g], otherMaximum);
            const float own = exponential2(maximum[g] - highest);
            const float others = exponential2(otherMaximum - highest);
            total[g] = (total[g] * own) + (shuffleXor(total[g], lanes) * others);
            maximum[g] = highest;
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                sums[g][i] = (sums[g][i] * own) + (shuffleXor(sums[g][i], lanes) * others);
            }
        }

        if (sub == 0)
        {
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                mixed[warp][g][column + i] = sums[g][i];
            }
        }

        if (lane == 0)
        {
            maxima[warp][g] = maximum[g];
            totals[warp][g] = total[g];
        }
    }

    synchronizeBlock();
    float* shares = a.shares + ((long long)head * a.splits * G * (HeadSize + 2));
    for (int element = threadIdx.x; element < G * HeadSize; element += threads)
    {
        const int g = element / HeadSize;
        const int index = element % HeadSize;
        float highest = Lowest;
        for (int other = 0; other < AttentionWarps; other++)
        {
            highest = larger(highest, maxima[other][g]);
        }

        float sum = 0;
        float all = 0;
        for (int other = 0; other < AttentionWarps; other++)
        {
            const float weight = exponential2(maxima[other][g] - highest);
            sum += mixed[other][g][index] * weight;
            all += totals[other][g] * weight;
        }

        if (active == 1)
        {
            if (g < group)
            {
                a.output[(((head * group) + g) * HeadSize) + index] = sum / all;
            }
        }
        else
        {
            float* own = shares + (((blockIdx.y * G) + g) * (HeadSize + 2));
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
    if (threadIdx.x == 0)
    {
        isLast = atomicIncrement(a.counters + head) == (unsigned)active - 1;
    }

    synchronizeBlock();
    if (!isLast)
    {
        return;
    }

    fenceDevice();
    if (threadIdx.x == 0)
    {
        a.counters[head] = 0;
    }

    for (int g = warp; g < G; g += AttentionWarps)
    {
        float highest = Lowest;
        for (int split = lane; split < active; split += 32)
        {
            highest = larger(highest, loadCoherent(shares + (((split * G) + g) * (HeadSize + 2)) + HeadSize));
        }

        for (int lanes = 16; lanes > 0; lanes >>= 1)
        {
            highest = larger(highest, shuffleXor(highest, lanes));
        }

        float all = 0;
        for (int split = lane; split < active; split += 32)
        {
            const float* own = shares + (((split * G) + g) * (HeadSize + 2)) + HeadSize;
            const float weight = exponential2(loadCoherent(own) - highest);
            weights[g][split] = weight;
            all += weight * loadCoherent(own + 1);
        }

        all = warpSum(all);
        for (int split = lane; split < active; split += 32)
        {
            weights[g][split] /= all;
        }
    }

    synchronizeBlock();
    for (int element = threadIdx.x; element < group * HeadSize; element += threads)
    {
        const int g = element / HeadSize;
        const int index = element % HeadSize;
        float sum = 0;
#pragma unroll 4
        for (int split = 0; split < active; split++)
        {
            sum += weights[g][split] * loadCoherent(shares + (((split * G) + g) * (HeadSize + 2)) + index);
        }

        a.output[(((head * group) + g) * HeadSize) + index] = sum;
    }
}

#define ATTENTION(name, Number, HeadSize, G) \
    KERNEL(attention_##name##_h##HeadSize##g##G, AttentionWarps * 32, AttentionArguments) { attend<Number, HeadSize, G>(arguments); }
#define ATTENTION_GROUPS(name, Number, HeadSize) \
    ATTENTION(name, Number, HeadSize, 1) ATTENTION(name, Number, HeadSize, 2) ATTENTION(name, Number, HeadSize, 4) ATTENTION(name, Number, HeadSize, 8)

ATTENTION_GROUPS(bf16, Bf16, 64)
ATTENTION_GROUPS(bf16, Bf16, 128)
ATTENTION_GROUPS(f16, F16, 64)
ATTENTION_GROUPS(f16, F16, 128)
