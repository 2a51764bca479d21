using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Networks in evaluation mode – without dropout – until this is disposed; then in the modes they were in.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (Module Network, bool Training)[] _before;

    public EvaluationMode(params ReadOnlySpan<Module> networks)
    {
        _before = [.. networks.ToArray().Select(network => (network, network.training))];
        foreach ((Module network, _) in _before)
        {
            network.eval();
        }
    }

    public void Dispose()
    {
        foreach ((Module network, bool training) in _before)
        {
            network.train(training);
        }
    }
}
