using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>What every network does when it is made.</summary>
internal static class NetworkSetUp
{
    /// <summary>For the call of a base class's constructor, which needs torch already.</summary>
    public static string Loaded(string name)
    {
        LibTorch.EnsureLoaded();
        return name;
    }

    /// <summary>Initial weights, the device, and independence of the caller's dispose scopes.</summary>
    /// <param name="network">The network with all its modules.</param>
    /// <param name="options">Seed and device.</param>
    /// <param name="residuals">How many sub-layers add to the residual stream.</param>
    public static void Finish(Module network, TransformerOptions options, int residuals)
    {
        TransformerInitialization.Apply(network, residuals, options.Seed);
        if (options.Device != "cpu")
        {
            network.to(Find(options.Device));
        }

        // A caller's dispose scope must not take the weights with it.
        foreach (Tensor tensor in network.parameters().Concat(network.buffers()))
        {
            tensor.DetachFromDisposeScope();
        }
    }

    public static ScalarType TypeOf(Precision precision) => precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    private static Device Find(string name)
    {
        try
        {
            return device(name);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new ArgumentException($"There is no device '{name}'; cpu, cuda, cuda:1 and so on are known.", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new NotSupportedException(
                $"The device '{name}' cannot be used: this libtorch has no CUDA, or the driver shows no GPU. Reference one of the packages TorchSharp-cuda-* instead of TorchSharp-cpu, or name the folder of a libtorch that has CUDA in {LibTorchOptions.FolderVariable}.",
                exception);
        }
    }
}
