// The number formats of weights and of the key-value cache. A word holds two 16-bit numbers, the first in its low half.
#pragma once

#include "device.h"

struct Bf16
{
    static DEVICE float low(unsigned word) { return __builtin_bit_cast(float, word << 16); }
    static DEVICE float high(unsigned word) { return __builtin_bit_cast(float, word & 0xffff0000u); }

    static DEVICE unsigned short from(float value)
    {
        unsigned bits = __builtin_bit_cast(unsigned, value);
        return (unsigned short)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
    }
};

struct F16
{
    static DEVICE float one(unsigned short bits) { return (float)__builtin_bit_cast(_Float16, bits); }
    static DEVICE float low(unsigned word) { return one((unsigned short)word); }
    static DEVICE float high(unsigned word) { return one((unsigned short)(word >> 16)); }
    static DEVICE unsigned short from(float value) { return __builtin_bit_cast(unsigned short, (_Float16)value); }
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
