using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A network's tensors under the names and in the layout of a GGUF file: what <see cref="GgufTensors"/> undoes. What is renamed only is the source's own memory; what is moved,
/// fused or made is made when its bytes are first asked for, anew for every <see cref="TryGet"/>.
/// </summary>
internal sealed class GgufNetwork : ITensorSource
{
    private static readonly string[] s_fused = [TensorNames.Query, TensorNames.Key, TensorNames.Value];

    private readonly Dictionary<string, Func<string, TensorView>> _tensors = new(StringComparer.Ordinal);
    private readonly ITensorSource _source;

    /// <param name="architecture">The file's.</param>
    /// <param name="config">A shape that it expresses.</param>
    /// <param name="source">Every tensor of <see cref="TensorNames.Of"/>; not owned.</param>
    public GgufNetwork(string architecture, TransformerConfig config, ITensorSource source)
    {
        _source = source;

        // The architecture gpt2 has biases everywhere: those that the network lacks are zeros.
        bool isGpt2 = architecture == GgufArchitecture.Gpt2;
        Dictionary<string, int[]> shapes = TensorNames.Of(isGpt2 ? config with { Bias = true } : config).ToDictionary(StringComparer.Ordinal);
        Dictionary<string, (string Target, string? Module)> names = GgufTensors.Names(config.Layers);
        for (int layer = 0; isGpt2 && layer < config.Layers; layer++)
        {
            foreach ((string kind, string[] parts) in new[] { ("weight", Parts(layer, TensorNames.Weight)), ("bias", Parts(layer, TensorNames.Bias)) })
            {
                int[][] sizes = [.. parts.Select(part => shapes.Remove(part, out int[]? shape) ? shape : throw new InvalidOperationException($"'{part}' has no shape."))];
                _tensors.Add(GgufTensors.InLayer(layer, GgufTensors.FusedQueryKeyValue, kind), name => Fuse(name, [.. parts.Zip(sizes, Find)]));
            }
        }

        foreach ((string name, int[] shape) in shapes)
        {
            (string target, string? module) = names[name];
            bool moved = architecture == GgufArchitecture.Llama && module is TensorNames.Query or TensorNames.Key;
            _tensors.Add(target, file => moved ? Interleave(file, Find(name, shape), config.HeadSize) : Find(name, shape) with { Name = file });
        }

        if (architecture == GgufArchitecture.Llama && config.RotaryScaling is { Kind: RotaryScalingKind.Llama3 })
        {
            _tensors.Add(GgufTensors.RotaryFactors, file => new TensorView(file, TensorType.F32, [config.HeadSize / 2], MemoryMarshal.AsBytes<float>(GgufRotaryTable.Of(config)).ToArray()));
        }
    }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public bool TryGet(string name, out TensorView tensor)
    {
        bool found = _tensors.TryGetValue(name, out Func<string, TensorView>? make);
        tensor = found ? make!(name) : default;
        return found;
    }

    public void Dispose()
    {
    }

    private static string[] Parts(int layer, Func<int, string, string> name) => [.. s_fused.Select(module => name(layer, module))];

    private TensorView Find(string name, int[] shape) => _source.TryGet(name, out TensorView tensor)
        ? tensor
        : new TensorView(name, TensorType.F32, shape, new byte[4 * shape.Aggregate(1, (product, size) => product * size)]);

    private static TensorView Interleave(string name, TensorView tensor, int headSize)
    {
        ReadOnlyMemory<byte> rows = tensor.Data;
        int rowBytes = rows.Length / tensor.Shape[0];
        return tensor with { Name = name, Data = new LazyBytes(rows.Length, () => HeadRows.Interleave(rows.Span, rowBytes, headSize)).Memory };
    }

    private static TensorView Fuse(string name, TensorView[] parts)
    {
        if (parts.Any(part => part.Type != parts[0].Type))
        {
            parts = Array.ConvertAll(parts, Singles);
        }

        int length = parts.Sum(part => part.Data.Length);
        return parts[0] with
        {
            Name = name,
            Shape = [parts.Sum(part => part.Shape[0]), .. parts[0].Shape.Skip(1)],
            Data = new LazyBytes(length, () =>
            {
                byte[] fused = new byte[length];
                int done = 0;
                foreach (TensorView part in parts)
                {
                    part.Data.Span.CopyTo(fused.AsSpan(done));
                    done += part.Data.Length;
                }

                return fused;
            }).Memory,
        };
    }

    private static TensorView Singles(TensorView tensor)
    {
        float[] values = new float[tensor.Count];
        TensorReader.ReadSingles(tensor, values);
        return tensor with { Type = TensorType.F32, Data = MemoryMarshal.AsBytes<float>(values).ToArray() };
    }
}
