namespace AutoGpt.Sdk.Models;

/// <summary>Tensors in memory, such as the copied weights of a network that was trained. Thread-safe; there is nothing to dispose.</summary>
public sealed class TensorList : ITensorSource
{
    private readonly Dictionary<string, TensorView> _tensors;

    /// <summary>Creates the source.</summary>
    /// <param name="tensors">The tensors; names differ. Their data are not copied.</param>
    /// <exception cref="ArgumentException">A name appears twice.</exception>
    public TensorList(IEnumerable<TensorView> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <inheritdoc />
    public bool TryGet(string name, out TensorView tensor) => _tensors.TryGetValue(name, out tensor);

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
