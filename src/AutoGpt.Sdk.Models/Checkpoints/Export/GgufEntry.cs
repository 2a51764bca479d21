namespace AutoGpt.Sdk.Models;

/// <summary>A tensor to write into a GGUF file.</summary>
/// <param name="Name">The file's name of it.</param>
/// <param name="Shape">The sizes, outermost first.</param>
/// <param name="Type">How its elements are kept.</param>
/// <param name="Write">Writes its bytes, as many as shape and type ask for; called once, when its turn comes.</param>
internal sealed record GgufEntry(string Name, IReadOnlyList<int> Shape, TensorType Type, Action<Stream> Write)
{
    public long Bytes => Shape.Aggregate(1L, (product, size) => product * size) / Type.BlockLength() * Type.BlockBytes();
}
