using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>Tensors in memory.</summary>
internal sealed class TensorList(IEnumerable<TensorView> tensors) : ITensorSource
{
    private readonly Dictionary<string, TensorView> _tensors = tensors.ToDictionary(tensor => tensor.Name);

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public bool TryGet(string name, out TensorView tensor) => _tensors.TryGetValue(name, out tensor);

    public void Dispose()
    {
    }
}
