// The kernels' CUDA on a CPU: a fiber for each thread of a block, switched where threads of a block meet. Blocks run one after another in a
// seeded order, threads in a seeded order between two meetings. Not a memory model: what a fence or a volatile access is for is not tested.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#define DEVICE inline
#define __shared__ static __attribute__((section("block_shared")))

namespace emulation
{
struct Index { unsigned x, y, z; };

struct Thread
{
    Index threadIdx, blockIdx, blockDim, gridDim;
};

extern Thread* current;

using Entry = void (*)(void** parameters);

struct Kernel
{
    const char* name;
    Entry entry;
    size_t argumentBytes;
    int maximumThreads;
    Kernel* next;
};

extern Kernel* kernels;

struct Registration
{
    Kernel kernel;
    Registration(const char* name, Entry entry, size_t bytes, int threads) : kernel{name, entry, bytes, threads, kernels} { kernels = &kernel; }
};

void meetBlock();
void meetWarp();
uint32_t exchange(uint32_t value, int lanes);

// Shows a thread's words to its warp, until all have called hide; and another lane's.
void show(const uint32_t* words);
const uint32_t* shownBy(int lane);
void hide();

// mma.m16n8k16 by the fragments' definition in the PTX manual: a thread of group g = lane / 4 and t = lane % 4 holds of A the rows g and g + 8 at
// the columns 2t, 2t + 1 and those plus 8, of B the column g at the rows 2t, 2t + 1 and those plus 8, of C the rows g and g + 8 at 2t and 2t + 1.
template <class Decode>
void multiplyTiles(float (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], Decode decode)
{
    uint32_t words[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
    show(words);
    int lane = (int)(current->threadIdx.x % 32);
    for (int i = 0; i < 4; i++)
    {
        int row = (lane / 4) + (8 * (i / 2));
        int column = (2 * (lane % 4)) + (i % 2);
        for (int k = 0; k < 16; k++)
        {
            float left = decode(shownBy((row % 8 * 4) + (k % 8 / 2))[(row / 8) + (2 * (k / 8))], k % 2);
            float right = decode(shownBy((column * 4) + (k % 8 / 2))[4 + (k / 8)], k % 2);
            sums[i] += left * right;
        }
    }

    hide();
}

// mma.m16n8k32 of signed bytes: as above with four columns of A, or rows of B, in a word: 4t to 4t + 3 and those plus 16.
inline void multiplyByteTiles(int (&sums)[4], const uint32_t (&a)[4], const uint32_t (&b)[2])
{
    uint32_t words[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
    show(words);
    int lane = (int)(current->threadIdx.x % 32);
    for (int i = 0; i < 4; i++)
    {
        int row = (lane / 4) + (8 * (i / 2));
        int column = (2 * (lane % 4)) + (i % 2);
        for (int k = 0; k < 32; k++)
        {
            int8_t left = (int8_t)(shownBy((row % 8 * 4) + (k % 16 / 4))[(row / 8) + (2 * (k / 16))] >> (8 * (k % 4)));
            int8_t right = (int8_t)(shownBy((column * 4) + (k % 16 / 4))[4 + (k / 16)] >> (8 * (k % 4)));
            sums[i] += left * right;
        }
    }

    hide();
}

// Null, or what went wrong: threads that never meet, an index outside a launch.
const char* run(const Kernel& kernel, Index grid, Index block, void** parameters, unsigned seed);
}

#define threadIdx (emulation::current->threadIdx)
#define blockIdx (emulation::current->blockIdx)
#define blockDim (emulation::current->blockDim)
#define gridDim (emulation::current->gridDim)

#define KERNEL(name, threads, Arguments) \
    static void name(Arguments arguments); \
    static emulation::Registration register_##name( \
        #name, [](void** parameters) { name(*(Arguments*)parameters[0]); }, sizeof(Arguments), threads); \
    static void name(Arguments arguments)

inline void synchronizeBlock() { emulation::meetBlock(); }
inline float shuffleXor(float value, int lanes) { return __builtin_bit_cast(float, emulation::exchange(__builtin_bit_cast(uint32_t, value), lanes)); }
inline int shuffleXor(int value, int lanes) { return (int)emulation::exchange((uint32_t)value, lanes); }
inline float exponential2(float value) { return std::exp2(value); }
inline float reciprocalRoot(float value) { return 1.0f / std::sqrt(value); }
inline float absolute(float value) { return std::fabs(value); }
inline float larger(float a, float b) { return std::fmax(a, b); }
inline int roundToInt(float value) { return (int)std::nearbyint(value); }
inline void fenceDevice() {}
inline unsigned atomicIncrement(unsigned* counter) { return (*counter)++; }
inline void atomicLargest(unsigned long long* place, unsigned long long value) { *place = value > *place ? value : *place; }
inline float loadCoherent(const float* place) { return *place; }
inline int loadCoherent(const int* place) { return *place; }
inline void prefetch(const void*) {}
inline void waitForPreviousGrid() {}
inline void letNextGridStart() {}

inline int dotBytes(int a, int b, int sum)
{
    for (int i = 0; i < 4; i++)
    {
        sum += (int)(int8_t)(a >> (8 * i)) * (int)(int8_t)(b >> (8 * i));
    }

    return sum;
}

// Row lane / 4 of the tile, columns 2 · (lane % 4) and the next; of its transpose the same.
inline unsigned transposeTile(unsigned word)
{
    emulation::show(&word);
    int lane = (int)(threadIdx.x % 32);
    unsigned result = 0;
    for (int i = 0; i < 2; i++)
    {
        int row = (2 * (lane % 4)) + i;
        int column = lane / 4;
        result |= ((emulation::shownBy((row * 4) + (column / 2))[0] >> (16 * (column % 2))) & 0xffffu) << (16 * i);
    }

    emulation::hide();
    return result;
}
