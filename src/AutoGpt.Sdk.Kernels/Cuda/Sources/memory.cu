// Filling and measuring memory: made-up weights of any size without an upload, and the bandwidth that everything else is held against.
#include "numbers.h"

enum FillKind : int { Bits = 0, PairsOfBf16 = 1, PairsOfF16 = 2, Single = 3 };

struct FillArguments
{
    unsigned* words;
    long long count;
    unsigned seed;
    int kind;
    float center;
    float spread; // a number lies in [center - spread, center + spread)
};

struct StreamArguments
{
    const Word4* source;
    Word4* target; // copy: [count]; read: one word, written only if the data add up to one value in 2³²
    long long count;
};

DEVICE unsigned hash(unsigned long long index, unsigned seed)
{
    unsigned long long value = (index + 1) * 0x9e3779b97f4a7c15ull + ((unsigned long long)seed << 32);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
    return (unsigned)(value >> 32);
}

// Steps of 2⁻¹⁶ of the range: the same on every machine.
DEVICE float between(unsigned bits, float center, float spread)
{
    return center + ((((float)(bits & 0xffffu) * 0x1p-15f) - 1.0f) * spread);
}

KERNEL(fill, 512, FillArguments)
{
    const FillArguments& a = arguments;
    waitForPreviousGrid();
    letNextGridStart();
    const long long stride = (long long)gridDim.x * blockDim.x;
    for (long long index = ((long long)blockIdx.x * blockDim.x) + threadIdx.x; index < a.count; index += stride)
    {
        const unsigned bits = hash(index, a.seed);
        const float low = between(bits, a.center, a.spread);
        const float high = between(bits >> 16, a.center, a.spread);
        unsigned word = bits;
        if (a.kind == PairsOfBf16)
        {
            word = Bf16::from(low) | ((unsigned)Bf16::from(high) << 16);
        }
        else if (a.kind == PairsOfF16)
        {
            word = F16::from(low) | ((unsigned)F16::from(high) << 16);
        }
        else if (a.kind == Single)
        {
            word = __builtin_bit_cast(unsigned, low);
        }

        a.words[index] = word;
    }
}

KERNEL(copy_stream, 1024, StreamArguments)
{
    const StreamArguments& a = arguments;
    const long long stride = (long long)gridDim.x * blockDim.x;
    long long index = ((long long)blockIdx.x * blockDim.x) + threadIdx.x;
    for (; index + (3 * stride) < a.count; index += 4 * stride)
    {
        Word4 words[4];
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            words[i] = loadOnce(a.source + index + (i * stride));
        }

#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            a.target[index + (i * stride)] = words[i];
        }
    }

    for (; index < a.count; index += stride)
    {
        a.target[index] = loadOnce(a.source + index);
    }
}

KERNEL(read_stream, 1024, StreamArguments)
{
    const StreamArguments& a = arguments;
    const long long stride = (long long)gridDim.x * blockDim.x;
    long long index = ((long long)blockIdx.x * blockDim.x) + threadIdx.x;
    unsigned sum = 0;
    for (; index + (7 * stride) < a.count; index += 8 * stride)
    {
        Word4 words[8];
#pragma unroll
        for (int i = 0; i < 8; i++)
        {
            words[i] = loadOnce(a.source + index + (i * stride));
        }

#pragma unroll
        for (int i = 0; i < 8; i++)
        {
            sum += words[i].x ^ words[i].y ^ words[i].z ^ words[i].w;
        }
    }

    for (; index < a.count; index += stride)
    {
        const Word4 word = loadOnce(a.source + index);
        sum += word.x ^ word.y ^ word.z ^ word.w;
    }

    if (sum == 0x9e3779b9u)
    {
        a.target->x = sum;
    }
}
