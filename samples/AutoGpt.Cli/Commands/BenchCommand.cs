using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Bench;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary><c>bench</c>: how fast the model reads prompts and decodes, beside the read bandwidth measured in between.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        Option<int> prompt = new("--prompt") { Description = "Tokens of the prompt. Default: 128.", DefaultValueFactory = _ => 128 };
        Option<int> generate = new("--generate") { Description = "Tokens decoded after it. Default: 64.", DefaultValueFactory = _ => 64 };
        Option<int> batch = new("--batch") { Description = "Texts at once, up to 256; speeds are of all together. Default: 1.", DefaultValueFactory = _ => 1 };
        prompt.AtLeast(1);
        generate.AtLeast(1);
        batch.From(1, 256);
        Option<string> model = ModelSource.ModelOption();
        Option<string> backend = ModelSource.BackendOption();
        Option<int?> threads = ModelSource.ThreadsOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("bench", "Measures prefill and decode beside the bandwidth that memory is read with.") { prompt, generate, batch, model, backend, threads, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetValue(model)!;
            (int read, int decoded, int texts) = (parsed.GetValue(prompt), parsed.GetValue(generate), parsed.GetValue(batch));
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(name, parsed.GetValue(backend)!, parsed.GetValue(threads), cancellationToken);
            if ((long)read + decoded > loaded.Config.ContextLength)
            {
                throw new ArgumentException($"--prompt and --generate come to {(long)read + decoded} tokens; the model reads at most {loaded.Config.ContextLength}.");
            }

            int count = parsed.GetValue(threads) ?? (name == ModelSource.Mini ? 1 : Environment.ProcessorCount);
            DecodeSpeed speed = await DecodeSpeed.MeasureAsync(loaded, read, decoded, texts, count, cancellationToken);
            Write(speed, BytesPerStep(loaded), texts, count, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(DecodeSpeed speed, long bytesPerStep, int texts, int threads, bool json)
    {
        // A step reads the weights once, for all texts.
        double share = speed.Decode / texts * bytesPerStep / speed.Bandwidth;
        if (json)
        {
            JsonLines.Write(new JsonObject
            {
                ["type"] = "result",
                ["prefillTokensPerSecond"] = Math.Round(speed.Prefill, 1),
                ["decodeTokensPerSecond"] = Math.Round(speed.Decode, 1),
                ["bytesPerToken"] = bytesPerStep / texts,
                ["bandwidthGBs"] = Math.Round(speed.Bandwidth / 1e9, 2),
                ["bandwidthShare"] = Math.Round(share, 4),
                ["instructions"] = CpuKernels.Description,
            });
            return;
        }

        Console.Out.WriteLine($"instructions: {CpuKernels.Description}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"prefill: {speed.Prefill:0.0} tokens/s"));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"decode: {speed.Decode:0.0} tokens/s{(texts > 1 ? $", {texts} texts at once" : "")}"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"memory: {bytesPerStep / 1e6:0.0} MB of weights a step, {share:P0} of the {speed.Bandwidth / 1e9:0.0} GB/s that {threads} thread{(threads > 1 ? "s" : "")} read{(threads > 1 ? "" : "s")}"));
    }

    // libtorch's network is in single precision; a token takes one row of the embedding that is not the head too, and one of the positions.
    private static long BytesPerStep(CausalLanguageModel model)
    {
        if (model.GetService(typeof(SimdBackend)) is SimdBackend simd)
        {
            return simd.BytesPerToken;
        }

        TransformerConfig config = model.Config;
        long tables = (config.TiedHead ? 0 : (long)config.VocabularySize * config.Width)
            + (config.Positions == PositionEncoding.Learned ? (long)config.ContextLength * config.Width : 0);
        return 4 * (config.ParameterCount() - tables);
    }
}
