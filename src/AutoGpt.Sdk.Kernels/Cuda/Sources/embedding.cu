// The start of a step: which token comes next, and its row of the embedding.
#include "numbers.h"

struct DecodeState
{
    int position;            // of the row being computed; -1 before the first step
    int given;               // tokens of the text that are given: these are read, not chosen
    unsigned long long best; // the choice of the step before, as gemv.cu orders it
};

struct EmbeddingArguments
{
    const void* table;            // [vocabulary, columns], laid out as in gemv.cu
    const unsigned short* scales; // f16 [vocabulary / 4, columns / 32, 4], or null
    int* ids;                     // [capacity]: the text; receives the choice
    DecodeState* state;
    float* output;                // [columns]
    int columns;
};

template <class Number>
struct HalfTable
{
    static DEVICE float at(const EmbeddingArguments& a, int row, int column)
    {
        return Number::low(((const unsigned short*)a.table)[((long long)row * a.columns) + column]);
    }
};

DEVICE float scaleAt(const EmbeddingArguments& a, int row, int column)
{
    return F16::one(a.scales[(((((long long)row / 4) * (a.columns / 32)) + (column / 32)) * 4) + (row % 4)]);
}

struct ByteTable
{
    static DEVICE float at(const EmbeddingArguments& a, int row, int column)
    {
        const int plane = column % 32 / 16;
        const signed char* start = (const signed char*)a.table + ((long long)row * a.columns);
        return (float)start[(plane * (a.columns / 2)) + (column / 32 * 16) + (column % 16)] * scaleAt(a, row, column);
    }
};

struct NibbleTable
{
    static DEVICE float at(const EmbeddingArguments& a, int row, int column)
    {
        const unsigned char* start = (const unsigned char*)a.table + ((long long)row * (a.columns / 2));
        const unsigned char pair = start[(column / 32 * 16) + (column % 16)];
        return (float)((column % 32 < 16 ? pair & 15 : pair >> 4) - 8) * scaleAt(a, row, column);
    }
};

template <class Table>
DEVICE void embed(const EmbeddingArguments& a)
{
    waitForPreviousGrid();
    letNextGridStart();
    const int position = a.state->position + 1;
    const int token = position < a.state->given ? a.ids[position] : (int)(0xffffffffu - (unsigned)a.state->best);
    synchronizeBlock();
    if (threadIdx.x == 0)
    {
        a.ids[position] = token;
        a.state->position = position;
        a.state->best = 0;
    }

    for (int column = threadIdx.x; column < a.columns; column += blockDim.x)
    {
        a.output[column] = Table::at(a, token, column);
    }
}

KERNEL(embed_bf16, 1024, EmbeddingArguments) { embed<HalfTable<Bf16>>(arguments); }
KERNEL(embed_f16, 1024, EmbeddingArguments) { embed<HalfTable<F16>>(arguments); }
KERNEL(embed_q8_0, 1024, EmbeddingArguments) { embed<ByteTable>(arguments); }
KERNEL(embed_q4_0, 1024, EmbeddingArguments) { embed<NibbleTable>(arguments); }
