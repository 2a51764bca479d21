// Sixteen rows of a key-value cache in the registers of a warp, as products of tiles on the tensor cores want them.
#pragma once

#include "numbers.h"

constexpr int TileRows = 16;

// What a thread holds of 16 rows of keys and values. Of keys rows g and g + 8, eight columns of each 32; of values rows 2t, 2t + 1, 2t + 8 and
// 2t + 9, eight columns of each 64; g = lane / 4, t = lane % 4.
template <int HeadSize>
struct CacheTile
{
    static constexpr int KeyLoads = HeadSize / 32;
    static constexpr int ValueLoads = HeadSize / 64;

    Word4 keys[2][KeyLoads];
    Word4 values[4][ValueLoads];

    static DEVICE int keyRow(int lane, int i) { return (lane / 4) + (8 * i); }
    static DEVICE int valueRow(int lane, int i) { return (2 * (lane % 4)) + (i % 2) + (8 * (i / 2)); }

    // Rows past the last are the last again: what they weigh is masked.
    DEVICE void loadKeys(const unsigned short* cache, int first, int last, int lane)
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            const unsigned short* row = cache + ((long long)smaller(first + keyRow(lane, i), last) * HeadSize) + (8 * (lane % 4));
#pragma unroll
            for (int c = 0; c < KeyLoads; c++)
            {
                keys[i][c] = *(const Word4*)(row + (32 * c));
            }
        }
    }

    DEVICE void loadValues(const unsigned short* cache, int first, int last, int lane)
    {
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            const unsigned short* row = cache + ((long long)smaller(first + valueRow(lane, i), last) * HeadSize) + (8 * (lane / 4));
#pragma unroll
            for (int c = 0; c < ValueLoads; c++)
            {
                values[i][c] = *(const Word4*)(row + (64 * c));
            }
        }
    }

    // The new row is not read back from the cache; rows past it become it, so that nothing unwritten is multiplied.
    DEVICE void insert(const unsigned short* key, const unsigned short* value, int rows, int lane)
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
#pragma unroll
            for (int c = 0; c < KeyLoads; c++)
            {
                if (keyRow(lane, i) >= rows)
                {
                    keys[i][c] = *(const Word4*)(key + (32 * c) + (8 * (lane % 4)));
                }
            }
        }

#pragma unroll
        for (int i = 0; i < 4; i++)
        {
#pragma unroll
            for (int c = 0; c < ValueLoads; c++)
            {
                if (valueRow(lane, i) >= rows)
                {
                    values[i][c] = *(const Word4*)(value + (64 * c) + (8 * (lane / 4)));
                }
            }
        }
    }
};

// A number as two of 16 bits.
template <class Number>
DEVICE void split(float low, float high, unsigned& first, unsigned& rest)
{
    first = Number::pack(low, high);
    rest = Number::pack(low - Number::low(first), high - Number::high(first));
}

DEVICE unsigned lowHalves(unsigned a, unsigned b) { return (a & 0xffffu) | (b << 16); }
DEVICE unsigned highHalves(unsigned a, unsigned b) { return (a >> 16) | (b & 0xffff0000u); }

// Eight columns of a block of 64, for two heads: even columns in [·][head], odd ones in [·][2 + head].
template <class Number>
DEVICE void mix(float (&sums)[4][4], const unsigned (&a)[4], const unsigned (&b)[4], const unsigned (&c)[4], const unsigned (&d)[4],
    const unsigned (&weights)[2], const unsigned (&rest)[2])
{
#pragma unroll
    for (int m = 0; m < 4; m++)
    {
        const unsigned rows[4] = {lowHalves(a[m], b[m]), highHalves(a[m], b[m]), lowHalves(c[m], d[m]), highHalves(c[m], d[m])};
        multiplyTiles<Number>(sums[m], rows, weights);
        multiplyTiles<Number>(sums[m], rows, rest);
    }
}
