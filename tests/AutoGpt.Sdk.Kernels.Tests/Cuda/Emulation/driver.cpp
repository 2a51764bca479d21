// The CUDA driver's functions that the library calls, over the emulated kernels: a device without a GPU. Memory is the host's, launches run at
// once. EMULATED_CUDA sets what it plays, as words: sm=75, multiprocessors=3, seed=7, memory=1048576, init=100.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>
#include "emulation.h"

#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim

#define API extern "C" __attribute__((visibility("default"))) int

namespace
{
enum { Success = 0, InvalidValue = 1, OutOfMemory = 2, InvalidImage = 200, NotFound = 500, LaunchFailed = 719 };

long long setting(const char* name, long long otherwise)
{
    const char* text = getenv("EMULATED_CUDA");
    const char* found = text ? strstr(text, (std::string(name) + "=").c_str()) : nullptr;
    return found ? atoll(found + strlen(name) + 1) : otherwise;
}

struct Module { std::map<std::string, const emulation::Kernel*> kernels; };
struct Node { const emulation::Kernel* kernel; emulation::Index grid, block; std::vector<char> arguments; int edges = 0; };
struct Graph { std::vector<Node*> nodes; };
struct Event { std::chrono::steady_clock::time_point at; };

std::map<void*, size_t> blocks;
size_t used;
unsigned launches;
std::string lastError = "emulated failure";

size_t capacity() { return (size_t)setting("memory", 1ll << 34); }

int launch(const emulation::Kernel* kernel, emulation::Index grid, emulation::Index block, void** parameters)
{
    if (const char* error = emulation::run(*kernel, grid, block, parameters, (unsigned)setting("seed", 1) + launches++))
    {
        lastError = error;
        fprintf(stderr, "emulated CUDA: %s\n", error);
        return LaunchFailed;
    }

    return Success;
}

bool covers(void* address, size_t bytes)
{
    auto after = blocks.upper_bound(address);
    if (after == blocks.begin())
    {
        return false;
    }

    --after;
    return (char*)address + bytes <= (char*)after->first + after->second;
}

const emulation::Kernel* find(const std::string& name)
{
    for (const emulation::Kernel* kernel = emulation::kernels; kernel; kernel = kernel->next)
    {
        if (name == kernel->name)
        {
            return kernel;
        }
    }

    return nullptr;
}
}

API cuInit(unsigned) { return (int)setting("init", Success); }
API cuDriverGetVersion(int* version) { *version = (int)setting("version", 12080); return Success; }
API cuGetErrorName(int error, const char** name) { *name = error == OutOfMemory ? "CUDA_ERROR_OUT_OF_MEMORY" : error == InvalidImage ? "CUDA_ERROR_INVALID_IMAGE" : "CUDA_ERROR_EMULATED"; return Success; }
API cuGetErrorString(int, const char** text) { *text = lastError.c_str(); return Success; }
API cuDeviceGetCount(int* count) { *count = (int)setting("devices", 1); return Success; }
API cuDeviceGet(int* device, int ordinal) { *device = ordinal; return Success; }
API cuDeviceGetName(char* name, int length, int) { snprintf(name, (size_t)length, "Emulated device"); return Success; }
API cuDeviceTotalMem_v2(size_t* bytes, int) { *bytes = capacity(); return Success; }

API cuDeviceGetAttribute(int* value, int attribute, int)
{
    long long sm = setting("sm", 90);
    *value = attribute == 75 ? (int)(sm / 10) : attribute == 76 ? (int)(sm % 10) : attribute == 16 ? (int)setting("multiprocessors", 3) : 1000000;
    return Success;
}

API cuDevicePrimaryCtxRetain(void** context, int) { *context = (void*)1; return Success; }
API cuDevicePrimaryCtxRelease_v2(int) { return Success; }
API cuCtxSetCurrent(void*) { return Success; }
API cuStreamCreate(void** stream, unsigned) { *stream = (void*)1; return Success; }
API cuStreamDestroy_v2(void*) { return Success; }
API cuStreamSynchronize(void*) { return Success; }
API cuMemGetInfo_v2(size_t* free, size_t* total) { *total = capacity(); *free = *total - used; return Success; }

API cuMemAlloc_v2(void** address, size_t bytes)
{
    if (used + bytes > capacity())
    {
        return OutOfMemory;
    }

    *address = aligned_alloc(256, (bytes + 255) / 256 * 256);
    // Not a number in every format: whoever reads what nobody wrote shows it.
    memset(*address, 0xff, bytes);
    blocks[*address] = bytes;
    used += bytes;
    return Success;
}

API cuMemFree_v2(void* address)
{
    if (!blocks.count(address))
    {
        return InvalidValue;
    }

    used -= blocks[address];
    blocks.erase(address);
    free(address);
    return Success;
}

API cuMemcpyHtoDAsync_v2(void* target, const void* source, size_t bytes, void*)
{
    if (!covers(target, bytes))
    {
        return InvalidValue;
    }

    memcpy(target, source, bytes);
    return Success;
}

API cuMemcpyDtoHAsync_v2(void* target, void* source, size_t bytes, void*)
{
    if (!covers(source, bytes))
    {
        return InvalidValue;
    }

    memcpy(target, source, bytes);
    return Success;
}

API cuMemcpyDtoDAsync_v2(void* target, void* source, size_t bytes, void*)
{
    if (!covers(source, bytes) || !covers(target, bytes))
    {
        return InvalidValue;
    }

    memmove(target, source, bytes);
    return Success;
}

API cuMemsetD8Async(void* address, unsigned char value, size_t bytes, void*)
{
    if (!covers(address, bytes))
    {
        return InvalidValue;
    }

    memset(address, value, bytes);
    return Success;
}

// A module is what its PTX says it is: each entry must be a kernel of these sources, with arguments of the same size.
API cuModuleLoadDataEx(void** module, const void* image, unsigned count, int* options, void** values)
{
    std::string text((const char*)image);
    std::string trouble;
    if (text.find(".target sm_") == std::string::npos || atoi(text.c_str() + text.find(".target sm_") + 11) > setting("sm", 90))
    {
        trouble = "the PTX is for another device";
    }

    Module* made = new Module;
    for (size_t at = text.find(".entry "); trouble.empty() && at != std::string::npos; at = text.find(".entry ", at + 1))
    {
        std::string name = text.substr(at + 7, text.find('(', at) - at - 7);
        const emulation::Kernel* kernel = find(name);
        size_t parameter = text.find("_param_0[", at);
        if (!kernel)
        {
            trouble = "no source for " + name;
        }
        else if (parameter == std::string::npos || strtoul(text.c_str() + parameter + 9, nullptr, 10) != kernel->argumentBytes)
        {
            trouble = "other arguments in the source of " + name;
        }

        made->kernels[name] = kernel;
    }

    for (unsigned i = 0; i < count; i++)
    {
        if (options[i] == (trouble.empty() ? 3 : 5))
        {
            strcpy((char*)values[i], trouble.empty() ? "emulated: nothing was translated" : trouble.c_str());
        }
    }

    if (!trouble.empty())
    {
        delete made;
        return InvalidImage;
    }

    *module = made;
    return Success;
}

API cuModuleUnload(void* module) { delete (Module*)module; return Success; }

API cuModuleGetFunction(void** function, void* module, const char* name)
{
    auto found = ((Module*)module)->kernels.find(name);
    if (found == ((Module*)module)->kernels.end())
    {
        return NotFound;
    }

    *function = (void*)found->second;
    return Success;
}

API cuFuncGetAttribute(int* value, int attribute, void* function) { *value = attribute == 0 ? ((emulation::Kernel*)function)->maximumThreads : 0; return Success; }
API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* count, void*, int threads, size_t) { *count = 2048 / threads; return Success; }

API cuLaunchKernel(void* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ, unsigned, void*, void** parameters, void**)
{
    return launch((const emulation::Kernel*)function, {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, parameters);
}

struct LaunchConfiguration { unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes; void* stream; void* attributes; unsigned count; };

API cuLaunchKernelEx(const LaunchConfiguration* c, void* function, void** parameters, void**)
{
    return launch((const emulation::Kernel*)function, {c->gridX, c->gridY, c->gridZ}, {c->blockX, c->blockY, c->blockZ}, parameters);
}

API cuEventCreate(void** handle, unsigned) { *handle = new Event; return Success; }
API cuEventDestroy_v2(void* handle) { delete (Event*)handle; return Success; }
API cuEventRecord(void* handle, void*) { ((Event*)handle)->at = std::chrono::steady_clock::now(); return Success; }
API cuEventSynchronize(void*) { return Success; }
API cuEventElapsedTime(float* milliseconds, void* start, void* end) { *milliseconds = std::chrono::duration<float, std::milli>(((Event*)end)->at - ((Event*)start)->at).count(); return Success; }

struct KernelNode { void* function; unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes; void** parameters; void** extra; void* kernel; void* context; };

API cuGraphCreate(void** graph, unsigned) { *graph = new Graph; return Success; }

API cuGraphAddKernelNode_v2(void** node, void* graph, void** dependencies, size_t count, const KernelNode* p)
{
    Graph* owner = (Graph*)graph;
    // Nodes are chained: each names the one before it, or gets its edge in a call of its own.
    if (count > 1 || (count == 1 && (owner->nodes.empty() || dependencies[0] != owner->nodes.back())))
    {
        return InvalidValue;
    }

    const emulation::Kernel* kernel = (const emulation::Kernel*)p->function;
    Node* made = new Node{kernel, {p->gridX, p->gridY, p->gridZ}, {p->blockX, p->blockY, p->blockZ}, {}, (int)count};
    made->arguments.assign((char*)p->parameters[0], (char*)p->parameters[0] + kernel->argumentBytes);
    owner->nodes.push_back(made);
    *node = made;
    return Success;
}

API cuGraphAddDependencies_v2(void*, void** from, void** to, const unsigned char* edge, size_t count)
{
    if (count != 1 || !from[0] || edge[0] != 1 || edge[2] != 1)
    {
        return InvalidValue;
    }

    ((Node*)to[0])->edges++;
    return Success;
}

API cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long)
{
    Graph* source = (Graph*)graph;
    for (size_t i = 0; i < source->nodes.size(); i++)
    {
        if (source->nodes[i]->edges != (i == 0 ? 0 : 1))
        {
            lastError = "a kernel of the graph does not follow the one before it";
            return InvalidValue;
        }
    }

    *executable = source;
    return Success;
}

API cuGraphExecDestroy(void*) { return Success; }

API cuGraphDestroy(void* graph)
{
    for (Node* node : ((Graph*)graph)->nodes)
    {
        delete node;
    }

    delete (Graph*)graph;
    return Success;
}

API cuGraphLaunch(void* executable, void*)
{
    for (Node* node : ((Graph*)executable)->nodes)
    {
        void* parameters[] = {node->arguments.data()};
        if (int error = launch(node->kernel, node->grid, node->block, parameters))
        {
            return error;
        }
    }

    return Success;
}
