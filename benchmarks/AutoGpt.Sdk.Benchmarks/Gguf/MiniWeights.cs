using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>The in-box model's weights as a GGUF file has them.</summary>
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
        using GgufNetwork network = new(GgufShape.Mini.Architecture, model.Config, model.Tensors);
        foreach (GgufTensor tensor in tensors)
        {
            if (!network.TryGet(tensor.Name, out TensorView view))
            {
                throw new InvalidOperationException($"The in-box model has no '{tensor.Name}'.");
            }

            float[] values = new float[view.Count];
            TensorReader.ReadSingles(view, values);
            yield return tensor with { Values = values };
        }
    }
}
