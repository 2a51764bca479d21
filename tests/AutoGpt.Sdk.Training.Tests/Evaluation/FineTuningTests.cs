using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training.Tests.Data;

namespace AutoGpt.Sdk.Training.Tests.Evaluation;

/// <summary>The whole way of docs/concepts/finetuning.md, small: JSONL, an adapter, held-out figures, a merged folder with its template, a GGUF file.</summary>
public sealed class FineTuningTests
{
    private const string Template = "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% if message.role == 'assistant' %}<|endoftext|>{% endif %}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    [Test]
    public async Task Records_become_an_evaluated_and_exported_model()
    {
        using DataFolder folder = new();
        (string Word, string Label)[] words = [("sun", "warm"), ("fire", "warm"), ("ice", "cold"), ("snow", "cold")];
        folder.Write("a.jsonl", [.. Enumerable.Range(0, 120).Select(i => $$"""{"text":"{{i * 7919 % 1000}} {{words[i % 4].Word}} {{i * 31 % 97}}","label":"{{words[i % 4].Label}}"}""")]);
        Base(folder);

        using ModelFile file = ModelFile.Open(folder.File("base"));
        LabelFormat labels = new();
        Corpus corpus = Corpus.Prepare(folder.File("a.jsonl"));
        TextRecord[] training = [.. corpus.Read(DataPart.Training)], test = [.. corpus.Read(DataPart.Test)];
        ExampleEncoder encoder = new(file.Tokenizer, file.ChatTemplate);
        ExampleDataset data = new(encoder.Encode(training.Select(record => labels.Write(record, chat: true))), encoder.Encode(corpus.Read(DataPart.Validation).Select(record => labels.Write(record, chat: true))));
        Assert.That(test, Has.Length.GreaterThan(8));

        ModelEvaluationReport before = await Evaluate(folder.File("base"), null);
        using (CausalTransformer network = new(file.Config))
        {
            network.LoadWeights(file.Tensors);
            using LowRankAdaptation lora = new(network, new LoraConfig { Rank = 8 });
            using Trainer trainer = new(new AdapterObjective(network, lora, new CausalObjective(network, data), "base"), new TrainerOptions
            {
                Iterations = 24, LearningRate = 3e-2, WarmUpIterations = 2, EvaluationInterval = 12, Optimizer = new AdamWOptions { WeightDecay = 0 }, OutputFolder = folder.File("run"),
            });
            trainer.Train();
        }

        ModelEvaluationReport after = await Evaluate(folder.File("base"), folder.File("run/best"));
        Assert.That(after.Likelihood!.Loss.Upper, Is.LessThan(before.Likelihood!.Loss.Lower));

        // With the adapter in the weights: the same figures from the folder, nearly the same from a file of eight bits.
        ModelFolder.Save(folder.File("merged"), file, ((LoraAdapter)ModelAdapter.Load(folder.File("run/best"))).Merge(file.Config, file.Tensors));
        using ModelFile merged = ModelFile.Open(folder.File("merged"));
        Assert.That(merged.ChatTemplate, Is.Not.Null, "the template comes along");
        ModelEvaluationReport whole = await Evaluate(folder.File("merged"), null);
        Assert.That(whole.Likelihood!.Loss.Estimate, Is.EqualTo(after.Likelihood.Loss.Estimate).Within(1e-3));
        GgufModelWriter.Write(folder.File("model.gguf"), merged);
        ModelEvaluationReport exported = await Evaluate(folder.File("model.gguf"), null);
        Assert.That(exported.Likelihood!.Loss.Estimate, Is.EqualTo(after.Likelihood.Loss.Estimate).Within(.05));
        Assert.That(() => ModelFolder.Save(folder.File("base"), file, file.Tensors), Throws.ArgumentException.With.Message.Contains("where the model lies"));

        async Task<ModelEvaluationReport> Evaluate(string path, string? adapter)
        {
            using CausalLanguageModel model = CausalLanguageModel.Load(path);
            if (adapter is not null)
            {
                model.LoadAdapter("tuned", adapter);
            }

            return await new ModelEvaluation(adapter is null ? model : model.WithAdapter("tuned"), ModelChatTemplate.Open(path)).RunAsync(test, training);
        }
    }

    [Test]
    public void An_adapter_for_another_network_is_told_before_it_is_merged_or_asked()
    {
        using DataFolder folder = new();
        Base(folder);
        using ModelFile file = ModelFile.Open(folder.File("base"));
        using (CausalTransformer other = new(file.Config, new TransformerOptions { Seed = 5 }))
        {
            using LowRankAdaptation lora = new(other);
            lora.ToAdapter("other").Save(folder.File("adapter"));
        }

        using CausalLanguageModel model = CausalLanguageModel.Load(folder.File("base"));
        Assert.That(() => model.LoadAdapter("tuned", folder.File("adapter")), Throws.TypeOf<CheckpointException>().With.Message.Contains("the adapter was made for another network ('other')"));
        Assert.That(() => ModelFolder.Save(folder.File("merged"), file, ((LoraAdapter)ModelAdapter.Load(folder.File("adapter"))).Merge(file.Config, file.Tensors)), Throws.TypeOf<CheckpointException>());
        Assert.That(Directory.Exists(folder.File("merged")), Is.False);
    }

    private static void Base(DataFolder folder)
    {
        BytePairTokenizer tokenizer = BytePairTrainer.Train(["the sun is warm, the fire is warm, the ice is cold, the snow is cold. Label: "], new BytePairTrainingOptions { VocabularySize = 280, ControlTokens = ["<|endoftext|>"] });
        TransformerConfig config = Shapes.Llama with { ContextLength = 64, VocabularySize = tokenizer.VocabularySize, Width = 32, HeadSize = 8, FeedForwardWidth = 64 };
        using CausalTransformer network = new(config, new TransformerOptions { Seed = 1 });
        ModelFolder.Save(folder.File("base"), config, tokenizer, network.CopyWeights());
        folder.Write("base/chat_template.jinja", Template);
    }
}
