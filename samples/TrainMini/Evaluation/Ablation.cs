using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;

namespace TrainMini.Evaluation;

/// <summary>Models that know nothing, to show that it is the model that plans and not the mask around it.</summary>
internal static class Ablation
{
    public static CausalLanguageModel Load(string? folder, string ablation)
    {
        if (ablation == "none")
        {
            return folder is null ? MiniModel.Load() : MiniModel.Load(folder);
        }

        using CausalLanguageModel real = folder is null ? MiniModel.Load() : MiniModel.Load(folder);
        MemoryTensors tensors = new();
        Random random = new(7);
        using ModelFolder weights = folder is null ? throw new ArgumentException("An ablation needs --model.") : ModelFolder.Open(folder);
        foreach (string name in weights.Tensors.Names)
        {
            weights.Tensors.TryGet(name, out TensorView tensor);
            float[] values = new float[tensor.Count];
            TensorReader.ReadSingles(tensor, values);
            if (ablation == "shuffled")
            {
                random.Shuffle(values);
            }
            else
            {
                // No embedding, no difference between logits.
                Array.Clear(values);
            }

            tensors.Add(tensor, values);
        }

        return new CausalLanguageModel(
            SimdBackend.Create(weights.Config, tensors, new SimdBackendOptions { Threads = 1 }),
            weights.Tokenizer,
            new CausalLanguageModelOptions { Name = "mini", PromptFormat = new MiniPromptFormat(), TrainedTools = real.Description.TrainedTools });
    }

    private sealed class MemoryTensors : ITensorSource
    {
        private readonly Dictionary<string, TensorView> _tensors = [];

        public IReadOnlyCollection<string> Names => _tensors.Keys;

        public void Add(TensorView like, float[] values)
        {
            byte[] bytes = new byte[4 * values.Length];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            _tensors.Add(like.Name, new TensorView(like.Name, TensorType.F32, like.Shape, bytes));
        }

        public bool TryGet(string name, out TensorView tensor) => _tensors.TryGetValue(name, out tensor);

        public void Dispose()
        {
            // Managed memory.
        }
    }
}
