// Arguments of a product and what follows it: bias, residual, SwiGLU, greedy choice.
#pragma once

#include "device.h"

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
