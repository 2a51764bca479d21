using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>The in-box model's weights under the names, and in the order of rows, of a llama-type GGUF file.</summary>
internal static class MiniWeights
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "src", "AutoGpt.Sdk.Models.Mini", "Weights");

    /// <summary>The ids of a goal, as the model was trained to read one.</summary>
    public static int[] Prompt()
    {
        using ModelFolder model = ModelFolder.Open(Folder);
        return model.Tokenizer.Encode("Extract the e-mail addresses from contacts.txt, remove the duplicates and write them to emails.txt.");
    }

    /// <summary>Fills the tensors.</summary>
    /// <param name="tensors">Those of the file.</param>
    public static IEnumerable<GgufTensor> Of(IEnumerable<GgufTensor> tensors)
    {
        using ModelFolder model = ModelFolder.Open(Folder);
        foreach (GgufTensor tensor in tensors)
        {
            string name = NameOf(tensor.Name);
            if (!model.Tensors.TryGet(name, out TensorView view))
            {
                throw new InvalidOperationException($"The in-box model has no '{name}'.");
            }

            float[] values = new float[view.Count];
            TensorReader.ReadSingles(view, values);
            bool isRotated = tensor.Name.Contains("attn_q.", StringComparison.Ordinal) || tensor.Name.Contains("attn_k.", StringComparison.Ordinal);
            yield return tensor with { Values = isRotated ? Interleave(values, tensor.Shape[1], model.Config.HeadSize) : values };
        }
    }

    private static string NameOf(string name) => name.Split('.') switch
    {
        ["token_embd", ..] => TensorNames.Embedding,
        ["output_norm", ..] => TensorNames.FinalNorm,
        ["output", ..] => TensorNames.Head,
        ["blk", var layer, var module, ..] => TensorNames.Weight(int.Parse(layer, System.Globalization.CultureInfo.InvariantCulture), module switch
        {
            "attn_norm" => TensorNames.AttentionNorm,
            "ffn_norm" => TensorNames.FeedForwardNorm,
            "attn_q" => TensorNames.Query,
            "attn_k" => TensorNames.Key,
            "attn_v" => TensorNames.Value,
            "attn_output" => TensorNames.Output,
            "ffn_gate" => TensorNames.Gate,
            "ffn_up" => TensorNames.Up,
            "ffn_down" => TensorNames.Down,
            _ => throw new InvalidOperationException($"'{name}' is no tensor of a llama."),
        }),
        _ => throw new InvalidOperationException($"'{name}' is no tensor of a llama."),
    };

    // Here element i of a head turns with i + half of it; in such files with its neighbour.
    private static float[] Interleave(float[] rows, int columns, int headSize)
    {
        float[] result = new float[rows.Length];
        for (int row = 0; row < rows.Length / columns; row++)
        {
            (int head, int element) = Math.DivRem(row, headSize);
            int from = (head * headSize) + (element / 2) + (element % 2 * (headSize / 2));
            rows.AsSpan(from * columns, columns).CopyTo(result.AsSpan(row * columns));
        }

        return result;
    }
}
