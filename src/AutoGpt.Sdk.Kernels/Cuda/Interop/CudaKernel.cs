namespace AutoGpt.Sdk.Kernels;

/// <summary>A kernel of a loaded module.</summary>
public sealed class CudaKernel
{
    internal CudaKernel(string name, nint function)
    {
        Name = name;
        Function = function;
    }

    /// <summary>Its name in the source.</summary>
    public string Name { get; }

    /// <summary>Registers a thread.</summary>
    public int Registers => Attribute(4);

    /// <summary>Local memory a thread, in bytes: above 0 something spilled.</summary>
    public int LocalBytes => Attribute(3);

    /// <summary>Shared memory a block, in bytes.</summary>
    public int SharedBytes => Attribute(1);

    /// <summary>Threads a block may have.</summary>
    public int MaximumThreads => Attribute(0);

    internal nint Function { get; }

    /// <summary>Blocks of a size that a multiprocessor holds at once.</summary>
    /// <param name="threads">Threads of a block.</param>
    public int BlocksPerMultiprocessor(int threads)
    {
        CudaException.ThrowIfFailed(CudaNative.cuOccupancyMaxActiveBlocksPerMultiprocessor(out int blocks, Function, threads, 0), $"the occupancy of {Name}");
        return blocks;
    }

    private int Attribute(int attribute)
    {
        CudaException.ThrowIfFailed(CudaNative.cuFuncGetAttribute(out int value, attribute, Function), $"an attribute of {Name}");
        return value;
    }
}
