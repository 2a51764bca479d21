// From a JSONL file and a model folder to an evaluated, quantised GGUF file that llama.cpp and Ollama run:
//
//     dotnet run -c Release --project samples/FineTune -- MODEL-FOLDER [DATA.jsonl] [OUTPUT-FOLDER] [EPOCHS] [LEARNING-RATE]
//
// Without data it learns to turn wishes into JSON ("kitchen light on, please"), which is in Data/commands.jsonl.
using System.Globalization;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

if (args.Length == 0)
{
    Console.Error.WriteLine("Give a model folder: config.json, tokenizer.json and model.safetensors of a Llama, Qwen, Mistral or GPT-2, or last/ of 'autogpt train --tokenizer bpe'.");
    return 1;
}

string model = args[0];
string data = args.ElementAtOrDefault(1) ?? Path.Combine(AppContext.BaseDirectory, "Data", "commands.jsonl");
string output = args.ElementAtOrDefault(2) ?? "finetuned";
int epochs = int.Parse(args.ElementAtOrDefault(3) ?? "3", CultureInfo.InvariantCulture);
double learningRate = double.Parse(args.ElementAtOrDefault(4) ?? "2e-4", CultureInfo.InvariantCulture);

using CancellationTokenSource ctrlC = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // The last checkpoint is written first.
    ctrlC.Cancel();
};

try
{
    // Read, clean, leave out near duplicates, and split by a hash: a fifth of the records is never learnt from.
    Corpus corpus = Corpus.Prepare(data, cancellationToken: ctrlC.Token);
    TextRecord[] training = [.. corpus.Read(DataPart.Training)], validation = [.. corpus.Read(DataPart.Validation)], test = [.. corpus.Read(DataPart.Test)];
    LabelFormat labels = new(); // Texts with labels are learnt as prompts that labels follow.
    Console.WriteLine(corpus.Report);

    using ModelFile file = ModelFile.Open(model);
    Console.WriteLine($"\nbefore: {await EvaluateAsync(model)}\n");

    // An adapter of rank 16 learns; the model's own weights stay as they are.
    string adapter = Path.Combine(output, "adapter");
    Train(adapter);

    // The model with the adapter in its weights: a folder for this library and others, a file for llama.cpp.
    string merged = Path.Combine(output, "model"), exported = Path.Combine(output, "model.gguf");
    ModelFolder.Save(merged, file, ((LoraAdapter)ModelAdapter.Load(adapter)).Merge(file.Config, file.Tensors));
    using (ModelFile whole = ModelFile.Open(merged))
    {
        GgufExportResult result = GgufModelWriter.Write(exported, whole, new GgufExportOptions { Type = GgufType.Q8_0 });
        Console.WriteLine(FormattableString.Invariant($"{exported}: {result.Type}, {result.Bytes:N0} bytes"));
    }

    // What was exported is what is measured.
    Console.WriteLine($"\nafter: {await EvaluateAsync(exported)}");
    return 0;

    async Task<ModelEvaluationReport> EvaluateAsync(string path)
    {
        using CausalLanguageModel answering = CausalLanguageModel.Load(path);
        ModelEvaluation evaluation = new(answering, file.ChatTemplate, new ModelEvaluationOptions { LabelFormat = labels, Generation = new GenerationOptions { MaxTokens = 64 } });
        return await evaluation.RunAsync(test, training, cancellationToken: ctrlC.Token);
    }

    void Train(string folder)
    {
        // In the model's chat template where it has one; the loss is on the answers alone.
        ExampleEncoder encoder = new(file.Tokenizer, file.ChatTemplate, new ExampleEncoderOptions { MaximumLength = file.Config.ContextLength + 1, Overlong = OverlongAction.Drop });
        bool chat = file.ChatTemplate is not null;
        ExampleDataset examples = new(
            encoder.Encode(training.Select(record => labels.Write(record, chat))),
            encoder.Encode(validation.Select(record => labels.Write(record, chat))),
            new ExampleDatasetOptions { TokensPerBatch = Math.Max(2048, file.Config.ContextLength) });

        using CausalTransformer network = new(file.Config);
        network.LoadWeights(file.Tensors);
        using LowRankAdaptation lora = new(network, new LoraConfig { Rank = 16, Alpha = 32 });
        using Trainer trainer = new(new AdapterObjective(network, lora, new CausalObjective(network, examples), file.Name), new TrainerOptions
        {
            Iterations = epochs * examples.BatchesPerEpoch,
            LearningRate = learningRate,
            WarmUpIterations = 10,
            Optimizer = new AdamWOptions { WeightDecay = 0 },
            EvaluationInterval = examples.BatchesPerEpoch,
            OutputFolder = output,
            Resume = true, // The same command goes on where Ctrl-C or a crash ended it.
        });
        TrainingResult result = trainer.Train(new Lines(), ctrlC.Token);
        Console.WriteLine(result);
        ModelAdapter.Load(Path.Combine(output, result.BestIteration is null ? "last" : "best")).Save(folder); // The best on the validation part, where there is one.
    }
}
catch (Exception exception) when (exception is AutoGptException or ArgumentException or IOException or NotSupportedException)
{
    Console.Error.WriteLine("error: " + exception.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("cancelled");
    return 130;
}

internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.Error.WriteLine(value);
}
