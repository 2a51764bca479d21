// What the kernels need of CUDA C++, without its toolkit: clang's builtins on the device, an emulation of them on the host.
// Both sides offer the same names, so that a kernel is one text.
#pragma once

#if defined(__CUDA__)

#include <__clang_cuda_builtin_vars.h>

#define DEVICE __attribute__((device, always_inline)) inline
#define __shared__ __attribute__((shared))
#define KERNEL(name, maximumThreads, Arguments) \
    extern "C" __attribute__((global)) __attribute__((launch_bounds(maximumThreads))) void name(Arguments arguments)

DEVICE void synchronizeBlock() { __syncthreads(); }
DEVICE float shuffleXor(float value, int lanes) { return __nvvm_shfl_sync_bfly_f32(0xffffffffu, value, lanes, 31); }
DEVICE int shuffleXor(int value, int lanes) { return __nvvm_shfl_sync_bfly_i32(0xffffffffu, value, lanes, 31); }
DEVICE float exponential2(float value) { return __nvvm_ex2_approx_ftz_f(value); }
DEVICE float reciprocalRoot(float value) { return __nvvm_rsqrt_approx_f(value); }
DEVICE float absolute(float value) { return __nvvm_fabs_f(value); }
DEVICE float larger(float a, float b) { return __nvvm_fmax_f(a, b); }
DEVICE int roundToInt(float value) { return __nvvm_f2i_rn(value); }
DEVICE void fenceDevice() { __nvvm_membar_gl(); }
DEVICE unsigned atomicIncrement(unsigned* counter) { return __nvvm_atom_add_gen_i((int*)counter, 1); }
DEVICE void atomicLargest(unsigned long long* place, unsigned long long value) { __nvvm_atom_max_gen_ull(place, value); }
DEVICE float loadCoherent(const float* place) { return *(const volatile float*)place; }
DEVICE int loadCoherent(const int* place) { return *(const volatile int*)place; }
DEVICE void prefetch(const void* place) { asm volatile("prefetch.global.L2 [%0];" : : "l"(place)); }

// Of an 8×8 tile of 16-bit numbers, two of a row in each thread.
DEVICE unsigned transposeTile(unsigned word)
{
    unsigned result;
    asm volatile("movmatrix.sync.aligned.m8n8.trans.b16 %0, %1;" : "=r"(result) : "r"(word));
    return result;
}

// Four products of signed bytes, added up: no builtin gives this one instruction.
DEVICE int dotBytes(int a, int b, int sum)
{
    int result;
    asm("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

// The grid before this one may still run when this one starts; what it writes is there only after the wait. Every kernel lets the next start
// after its own wait, never before: so one grid at most waits beside the one that runs, and what was written two grids ago can be read at once.
DEVICE void waitForPreviousGrid()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

DEVICE void letNextGridStart()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

#else

#include "emulation.h"

#endif

struct alignas(16) Word4 { unsigned x, y, z, w; };
struct alignas(8) Word2 { unsigned x, y; };
struct alignas(16) Float4 { float x, y, z, w; };

// Weights are read once: they pass the first cache by. The statement is volatile so that it stays ahead of the wait for the previous grid.
DEVICE Word4 loadOnce(const Word4* place)
{
#if defined(__CUDA__)
    Word4 word;
    asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(word.x), "=r"(word.y), "=r"(word.z), "=r"(word.w) : "l"(place));
    return word;
#else
    return *place;
#endif
}

DEVICE Word2 loadOnce(const Word2* place)
{
#if defined(__CUDA__)
    Word2 word;
    asm volatile("ld.global.nc.v2.u32 {%0, %1}, [%2];" : "=r"(word.x), "=r"(word.y) : "l"(place));
    return word;
#else
    return *place;
#endif
}

// Past the first cache: what other blocks of this launch wrote.
DEVICE Float4 loadCoherent(const Float4* place)
{
#if defined(__CUDA__)
    Float4 four;
    asm volatile("ld.global.cg.v4.f32 {%0, %1, %2, %3}, [%4];" : "=f"(four.x), "=f"(four.y), "=f"(four.z), "=f"(four.w) : "l"(place) : "memory");
    return four;
#else
    return *place;
#endif
}

DEVICE float warpSum(float value)
{
    for (int lanes = 16; lanes > 0; lanes >>= 1)
    {
        value += shuffleXor(value, lanes);
    }

    return value;
}

DEVICE int smaller(int a, int b) { return a < b ? a : b; }
