using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The driver API's functions that are used, by the names its library exports. Results are CUresult; 0 is success.</summary>
internal static unsafe partial class CudaNative
{
    /// <summary>Names a library to load in the driver's place: a path.</summary>
    public const string OverrideVariable = "AUTOGPT_CUDA_DRIVER";

    private const string Library = "cuda";

    /// <summary>The names that are tried, in order.</summary>
    public static IReadOnlyList<string> Candidates =>
        Environment.GetEnvironmentVariable(OverrideVariable) is { Length: > 0 } given ? [given]
        : OperatingSystem.IsWindows() ? ["nvcuda.dll"]
        : ["libcuda.so.1", "libcuda.so"];

#pragma warning disable CA2255 // The resolver must stand before the first call, wherever that comes from.
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(CudaNative).Assembly, Resolve);
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name == Library)
        {
            foreach (string candidate in Candidates)
            {
                if (NativeLibrary.TryLoad(candidate, out nint handle))
                {
                    return handle;
                }
            }
        }

        return 0;
    }

    [LibraryImport(Library)]
    public static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial int cuDriverGetVersion(out int version);

    [LibraryImport(Library)]
    public static partial int cuGetErrorName(int error, out byte* name);

    [LibraryImport(Library)]
    public static partial int cuGetErrorString(int error, out byte* text);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    public static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)]
    public static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    public static partial int cuStreamCreate(out nint stream, uint flags);

    [LibraryImport(Library)]
    public static partial int cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)]
    public static partial int cuStreamSynchronize(nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemGetInfo_v2(out nuint free, out nuint total);

    [LibraryImport(Library)]
    public static partial int cuMemAlloc_v2(out nint address, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cuMemFree_v2(nint address);

    [LibraryImport(Library)]
    public static partial int cuMemcpyHtoDAsync_v2(nint target, void* source, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoHAsync_v2(void* target, nint source, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoDAsync_v2(nint target, nint source, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemsetD8Async(nint address, byte value, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuModuleLoadDataEx(out nint module, byte* image, uint count, int* options, void** values);

    [LibraryImport(Library)]
    public static partial int cuModuleUnload(nint module);

    [LibraryImport(Library)]
    public static partial int cuModuleGetFunction(out nint function, nint module, byte* name);

    [LibraryImport(Library)]
    public static partial int cuFuncGetAttribute(out int value, int attribute, nint function);

    [LibraryImport(Library)]
    public static partial int cuOccupancyMaxActiveBlocksPerMultiprocessor(out int blocks, nint function, int threads, nuint sharedBytes);

    [LibraryImport(Library)]
    public static partial int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra);

    [LibraryImport(Library)]
    public static partial int cuLaunchKernelEx(LaunchConfiguration* configuration, nint function, void** parameters, void** extra);

    [LibraryImport(Library)]
    public static partial int cuEventCreate(out nint handle, uint flags);

    [LibraryImport(Library)]
    public static partial int cuEventDestroy_v2(nint handle);

    [LibraryImport(Library)]
    public static partial int cuEventRecord(nint handle, nint stream);

    [LibraryImport(Library)]
    public static partial int cuEventSynchronize(nint handle);

    [LibraryImport(Library)]
    public static partial int cuEventElapsedTime(out float milliseconds, nint start, nint end);

    [LibraryImport(Library)]
    public static partial int cuGraphCreate(out nint graph, uint flags);

    [LibraryImport(Library)]
    public static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    public static partial int cuGraphAddKernelNode_v2(out nint node, nint graph, nint* dependencies, nuint count, KernelNode* parameters);

    [LibraryImport(Library)]
    public static partial int cuGraphAddDependencies_v2(nint graph, nint* from, nint* to, GraphEdge* edges, nuint count);

    [LibraryImport(Library)]
    public static partial int cuGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library)]
    public static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    public static partial int cuGraphLaunch(nint executable, nint stream);

    /// <summary>CUDA_KERNEL_NODE_PARAMS_v2.</summary>
    public struct KernelNode
    {
        public nint Function;
        public uint GridX, GridY, GridZ, BlockX, BlockY, BlockZ, SharedBytes;
        public void** Parameters;
        public void** Extra;
        public nint Kernel;
        public nint Context;
    }

    /// <summary>CUgraphEdgeData.</summary>
    public struct GraphEdge
    {
        public byte FromPort, ToPort, Type;
        public fixed byte Reserved[5];
    }

    /// <summary>CUlaunchConfig.</summary>
    public struct LaunchConfiguration
    {
        public uint GridX, GridY, GridZ, BlockX, BlockY, BlockZ, SharedBytes;
        public nint Stream;
        public LaunchAttribute* Attributes;
        public uint Count;
    }

    /// <summary>CUlaunchAttribute with a value of one integer.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 72)]
    public struct LaunchAttribute
    {
        public int Id;
        public int Padding;
        public int Value;
    }
}
