using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Cli.Tuning;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Cli.Commands;

/// <summary><c>finetune</c>: teaches a model from records, with an adapter or all of its weights.</summary>
internal static class FinetuneCommand
{
    public static Command Create()
    {
        DataOptions data = new();
        Option<string> model = new("--model") { Description = "The model to teach: a model folder (config.json, tokenizer.json, model.safetensors) or a GGUF file.", Required = true };
        Option<DirectoryInfo> output = new("--output") { Description = "Receives adapter/ or model/, and last/, earlier/, best/, metrics.jsonl, loss.png and report.html.", Required = true };
        Option<TuningMethod> method = new("--method") { Description = "lora (default), prefix or prompt: an adapter beside frozen weights; full: all weights.", DefaultValueFactory = _ => TuningMethod.Lora };
        Option<int> rank = new("--rank") { Description = "Rank of lora. Default: 8.", DefaultValueFactory = _ => 8 };
        rank.From(1, 10_000);
        Option<double?> alpha = new("--alpha") { Description = "Strength of lora. Default: twice the rank." };
        alpha.Require<double>(double.IsFinite, "a finite number");
        Option<string[]> targets = new("--targets") { Description = "Layers that lora changes, such as q_proj,v_proj. Default: all-linear.", AllowMultipleArgumentsPerToken = true };
        Option<double> dropout = new("--dropout") { Description = "Share of lora's inputs that is dropped while it learns. Default: 0." };
        dropout.From(0, .95);
        Option<int> tokens = new("--tokens") { Description = "Virtual tokens of prefix and prompt. Default: 20.", DefaultValueFactory = _ => 20 };
        tokens.From(1, 100_000);
        Option<string?> initial = new("--initial-text") { Description = "What prefix and prompt begin as: words that say what to do." };
        Option<double> epochs = new("--epochs") { Description = "How often each record is learnt from. Default: 3.", DefaultValueFactory = _ => 3 };
        epochs.Above(0, 1_000_000);
        Option<int?> iterations = new("--iterations") { Description = "Updates, instead of --epochs." };
        iterations.Require<int>(count => count >= 1, "at least 1");
        Option<double?> learningRate = new("--learning-rate") { Description = "Highest learning rate. Default: 0.0002 for lora, 0.00002 for full, 0.01 for prefix, 0.1 for prompt; small models want more." };
        learningRate.Require<double>(rate => rate is > 0 and <= 1, "above 0 and at most 1");
        Option<int> batchTokens = new("--batch-tokens") { Description = "Tokens of a batch, padding included. Default: 2048.", DefaultValueFactory = _ => 2048 };
        batchTokens.From(2, 1 << 28);
        Option<int> accumulation = new("--accumulation") { Description = "Batches per update. Default: 1.", DefaultValueFactory = _ => 1 };
        accumulation.From(1, 1_000_000);
        Option<int?> block = new("--block") { Description = "Tokens of a record at most; longer texts go on in further pieces, longer answers are cut off. Default: the model's context or the batch." };
        block.Require<int>(length => length >= 2, "at least 2");
        Option<double?> average = new("--average") { Description = "Keeps a moving average of the weights with this decay, such as 0.999, and measures and saves that." };
        average.Require<double>(decay => decay is > 0 and < 1, "above 0 and below 1");
        Option<int?> patience = new("--patience") { Description = "Ends the run when as many measurements in a row brought nothing better." };
        patience.Require<int>(count => count >= 1, "at least 1");
        Option<int> heldOut = new("--held-out") { Description = "Test records to measure on before and after; 0 for none. Default: 200.", DefaultValueFactory = _ => 200 };
        heldOut.From(0, 1_000_000_000);
        Option<int> seed = new("--seed") { Description = "Seeds adapter, order and dropout. Default: 0." };
        Option<bool> bf16 = new("--bf16") { Description = "bfloat16 products: faster on processors that have the instructions." };
        Option<string> device = new("--device") { Description = "cpu (default), or cuda for a GPU, with a libtorch that can use it.", DefaultValueFactory = _ => "cpu" };
        Option<bool> resume = new("--resume") { Description = "Goes on from the last checkpoint of the output folder." };
        Option<bool> merge = new("--merge") { Description = "Writes model/ too, with lora in its weights: for export, and for programs without adapters." };
        Option<bool> json = CommandAction.Json();
        Command command = new("finetune", "Teaches a model from records: the loss is on what is to be answered, not on what is asked. Measures on held-out records before and after.")
        {
            model, output, method, rank, alpha, targets, dropout, tokens, initial, epochs, iterations, learningRate, batchTokens, accumulation, block, average, patience, heldOut, seed, bf16, device, resume, merge, json,
        };
        data.AddTo(command);
        command.Handle(async (parsed, cancellationToken) =>
        {
            TuningMethod chosen = parsed.GetValue(method);
            RequireUse(parsed, chosen, chosen == TuningMethod.Lora, "lora", rank, alpha, targets, dropout);
            RequireUse(parsed, chosen, chosen is TuningMethod.Prefix or TuningMethod.Prompt, "prefix and prompt", tokens, initial);
            if (parsed.GetValue(bf16) && parsed.GetValue(device) == "cpu")
            {
                Bfloat16.Warn();
            }

            TuningSettings settings = new()
            {
                Model = Existing(parsed.GetValue(model)!),
                Output = parsed.GetValue(output)!.FullName,
                Method = chosen,
                Lora = new LoraConfig
                {
                    Rank = parsed.GetValue(rank),
                    Alpha = parsed.GetValue(alpha) ?? 2 * parsed.GetValue(rank),
                    Dropout = parsed.GetValue(dropout),
                    TargetModules = parsed.GetValue(targets) is { Length: > 0 } named ? [.. named.SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))] : [LoraConfig.AllLinear],
                },
                VirtualTokens = parsed.GetValue(tokens),
                InitialText = parsed.GetValue(initial),
                Epochs = parsed.GetValue(epochs),
                Iterations = parsed.GetValue(iterations),
                LearningRate = parsed.GetValue(learningRate),
                BatchTokens = parsed.GetValue(batchTokens),
                Accumulation = parsed.GetValue(accumulation),
                Block = parsed.GetValue(block),
                Average = parsed.GetValue(average),
                Patience = parsed.GetValue(patience),
                HeldOut = parsed.GetValue(heldOut),
                Seed = parsed.GetValue(seed),
                Precision = parsed.GetValue(bf16) ? Precision.BFloat16 : Precision.Full,
                Device = parsed.GetValue(device)!,
                Resume = parsed.GetValue(resume),
                Merge = parsed.GetValue(merge),
                LabelFormat = data.LabelFormat(parsed),
                SkipInvalid = data.SkipsInvalid(parsed),
            };
            settings.Validate();
            TuningResult result = await Task.Run(() => new TuningRun(settings).RunAsync(data.Prepare(parsed, whole: false, cancellationToken), cancellationToken), CancellationToken.None);
            TrainingView.Warn(result.Training);
            if (parsed.GetValue(json))
            {
                JsonObject line = TrainingView.Of(result.Training);
                line["path"] = result.Path;
                line["merged"] = result.Merged;
                line["trainedParameters"] = result.TrainedParameters;
                line["heldOutBefore"] = result.Before is { } before ? EvaluationView.Figures(before) : null;
                line["heldOutAfter"] = result.After is { } after ? EvaluationView.Figures(after) : null;
                JsonLines.Write(line);
            }
            else
            {
                Console.Out.WriteLine(result.Training with { Warnings = [] });
                Console.Out.WriteLine(Printable.Line(string.Create(CultureInfo.InvariantCulture, $"{result.Path}: {result.TrainedParameters:N0} parameters trained{(result.Merged is null ? "" : $"; with them in the weights: {result.Merged}")}"), 1000));
                Console.Out.WriteLine(result is { Before.Likelihood: { } was, After.Likelihood: { } now }
                    ? $"held-out loss {was.Loss} before, {now.Loss} after, on {now.Records} records; perplexity {was.Perplexity} before, {now.Perplexity} after"
                    : "no record was held out to measure on before and after");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    // An option that does nothing would be taken for one that did.
    private static void RequireUse(ParseResult parsed, TuningMethod chosen, bool isUsed, string methods, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (!isUsed && parsed.GetResult(option) is { Implicit: false })
            {
                throw new ArgumentException($"{option.Name} is for {methods}; --method is {chosen.ToString().ToLowerInvariant()}.");
            }
        }
    }

    private static string Existing(string model) => model == ModelSource.Mini
        ? throw new ArgumentException("The in-box model is not tuned: it plans over the built-in tools and does nothing else. Give a model folder or a GGUF file; 'train --tokenizer bpe' makes a tiny one.")
        : ModelSource.Existing(model);
}
