using System.Globalization;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Tuning;

/// <summary>The whole way of <c>finetune</c>: examples, the loss before, training, saving, the loss after.</summary>
internal sealed class TuningRun(TuningSettings settings)
{
    private const int MostMeasurements = 20;

    private bool IsWhole => settings.Method == TuningMethod.Full;

    public async Task<TuningResult> RunAsync(Corpus corpus, CancellationToken cancellationToken)
    {
        using ModelFile file = ModelFile.Open(settings.Model);
        TextRecord[] training = [.. corpus.Read(DataPart.Training, cancellationToken)];
        LabelSet labels = LabelSet.Of(training);
        TextRecord[] validation = Known(corpus.Read(DataPart.Validation, cancellationToken), labels);
        TextRecord[] test = Known(corpus.Read(DataPart.Test, cancellationToken), labels);
        if (validation.Length == 0 && (settings.Average is not null ? "--average" : settings.Patience is not null ? "--patience" : null) is { } chooses)
        {
            throw new ArgumentException($"{chooses} needs records to choose by: enlarge --validation, or give more records.");
        }

        ExampleDataset data = Encode(file, training, validation);
        TextRecord[] measured = Spread.Over(test, settings.HeldOut);
        (TrainingResult result, long trained, ModelEvaluationReport? before) = await TrainAsync(file, data, measured, cancellationToken);
        string path = Save(file, result, cancellationToken);
        string? merged = Merge(file, path, cancellationToken);
        ModelEvaluationReport? after = await MeasureAsync("after", file, IsWhole ? path : settings.Model, IsWhole ? null : path, measured, cancellationToken);
        return new TuningResult(result, path, merged, trained, before, after);
    }

    private TextRecord[] Known(IEnumerable<TextRecord> records, LabelSet labels)
    {
        TextRecord[] all = [.. records];
        TextRecord[] known = [.. all.Where(labels.Knows)];
        if (known.Length < all.Length && !settings.SkipInvalid)
        {
            labels.Require(all.First(record => !labels.Knows(record)));
        }

        if (known.Length < all.Length)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"skipped: {all.Length - known.Length} held-out records with labels that are not in the training part"));
        }

        return known;
    }

    private ExampleDataset Encode(ModelFile file, TextRecord[] training, TextRecord[] validation)
    {
        int room = file.Config.ContextLength - settings.Virtual;
        if (room < 2)
        {
            throw new ArgumentException($"--tokens is {settings.VirtualTokens}; it must be at most {file.Config.ContextLength - 2}: they take their room in the model's context of {file.Config.ContextLength}, and a text needs some.");
        }

        int block = settings.Block ?? Math.Min(room, settings.BatchTokens);
        if (block > room || block > settings.BatchTokens)
        {
            throw new ArgumentException($"--block is {block}; it must be at most --batch-tokens ({settings.BatchTokens}) and what the model's context leaves ({room}).");
        }

        // The last token is only foreseen, never read.
        ExampleEncoder encoder = new(file.Tokenizer, file.ChatTemplate, new ExampleEncoderOptions { MaximumLength = block + 1, Overlong = OverlongAction.Cut });
        TrainingExample[] learned = Examples(training), chosen = Examples(validation);
        if (encoder.OverlongCount > 0)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"warning: {encoder.OverlongCount} records have more than {block} tokens; texts go on in further pieces, answers were cut off."));
        }

        if (file.Tokenizer.EndOfText is null && file.ChatTemplate is null)
        {
            Console.Error.WriteLine("warning: the model's tokenizer has no token that ends a text, so that the model cannot learn where an answer ends.");
        }

        return learned.Length > 0
            ? new ExampleDataset(learned, chosen, new ExampleDatasetOptions { TokensPerBatch = settings.BatchTokens, Seed = settings.Seed, LengthMultiple = 1 })
            : throw new ArgumentException($"No record is short enough to learn from: nothing of an answer fits the {block} tokens of a record. Enlarge --block{(settings.Virtual > 0 ? ", or lower --tokens" : "")}.");

        TrainingExample[] Examples(TextRecord[] records) => [.. encoder.Encode(records.Select(record => settings.LabelFormat.Write(record, file.ChatTemplate is not null)))];
    }

    private async Task<(TrainingResult Result, long Trained, ModelEvaluationReport? Before)> TrainAsync(ModelFile file, ExampleDataset data, TextRecord[] measured, CancellationToken cancellationToken)
    {
        TrainingMemory.Require(file.Config, IsWhole ? file.Config.ParameterCount() : 0, settings.BatchTokens, data.MaximumLength, "lower --batch-tokens or --block, or take a smaller model");
        using CausalTransformer network = new(file.Config, new TransformerOptions { Seed = settings.Seed, Precision = settings.Precision, Device = settings.Device });
        network.LoadWeights(file.Tensors);
        CausalObjective task = new(network, data, file.Tokenizer);
        using NetworkAdapter? adapter = Adapter(network, file.Tokenizer);
        ITrainingObjective objective = adapter is null ? task : new AdapterObjective(network, adapter, task, file.Name);
        int iterations = settings.Iterations ?? (int)Math.Clamp(Math.Ceiling(settings.Epochs * data.BatchesPerEpoch / settings.Accumulation), 1, int.MaxValue);
        int interval = Math.Clamp(iterations / MostMeasurements, 1, 250);
        long trained = objective.Network.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel());
        using Trainer trainer = new(objective, new TrainerOptions
        {
            Iterations = iterations,
            LearningRate = settings.Rate,
            WarmUpIterations = Math.Min(100, iterations / 10),
            GradientAccumulation = settings.Accumulation,
            // Decay would pull towards zero what was trained before, or an adapter towards nothing.
            Optimizer = new AdamWOptions { WeightDecay = 0 },
            AverageDecay = settings.Average,
            Patience = settings.Patience,
            EvaluationInterval = interval,
            CheckpointInterval = interval,
            OutputFolder = settings.Output,
            Resume = settings.Resume,
            Seed = settings.Seed,
        });

        // Not sooner: what the trainer refuses – a folder with another run, a layer that is not there – should not cost a measurement first.
        ModelEvaluationReport? before = await MeasureAsync("before", file, settings.Model, null, measured, cancellationToken);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{settings.Method}: {trained:N0} parameters to train, {data.BatchesPerEpoch:N0} batches an epoch, {iterations:N0} updates"));
        return (trainer.Train(new TrainingView(), cancellationToken), trained, before);
    }

    // The best where something was held out to tell by, else the last.
    private string Save(ModelFile file, TrainingResult result, CancellationToken cancellationToken)
    {
        string chosen = Path.Combine(settings.Output, result.BestIteration is null ? "last" : "best");
        string path = Path.Combine(settings.Output, IsWhole ? "model" : "adapter");
        if (IsWhole)
        {
            using ModelFolder folder = ModelFolder.Open(chosen);
            ModelFolder.Save(path, file, folder.Tensors, cancellationToken: cancellationToken);
        }
        else
        {
            ModelAdapter.Load(chosen).Save(path);
        }

        return path;
    }

    private NetworkAdapter? Adapter(CausalTransformer network, ITokenizer tokenizer)
    {
        VirtualTokenOptions tokens = new()
        {
            Tokens = settings.VirtualTokens, Seed = settings.Seed, InitialIds = settings.InitialText is { Length: > 0 } text ? tokenizer.Encode(text) : null,
        };
        return settings.Method switch
        {
            TuningMethod.Lora => new LowRankAdaptation(network, settings.Lora, settings.Seed),
            TuningMethod.Prefix => new PrefixTuning(network, tokens),
            TuningMethod.Prompt => new PromptTuning(network, tokens),
            _ => null,
        };
    }

    private string? Merge(ModelFile file, string adapter, CancellationToken cancellationToken)
    {
        if (!settings.Merge)
        {
            return null;
        }

        string path = Path.Combine(settings.Output, "model");
        ModelFolder.Save(path, file, ((LoraAdapter)ModelAdapter.Load(adapter)).Merge(file.Config, file.Tensors), cancellationToken: cancellationToken);
        return path;
    }

    // On the engine that will answer, not on the network that trains.
    private async Task<ModelEvaluationReport?> MeasureAsync(string when, ModelFile file, string model, string? adapter, TextRecord[] records, CancellationToken cancellationToken)
    {
        if (records.Length == 0)
        {
            return null;
        }

        using CausalLanguageModel loaded = CausalLanguageModel.Load(model);
        if (adapter is not null)
        {
            loaded.LoadAdapter(adapter, adapter);
        }

        ModelEvaluation evaluation = new(
            adapter is null ? loaded : loaded.WithAdapter(adapter), file.ChatTemplate, new ModelEvaluationOptions { Parts = EvaluationParts.Likelihood, LabelFormat = settings.LabelFormat });
        return await evaluation.RunAsync(records, progress: new EvaluationProgress(when), cancellationToken: cancellationToken);
    }
}
