// The number formats of weights and of the key-value cache. A word holds two 16-bit numbers, the first in its low half.
#pragma once

#include "device.h"

struct Bf16
{
    static constexpr bool IsBf16 = true;

    static DEVICE float low(unsigned word) { return __builtin_bit_cast(float, word << 16); }
    static DEVICE float high(unsigned word) { return __builtin_bit_cast(float, word & 0xffff0000u); }

    static DEVICE unsigned short from(float value)
    {
        unsigned bits = __builtin_bit_cast(unsigned, value);
        return (unsigned short)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
    }

    static DEVICE unsigned pack(float low, float high)
    {
#if defined(__CUDA__)
        unsigned word;
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
        return word;
#else
        return from(low) | ((unsigned)from(high) << 16);
#endif
    }
};

struct F16
{
    static constexpr bool IsBf16 = false;

    static DEVICE float one(unsigned short bits) { return (float)__builtin_bit_cast(_Float16, bits); }
    static DEVICE float low(unsigned word) { return one((unsigned short)word); }
    static DEVICE float high(unsigned word) { return one((unsigned short)(word >> 16)); }
    static DEVICE unsigned short from(float value) { return __builtin_bit_cast(unsigned short, (_Float16)value); }

    static DEVICE unsigned pack(float low, float high)
    {
#if defined(__CUDA__)
        unsigned word;
        asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
        return word;
#else
        return from(low) | ((unsigned)from(high) << 16);
#endif
    }
};

template <class Format>
DEVICE void unpack(const Word4& word, float (&values)[8])
{
    values[0] = Format::low(word.x);
    values[1] = Format::high(word.x);
    values[2] = Format::low(word.y);
    values[3] = Format::high(word.y);
    values[4] = Format::low(word.z);
    values[5] = Format::high(word.z);
    values[6] = Format::low(word.w);
    values[7] = Format::high(word.w);
}

// Adds the product of a tile of 16×16 and one of 16×8 to one of 16×8, each spread over the warp as mma.m16n8k16 has it.
template <class Number>
DEVICE void multiplyTiles(float (&sums)[4], const unsigned (&a)[4], const unsigned (&b)[2])
{
#if defined(__CUDA__)
    if constexpr (Number::IsBf16)
    {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    }
    else
    {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    }
#else
    emulation::multiplyTiles(sums, a, b, [](unsigned word, int index) { return index == 0 ? Number::low(word) : Number::high(word); });
#endif
}

// The same of signed bytes, as mma.m16n8k32 has it: a word holds four.
DEVICE void multiplyByteTiles(int (&sums)[4], const unsigned (&a)[4], const unsigned (&b)[2])
{
#if defined(__CUDA__)
    asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
    emulation::multiplyByteTiles(sums, a, b);
#endif
}
