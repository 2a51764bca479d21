// A matrix times the vectors of up to eight sequences: each weight is loaded once for all of them and multiplied on the tensor cores.
//
// A block takes 16 · T rows, its warps take turns at the columns, their sums meet in shared memory. Weights are the left tile: the lane of group
// g = lane / 4 and t = lane % 4 holds the rows 2g and 2g + 1, so that its loads are of 16 bytes and the columns' order inside a tile, which is free as long as both
// sides have the same, follows from them. A kernel before it normalises the vectors and puts them into the numbers that the tensor cores take, padded with zeros.
#include "gemv_ending.h"
#include "numbers.h"

constexpr int LargestBatch = 8;
constexpr int BatchThreads = 256;

struct BatchArguments
{
    GemvArguments product; // x: the vectors, one after another; output and residual likewise
    unsigned* inputs;      // bf16: [2, batch, padded / 2], what the first bf16 leaves in the second; Q8_0: [batch, padded / 4]
    float* inputScales;    // Q8_0: [batch, padded / 32]
    int batch;
    int padded;            // columns, to a multiple of 256
};

// 1 / root mean square of a sequence's vector; 1 where nothing is normalised.
DEVICE float batchRoot(const BatchArguments& a, const float* x)
{
    __shared__ float squares[32];
    if (!a.product.norm)
    {
        return 1;
    }

    float sum = 0;
    for (int four = (int)threadIdx.x; four < a.product.columns / 4; four += (int)blockDim.x)
    {
        const Float4 v = *(const Float4*)(x + (4 * four));
        sum += ((v.x * v.x) + (v.y * v.y)) + ((v.z * v.z) + (v.w * v.w));
    }

    sum = warpSum(sum);
    if (threadIdx.x % 32 == 0)
    {
        squares[threadIdx.x / 32] = sum;
    }

    synchronizeBlock();
    const int lane = (int)threadIdx.x % 32;
    return reciprocalRoot((warpSum(lane < (int)(blockDim.x / 32) ? squares[lane] : 0.0f) / (float)a.product.columns) + a.product.epsilon);
}

DEVICE float batchInput(const BatchArguments& a, const float* x, int column, float root)
{
    return column < a.product.columns ? x[column] * (a.product.norm ? a.product.norm[column] * root : 1.0f) : 0.0f;
}

// The blocks of a column of the grid share a sequence; each finds the root for itself.
KERNEL(batch_prepare_bf16, 1024, BatchArguments)
{
    const BatchArguments& a = arguments;
    waitForPreviousGrid();
    letNextGridStart();
    const float* x = a.product.x + ((long long)blockIdx.x * a.product.columns);
    const float root = batchRoot(a, x);
    unsigned* first = a.inputs + ((int)blockIdx.x * (a.padded / 2));
    unsigned* rest = first + (a.batch * (a.padded / 2));
    for (int word = (int)((blockIdx.y * blockDim.x) + threadIdx.x); word < a.padded / 2; word += (int)(gridDim.y * blockDim.x))
    {
        const float low = batchInput(a, x, 2 * word, root);
        const float high = batchInput(a, x, (2 * word) + 1, root);
        const unsigned pair = Bf16::pack(low, high);
        first[word] = pair;
        rest[word] = Bf16::pack(low - Bf16::low(pair), high - Bf16::high(pair));
    }
}

// As above; a warp takes 32 columns.
KERNEL(batch_prepare_q8_0, 1024, BatchArguments)
{
    const BatchArguments& a = arguments;
    waitForPreviousGrid();
    letNextGridStart();
    const float* x = a.product.x + ((long long)blockIdx.x * a.product.columns);
    const float root = batchRoot(a, x);
    signed char* bytes = (signed char*)(a.inputs + ((int)blockIdx.x * (a.padded / 4)));
    float* scales = a.inputScales + ((int)blockIdx.x * (a.padded / 32));
    for (int column = (int)((blockIdx.y * blockDim.x) + threadIdx.x); column < a.padded; column += (int)(gridDim.y * blockDim.x))
    {
        // The root is the same for all: left out until the scale, it does not change what the bytes are.
        const float value = batchInput(a, x, column, 1);
        float largest = absolute(value);
        for (int lanes = 16; lanes > 0; lanes >>= 1)
        {
            largest = larger(largest, shuffleXor(largest, lanes));
        }

        bytes[column] = (signed char)roundToInt(value * (largest > 0 ? 127.0f / largest : 0.0f));
        if (column % 32 == 0)
        {
            scales[column / 32] = largest / 127.0f * root;
        }
    }
}

// Steps of 64 columns for two tiles of rows, 128 for one: eight loads of 16 bytes a lane.
template <int T, bool Packed>
struct BatchBf16
{
    static constexpr int Loads = 4 / T;
    static constexpr int StepColumns = 32 * Loads;

    // Up to four sequences: the second bf16 of sequence s is column s + 4 of the right tile.
    static constexpr bool AddsHalves = Packed;

    struct Tile { Word4 words[T][Loads][2]; };

    static DEVICE void load(const BatchArguments& a, int row, int step, Tile& tile)
    {
        const int units = a.product.columns / 8;
        const int lane = (int)threadIdx.x % 32;
#pragma unroll
        for (int tileRow = 0; tileRow < T; tileRow++)
        {
#pragma unroll
            for (int pair = 0; pair < 2; pair++)
            {
                const int own = smaller(row + (16 * tileRow) + (2 * (lane / 4)) + pair, a.product.rows - 1);
                const Word4* start = (const Word4*)a.product.weights + ((long long)own * units);
#pragma unroll
                for (int i = 0; i < Loads; i++)
                {
                    tile.words[tileRow][i][pair] = loadOnce(start + smaller((((step * Loads) + i) * 4) + (lane % 4), units - 1));
                }
            }
        }
    }

    static DEVICE void multiply(const BatchArguments& a, int step, const Tile& tile, float (&sums)[T][4])
    {
        const int lane = (int)threadIdx.x % 32;
        const int column = lane / 4;
        const int sequence = smaller(Packed ? column % 4 : column, a.batch - 1);
        const Word4* inputs = (const Word4*)a.inputs + (sequence * (a.padded / 8)) + (step * Loads * 4) + (lane % 4);
        const int rest = a.batch * (a.padded / 8);
#pragma unroll
        for (int i = 0; i < Loads; i++)
        {
#pragma unroll
            for (int term = 0; term < (Packed ? 1 : 2); term++)
            {
                const Word4 right = inputs[(4 * i) + (Packed ? column / 4 * rest : term * rest)];
#pragma unroll
                for (int tileRow = 0; tileRow < T; tileRow++)
                {
                    const Word4& even = tile.words[tileRow][i][0];
                    const Word4& odd = tile.words[tileRow][i][1];
                    multiplyTiles<Bf16>(sums[tileRow], {even.x, odd.x, even.y, odd.y}, {right.x, right.y});
                    multiplyTiles<Bf16>(sums[tileRow], {even.z, odd.z, even.w, odd.w}, {right.z, right.w});
                }
            }
        }
    }
};

// A lane loads the whole block of 32 weights of unit u + t, for its two rows, where a product of tiles wants eight bytes of one unit from every
// lane. So the right tile is given a unit at a time, the other lanes' part of it zero: four times the products, which are cheap, and no exchange.
template <int T>
struct BatchQ8
{
    static constexpr int Loads = 2 / T;
    static constexpr int StepColumns = 128 * Loads;
    static constexpr bool AddsHalves = false;

    struct Tile
    {
        Word4 words[T][Loads][2][2]; // of the two rows, the first and the second half of the block
        unsigned scales[T][Loads][4];
    };

    static DEVICE void load(const BatchArguments& a, int row, int step, Tile& tile)
    {
        const int units = a.product.columns / 32;
        const int lane = (int)threadIdx.x % 32;
#pragma unroll
        for (int tileRow = 0; tileRow < T; tileRow++)
        {
            const int first = row + (16 * tileRow) + (2 * (lane / 4));
#pragma unroll
            for (int i = 0; i < Loads; i++)
            {
                const int unit = ((step * Loads) + i) * 4;
                const int own = smaller(unit + (lane % 4), units - 1);
#pragma unroll
                for (int pair = 0; pair < 2; pair++)
                {
                    const Word4* start = (const Word4*)a.product.weights + ((long long)smaller(first + pair, a.product.rows - 1) * units * 2);
                    tile.words[tileRow][i][pair][0] = loadOnce(start + own);
                    tile.words[tileRow][i][pair][1] = loadOnce(start + units + own);
                }

                const unsigned* scales = (const unsigned*)a.product.scales + ((long long)smaller(first / 4, (a.product.rows - 1) / 4) * units * 2) + (first % 4 / 2);
#pragma unroll
                for (int j = 0; j < 4; j++)
                {
                    tile.scales[tileRow][i][j] = scales[2 * smaller(unit + j, units - 1)];
                }
            }
        }
    }

    static DEVICE void multiply(const BatchArguments& a, int step, const Tile& tile, float (&sums)[T][4])
    {
        const int lane = (int)threadIdx.x % 32;
        const int t = lane % 4;
#pragma unroll
        for (int i = 0; i < Loads; i++)
        {
            const int unit = ((step * Loads) + i) * 4;
            const Word4* inputs = (const Word4*)a.inputs + (smaller(lane / 4, a.batch - 1) * (a.padded / 16)) + (2 * (unit + t));
            const Word4 low = inputs[0];
            const Word4 high = inputs[1];
            const unsigned own[8] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
            const Float4 even = *(const Float4*)(a.inputScales + (smaller(2 * t, a.batch - 1) * (a.padded / 32)) + unit);
            const Float4 odd = *(const Float4*)(a.inputScales + (smaller((2 * t) + 1, a.batch - 1) * (a.padded / 32)) + unit);
            const float evens[4] = {even.x, even.y, even.z, even.w};
            const float odds[4] = {odd.x, odd.y, odd.z, odd.w};
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                unsigned right[8];
#pragma unroll
                for (int word = 0; word < 8; word++)
                {
                    right[word] = t == j ? own[word] : 0;
                }

#pragma unroll
                for (int tileRow = 0; tileRow < T; tileRow++)
                {
                    int products[4] = {0, 0, 0, 0};
#pragma unroll
                    for (int half = 0; half < 2; half++)
                    {
                        const Word4& first = tile.words[tileRow][i][0][half];
                        const Word4& second = tile.words[tileRow][i][1][half];
                        multiplyByteTiles(products, {first.x, second.x, first.y, second.y}, {right[4 * half], right[(4 * half) + 1]});
                        multiplyByteTiles(products, {first.z, second.z, first.w, second.w}, {right[(4 * half) + 2], right[(4 * half) + 3]});
                    }

                    const float firstScale = F16::low(tile.scales[tileRow][i][j]);
                    const float secondScale = F16::high(tile.scales[tileRow][i][j]);
                    sums[tileRow][0] += (float)products[0] * (firstScale * evens[j]);
                    sums[tileRow][1] += (float)products[1] * (firstScale * odds[j]);
                    sums[tileRow][2] += (float)products[2] * (secondScale * evens[j]);
                    sums[tileRow][3] += (float)products[3] * (secondScale * odds[j]);
                }
            }
        }
    }
};

template <class Format, int T>
DEVICE void batchProduct(const BatchArguments& a)
{
    __shared__ float partial[BatchThreads / 32][LargestBatch][(16 * T) + 2];
    const int warp = (int)threadIdx.x / 32;
    const int lane = (int)threadIdx.x % 32;
    const int warps = (int)blockDim.x / 32;
    const int start = (int)blockIdx.x * 16 * T;
    const int steps = (a.product.columns + Format::StepColumns - 1) / Format::StepColumns;

    // Weights do not depend on the grid before: they are under way while it ends.
    typename Format::Tile tile;
    Format::load(a, start, smaller(warp, steps - 1), tile);
    waitForPreviousGrid();
    letNextGridStart();
    float sums[T][4];
#pragma unroll
    for (int tileRow = 0; tileRow < T; tileRow++)
    {
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            sums[tileRow][i] = 0;
        }
    }

    typename Format::Tile next;
    for (int step = warp; step < steps; step += 2 * warps)
    {
        if (step + warps < steps)
        {
            Format::load(a, start, step + warps, next);
        }

        Format::multiply(a, step, tile, sums);
        if (step + (2 * warps) < steps)
        {
            Format::load(a, start, step + (2 * warps), tile);
        }

        if (step + warps < steps)
        {
            Format::multiply(a, step + warps, next, sums);
        }
    }

#pragma unroll
    for (int tileRow = 0; tileRow < T; tileRow++)
    {
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            partial[warp][(2 * (lane % 4)) + (i % 2)][(16 * tileRow) + (2 * (lane / 4)) + (i / 2)] = sums[tileRow][i];
        }
    }

    synchronizeBlock();
    const int rowStep = a.product.ending == SwiGlu ? 2 : 1;
    const int rowsOfSequence = 16 * T / rowStep;
    for (int index = (int)threadIdx.x; index < rowsOfSequence * a.batch; index += (int)blockDim.x)
    {
        const int sequence = index / rowsOfSequence;
        const int local = index % rowsOfSequence * rowStep;
        if (start + local >= a.product.rows)
        {
            continue;
        }

        float value = 0;
        float following = 0;
        for (int other = 0; other < warps; other++)
        {
#pragma unroll
            for (int half = 0; half < (Format::AddsHalves ? 2 : 1); half++)
            {
                value += partial[other][sequence + (4 * half)][local];
                following += partial[other][sequence + (4 * half)][local + 1];
            }
        }

        GemvArguments own = a.product;
        own.output += (long long)sequence * (a.product.rows / rowStep);
        own.residual += (long long)sequence * a.product.rows;
        unsigned long long best = 0;
        finish(own, start + local, 1.0f, value, following, best);
    }
}

KERNEL(batch_bf16_t1_4, BatchThreads, BatchArguments) { batchProduct<BatchBf16<1, true>, 1>(arguments); }
KERNEL(batch_bf16_t2_4, BatchThreads, BatchArguments) { batchProduct<BatchBf16<2, true>, 2>(arguments); }
KERNEL(batch_bf16_t1_8, BatchThreads, BatchArguments) { batchProduct<BatchBf16<1, false>, 1>(arguments); }
KERNEL(batch_bf16_t2_8, BatchThreads, BatchArguments) { batchProduct<BatchBf16<2, false>, 2>(arguments); }
KERNEL(batch_q8_0_t1_8, BatchThreads, BatchArguments) { batchProduct<BatchQ8<1>, 1>(arguments); }
KERNEL(batch_q8_0_t2_8, BatchThreads, BatchArguments) { batchProduct<BatchQ8<2>, 2>(arguments); }
