#include "emulation.h"

#include <sys/mman.h>
#include <ucontext.h>
#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim

extern "C" __attribute__((weak)) char __start_block_shared[];
extern "C" __attribute__((weak)) char __stop_block_shared[];

namespace emulation
{
Thread* current;
Kernel* kernels;

namespace
{
constexpr size_t StackBytes = 64 * 1024;
constexpr int WarpThreads = 32;

enum class Meeting { None, Block, Warp };

struct Fiber
{
    Thread thread;
    ucontext_t context;
    Meeting waits = Meeting::None;
    bool done = false;
    uint32_t shown = 0;
    const uint32_t* words = nullptr;
};

ucontext_t scheduler;
std::vector<std::unique_ptr<Fiber>> fibers;
char* stacks;
size_t stackCount;
int running;
const Kernel* launched;
void** launchedParameters;

void wait(Meeting meeting)
{
    Fiber& fiber = *fibers[running];
    fiber.waits = meeting;
    swapcontext(&fiber.context, &scheduler);
    current = &fiber.thread;
}

void start()
{
    launched->entry(launchedParameters);
    Fiber& fiber = *fibers[running];
    fiber.done = true;
    swapcontext(&fiber.context, &scheduler);
}

void reserve(size_t threads)
{
    while (fibers.size() < threads)
    {
        fibers.push_back(std::make_unique<Fiber>());
    }

    if (stackCount < threads)
    {
        stackCount = 1024;
        stacks = (char*)mmap(nullptr, stackCount * StackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
}

// A meeting takes place when every thread of the range that has not ended has come to one of its kind.
bool met(int from, int to, Meeting meeting)
{
    bool any = false;
    for (int i = from; i < to; i++)
    {
        if (!fibers[i]->done)
        {
            if (fibers[i]->waits != meeting)
            {
                return false;
            }

            any = true;
        }
    }

    return any;
}

void release(int from, int to)
{
    for (int i = from; i < to; i++)
    {
        fibers[i]->waits = Meeting::None;
    }
}

std::string trouble;

const char* runBlock(int threads, std::mt19937& random)
{
    // Shared memory holds nothing of the block before, and no number in any format: a read before a write shows.
    if (__start_block_shared)
    {
        memset(__start_block_shared, 0xff, __stop_block_shared - __start_block_shared);
    }

    std::vector<int> ready(threads);
    for (int i = 0; i < threads; i++)
    {
        ready[i] = i;
    }

    int left = threads;
    while (left > 0)
    {
        while (!ready.empty())
        {
            size_t pick = random() % ready.size();
            running = ready[pick];
            ready[pick] = ready.back();
            ready.pop_back();
            Fiber& fiber = *fibers[running];
            current = &fiber.thread;
            swapcontext(&scheduler, &fiber.context);
            left -= fiber.done;
            int warp = running / WarpThreads * WarpThreads;
            int end = std::min(warp + WarpThreads, threads);
            if (met(warp, end, Meeting::Warp))
            {
                release(warp, end);
                for (int i = warp; i < end; i++)
                {
                    if (!fibers[i]->done)
                    {
                        ready.push_back(i);
                    }
                }
            }
        }

        if (left > 0)
        {
            if (!met(0, threads, Meeting::Block))
            {
                trouble = std::string(launched->name) + ": threads of a block wait for each other at different places";
                return trouble.c_str();
            }

            release(0, threads);
            for (int i = 0; i < threads; i++)
            {
                if (!fibers[i]->done)
                {
                    ready.push_back(i);
                }
            }
        }
    }

    return nullptr;
}
}

void meetBlock() { wait(Meeting::Block); }
void meetWarp() { wait(Meeting::Warp); }

uint32_t exchange(uint32_t value, int lanes)
{
    int own = running;
    fibers[own]->shown = value;
    meetWarp();
    uint32_t other = fibers[own ^ lanes]->shown;
    // Nobody shows its next value before all have read this one.
    meetWarp();
    return other;
}

void show(const uint32_t* words)
{
    fibers[running]->words = words;
    meetWarp();
}

const uint32_t* shownBy(int lane) { return fibers[(running / WarpThreads * WarpThreads) + lane]->words; }
void hide() { meetWarp(); }

const char* run(const Kernel& kernel, Index grid, Index block, void** parameters, unsigned seed)
{
    int threads = (int)(block.x * block.y * block.z);
    if (threads <= 0 || threads > kernel.maximumThreads || threads % WarpThreads != 0 || block.y != 1 || block.z != 1)
    {
        trouble = std::string(kernel.name) + ": a block of " + std::to_string(threads) + " threads";
        return trouble.c_str();
    }

    reserve(threads);
    launched = &kernel;
    launchedParameters = parameters;
    std::mt19937 random(seed);
    std::vector<Index> blocks;
    for (unsigned z = 0; z < grid.z; z++)
    {
        for (unsigned y = 0; y < grid.y; y++)
        {
            for (unsigned x = 0; x < grid.x; x++)
            {
                blocks.push_back({x, y, z});
            }
        }
    }

    std::shuffle(blocks.begin(), blocks.end(), random);
    for (const Index& index : blocks)
    {
        for (int i = 0; i < threads; i++)
        {
            Fiber& fiber = *fibers[i];
            fiber.thread = {{(unsigned)i, 0, 0}, index, block, grid};
            fiber.waits = Meeting::None;
            fiber.done = false;
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = stacks + (i * StackBytes);
            fiber.context.uc_stack.ss_size = StackBytes;
            fiber.context.uc_link = nullptr;
            makecontext(&fiber.context, (void (*)())start, 0);
        }

        if (const char* error = runBlock(threads, random))
        {
            return error;
        }
    }

    return nullptr;
}
}
