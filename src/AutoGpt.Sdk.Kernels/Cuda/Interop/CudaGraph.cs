namespace AutoGpt.Sdk.Kernels;

/// <summary>Kernels in a row that are launched by one call. Built node by node rather than captured, so that nothing else can slip in.</summary>
public sealed unsafe class CudaGraph : ICudaLauncher, IDisposable
{
    private readonly CudaDriver _driver;
    private readonly bool _overlapping;
    private readonly nint _graph;
    private nint _last;
    private nint _executable;

    /// <summary>An empty graph.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="overlapping">
    /// Lets a kernel start while the one before it ends (programmatic dependent launch): needs compute capability 9.0 and a driver for CUDA 12.3.
    /// </param>
    public CudaGraph(CudaDriver driver, bool overlapping = false)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _driver = driver;
        _overlapping = overlapping;
        CudaException.ThrowIfFailed(CudaNative.cuGraphCreate(out _graph, 0), "a graph");
    }

    /// <summary>Kernels in it.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public void Launch<T>(CudaKernel kernel, CudaGrid grid, in T arguments)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (_executable != 0)
        {
            throw new InvalidOperationException("The graph has been launched; kernels can no longer be added.");
        }

        fixed (T* pointer = &arguments)
        {
            void* parameter = pointer;
            CudaNative.KernelNode node = new()
            {
                Function = kernel.Function,
                GridX = (uint)grid.X, GridY = (uint)grid.Y, GridZ = 1, BlockX = (uint)grid.Threads, BlockY = 1, BlockZ = 1,
                Parameters = &parameter,
                Context = _driver.Context,
            };
            nint last = _last;
            bool edge = _overlapping && last != 0;
            CudaException.ThrowIfFailed(
                CudaNative.cuGraphAddKernelNode_v2(out nint added, _graph, &last, last == 0 || edge ? 0u : 1u, &node), $"adding {kernel.Name} with {grid} to a graph");
            if (edge)
            {
                // CU_GRAPH_KERNEL_NODE_PORT_PROGRAMMATIC and CU_GRAPH_DEPENDENCY_TYPE_PROGRAMMATIC.
                CudaNative.GraphEdge data = new() { FromPort = 1, Type = 1 };
                CudaException.ThrowIfFailed(CudaNative.cuGraphAddDependencies_v2(_graph, &last, &added, &data, 1), "an overlapping edge of a graph");
            }

            _last = added;
            Count++;
        }
    }

    /// <summary>Launches all of it on the device's stream, after what was launched before.</summary>
    public void Launch()
    {
        if (_executable == 0)
        {
            CudaException.ThrowIfFailed(CudaNative.cuGraphInstantiateWithFlags(out _executable, _graph, 0), $"instantiating a graph of {Count} kernels");
        }

        CudaException.ThrowIfFailed(CudaNative.cuGraphLaunch(_executable, _driver.Stream), "launching a graph");
    }

    /// <summary>Destroys it.</summary>
    public void Dispose()
    {
        if (_executable != 0)
        {
            _ = CudaNative.cuGraphExecDestroy(_executable);
            _executable = 0;
        }

        _ = CudaNative.cuGraphDestroy(_graph);
    }
}
