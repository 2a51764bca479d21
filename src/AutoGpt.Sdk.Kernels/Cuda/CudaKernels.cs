using System.Collections.Concurrent;
using System.IO.Compression;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The kernels in this package, translated for a device as they are first asked for.</summary>
/// <param name="driver">The device.</param>
public sealed class CudaKernels(CudaDriver driver) : IDisposable
{
    private readonly ConcurrentDictionary<string, CudaKernel> _kernels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CudaModule> _modules = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The sources, each a module of its own.</summary>
    public static IReadOnlyList<string> ModuleNames { get; } = ["attention", "batch", "embedding", "gemv", "memory"];

    /// <summary>The compute capabilities that PTX is embedded for, as 10 · major + minor. The driver translates it for later ones too.</summary>
    public static IReadOnlyList<int> Targets { get; } = [80, 90];

    /// <summary>The device.</summary>
    public CudaDriver Driver => driver;

    /// <summary>A kernel by its name.</summary>
    /// <param name="module">One of <see cref="ModuleNames"/>.</param>
    /// <param name="name">As in the source.</param>
    /// <exception cref="CudaException">The driver cannot translate the module, or there is no such kernel.</exception>
    public CudaKernel Get(string module, string name) => _kernels.GetOrAdd(name, key => Module(module).Kernel(key));

    /// <summary>A module, translated.</summary>
    /// <param name="name">One of <see cref="ModuleNames"/>.</param>
    /// <exception cref="CudaException">The driver cannot translate it.</exception>
    public CudaModule Module(string name)
    {
        lock (_lock)
        {
            if (!_modules.TryGetValue(name, out CudaModule? module))
            {
                module = CudaModule.Load(driver, Ptx(name, Targets.Last(target => target <= driver.Facts.ComputeCapability)));
                _modules.Add(name, module);
            }

            return module;
        }
    }

    /// <summary>The embedded PTX of a source.</summary>
    /// <param name="module">One of <see cref="ModuleNames"/>.</param>
    /// <param name="target">One of <see cref="Targets"/>.</param>
    public static byte[] Ptx(string module, int target)
    {
        using Stream resource = typeof(CudaKernels).Assembly.GetManifestResourceStream($"{module}.sm_{target}.ptx.gz")
            ?? throw new ArgumentException($"There is no PTX of '{module}' for compute capability {target / 10}.{target % 10}.", nameof(module));
        using GZipStream unpacked = new(resource, CompressionMode.Decompress);
        using MemoryStream text = new();
        unpacked.CopyTo(text);
        return text.ToArray();
    }

    /// <summary>Unloads the modules.</summary>
    public void Dispose()
    {
        foreach (CudaModule module in _modules.Values)
        {
            module.Dispose();
        }
    }
}
