using System.Globalization;
using System.Numerics.Tensors;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Parity;

/// <summary>
/// A low-rank adapter that this library's trainer taught, merged into its model and exported in single precision as <c>finetune --merge</c> and <c>export</c> do: the ids that llama.cpp generates
/// from the file beside ours, merged and with the adapter beside the weights; and the model's own, which must be others.
/// </summary>
internal static class AdapterExport
{
    private const int Prompt = 16;
    private const int Greedy = 224;

    public static AdapterRow Compare(GgufShape shape, string file, PeerProcess peer)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("exports");
        try
        {
            string adapter = Path.Combine(folder.FullName, "adapter"), exported = Path.Combine(folder.FullName, "merged.gguf");
            int[][] prompts = Export(file, adapter, exported);
            peer.Load(exported, threads: 1, Prompt + Greedy + 1, cache: "f32");
            int[][] theirs = Array.ConvertAll(prompts, prompt => peer.Greedy(Greedy, shape.Config.SlidingWindow, prompt));
            peer.Unload();

            using Engine merged = EngineLoader.Open(exported, EngineLoader.Simd, threads: 1, KeyValueFormat.F32);
            using Engine plain = EngineLoader.Open(file, EngineLoader.Simd, threads: 1, KeyValueFormat.F32);
            using Engine beside = plain.With([ModelAdapter.Load(adapter)]);

            float[] with = merged.Score(prompts[0]), unmerged = beside.Score(prompts[0]), without = plain.Score(prompts[0]);
            return new AdapterRow(
                shape.Name, prompts.Length, Greedy, Same(merged), Same(beside), Array.ConvertAll(prompts, prompt => plain.Greedy(Greedy, prompt).AsSpan().CommonPrefixLength(merged.Greedy(Greedy, prompt))).Max(),
                TensorPrimitives.Distance<float>(with, unmerged) / TensorPrimitives.Norm<float>(with), TensorPrimitives.Distance<float>(with, without) / TensorPrimitives.Norm<float>(with));

            int Same(Engine engine) => prompts.Zip(theirs, (prompt, ids) => engine.Greedy(Greedy, prompt).AsSpan().CommonPrefixLength(ids)).Min();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The beginnings of what the adapter knows and of what its model knows, and places within both.
    private static int[][] Export(string file, string adapter, string exported)
    {
        string folder = Path.ChangeExtension(exported, null);
        using ModelFile model = ModelFile.Open(file);
        int[] taught = model.Tokenizer.Encode(File.ReadAllText(Path.Combine(Repository.Root, "CONTRIBUTING.md"))), known = TrainedModel.Prompt(file, 100 + Prompt);
        TrainedModel.Teach(model, taught).Save(adapter);
        ModelFolder.Save(folder, model, ((LoraAdapter)ModelAdapter.Load(adapter)).Merge(model.Config, model.Tensors));
        using ModelFile merged = ModelFile.Open(folder);
        GgufModelWriter.Write(exported, merged, new GgufExportOptions { Type = GgufType.F32 });
        return [taught[..Prompt], known[..Prompt], taught[100..(100 + Prompt)], known[100..]];
    }
}

/// <summary>A merged adapter beside llama.cpp.</summary>
/// <param name="Model">The shape.</param>
/// <param name="Prompts">Texts gone on with.</param>
/// <param name="GreedyOf">Ids generated of each.</param>
/// <param name="Greedy">Ids from the beginning that are llama.cpp's, of the worst text.</param>
/// <param name="Beside">The same for the adapter beside the model's own weights.</param>
/// <param name="Base">Ids that the model itself shares with it, of the text with the most.</param>
/// <param name="Unmerged">How far the logits with the adapter beside the weights are off, as a share of their norm.</param>
/// <param name="Changed">The same for the model itself: what the adapter does.</param>
internal sealed record AdapterRow(string Model, int Prompts, int GreedyOf, int Greedy, int Beside, int Base, double Unmerged, double Changed)
{
    /// <summary>Whether all ids are llama.cpp's, and the adapter is why.</summary>
    public bool Holds => Greedy == GreedyOf && Beside == GreedyOf && Base < GreedyOf && Unmerged < 1e-4 && Changed > 1e-2;

    public object ToRow() => new { type = "row", model = Model, adapter = "lora", prompts = Prompts, greedyOf = GreedyOf, greedyEqual = Greedy, besideEqual = Beside, baseEqual = Base, unmerged = Unmerged, changed = Changed };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Model,-15} merged LoRA: {Prompts} prompts, greedy at least {Greedy} of {GreedyOf}, unmerged {Beside}, without it at most {Base}; logits change by {Changed:P0}, merged and unmerged differ by {Unmerged:0.0e+0}");
}
