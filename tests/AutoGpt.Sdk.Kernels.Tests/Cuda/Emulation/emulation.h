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
