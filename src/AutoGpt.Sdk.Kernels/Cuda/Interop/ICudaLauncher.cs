namespace AutoGpt.Sdk.Kernels;

/// <summary>Where kernels go: to the device's stream at once, or into a graph that is launched as a whole. They run one after another.</summary>
public interface ICudaLauncher
{
    /// <summary>Launches a kernel.</summary>
    /// <typeparam name="T">Its launch record.</typeparam>
    /// <param name="kernel">The kernel.</param>
    /// <param name="grid">Blocks and threads.</param>
    /// <param name="arguments">Copied.</param>
    /// <exception cref="CudaException">The driver refused.</exception>
    void Launch<T>(CudaKernel kernel, CudaGrid grid, in T arguments)
        where T : unmanaged;
}

/// <summary>The size of a launch.</summary>
/// <param name="X">Blocks in the first dimension.</param>
/// <param name="Y">Blocks in the second.</param>
/// <param name="Threads">Threads of a block; a multiple of 32, at most 1024.</param>
public readonly record struct CudaGrid(int X, int Y, int Threads);
