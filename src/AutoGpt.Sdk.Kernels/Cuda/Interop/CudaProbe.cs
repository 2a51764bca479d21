namespace AutoGpt.Sdk.Kernels;

/// <summary>The steps from nothing to a usable device, remembered for the diagnosis.</summary>
internal sealed class CudaProbe
{
    private readonly List<string> _tried = [];

    public CudaDiagnosis? Diagnosis { get; private set; }

    public CudaDriver? Open(int ordinal)
    {
        string names = string.Join(", ", CudaNative.Candidates);
        try
        {
            _tried.Add($"loading the driver ({names}) and cuInit");
            int result = CudaNative.cuInit(0);
            if (result != 0)
            {
                return Fail(CudaException.Describe(result), "Check that nvidia-smi sees the GPU and that this process may use it (in a container: --gpus all).");
            }

            _tried.Add("the driver's version");
            CudaException.ThrowIfFailed(CudaNative.cuDriverGetVersion(out int version), "the driver's version");
            if (version < 12000)
            {
                return Fail($"the driver supports CUDA {version / 1000}.{version % 1000 / 10}, the kernels need 12.0", "Install an NVIDIA driver of version 525 or later.");
            }

            _tried.Add($"device {ordinal} (the driver supports CUDA {version / 1000}.{version % 1000 / 10})");
            CudaException.ThrowIfFailed(CudaNative.cuDeviceGetCount(out int count), "the number of devices");
            if (ordinal >= count)
            {
                return Fail($"the driver sees {count} devices", "Check CUDA_VISIBLE_DEVICES, and that the container was given a GPU.");
            }

            CudaException.ThrowIfFailed(CudaNative.cuDeviceGet(out int device, ordinal), "the device");
            int capability = CudaDriver.ComputeCapability(device);
            _tried.Add($"compute capability {capability / 10}.{capability % 10} of {CudaDriver.Name(device)}");
            if (capability < CudaDriver.LowestComputeCapability)
            {
                return Fail("the kernels need compute capability 8.0", "Use a GPU of the Ampere generation or later, or decode on the CPU.");
            }

            _tried.Add("the device's primary context");
            return CudaDriver.Create(device, version);
        }
        catch (DllNotFoundException)
        {
            return Fail($"no NVIDIA driver was found ({names})", $"Install the NVIDIA driver, or name its library in {CudaNative.OverrideVariable}.");
        }
        catch (EntryPointNotFoundException exception)
        {
            return Fail($"the driver lacks a function: {exception.Message}", "Install an NVIDIA driver of version 525 or later.");
        }
        catch (CudaException exception)
        {
            return Fail(exception.Message, "See the driver's message; nvidia-smi shows who uses the GPU.");
        }
    }

    private CudaDriver? Fail(string reason, string remedy)
    {
        Diagnosis = new CudaDiagnosis(_tried, reason, remedy);
        return null;
    }
}
