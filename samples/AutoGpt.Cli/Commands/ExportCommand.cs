using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary><c>export</c>: writes a model for other programs, as a GGUF file or as a folder in Hugging Face's layout.</summary>
internal static class ExportCommand
{
    private const string Extension = ".gguf";

    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "A GGUF file, or a model folder (config.json, tokenizer.json, model.safetensors), such as best/ of a training.", Required = true };
        Option<string> output = new("--output") { Description = "A file that ends in .gguf, for llama.cpp and Ollama; or a folder, for what reads safetensors.", Required = true };
        Option<string?> type = new("--type") { Description = $"{string.Join(", ", Enum.GetNames<GgufType>())} (default: Q8_0); of a folder F32, F16 or BF16 (default: as the weights are)." };
        type.AcceptOnlyFromAmong(Enum.GetNames<GgufType>());
        Option<bool> requantize = new("--requantize") { Description = "Quantises weights again that are quantised already, which loses more than quantising the original." };
        Option<bool> json = CommandAction.Json();
        Command command = new("export", "Writes a model as a GGUF file or as a folder.") { model, output, type, requantize, json };
        command.Handle((parsed, cancellationToken) => Task.Run(
            () =>
            {
                using ModelFile source = ModelFile.Open(Existing(parsed.GetValue(model)!));
                JsonObject result = Export(source, parsed.GetValue(output)!, parsed.GetValue(type), parsed.GetValue(requantize), cancellationToken);
                if (parsed.GetValue(json))
                {
                    JsonLines.Write(result);
                }
                else
                {
                    Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result["path"]}: {result["weights"]}, {(long)result["bytes"]!:N0} bytes, {result["tensors"]} tensors"));
                }

                return ExitCodes.Done;
            },
            CancellationToken.None));
        return command;
    }

    private static string Existing(string model) => model == ModelSource.Mini
        ? throw new ArgumentException("The in-box model is not exported: its tokenizer cuts text as no other program does.")
        : ModelSource.Existing(model);

    private static JsonObject Export(ModelFile source, string output, string? type, bool requantize, CancellationToken cancellationToken)
    {
        if (!output.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            TensorType? weights = type is null ? null : Enum.TryParse(type, out TensorType plain) ? plain
                : throw new ArgumentException($"A folder has no weights of {type}: F32, F16 and BF16 are possible. An output that ends in {Extension} can be quantised.");
            ModelFolder.Save(output, source, weights, cancellationToken);
            using ModelFile written = ModelFile.Open(output);
            return Result(output, type ?? "as they were", new DirectoryInfo(output).EnumerateFiles().Sum(file => file.Length), written.Tensors.Names.Count, []);
        }

        GgufExportOptions options = new() { Requantize = requantize };
        options = type is null ? options : options with { Type = Enum.Parse<GgufType>(type) };
        GgufExportResult result = GgufModelWriter.Write(output, source, options, new ErrorProgress(), cancellationToken);
        foreach (string warning in result.Warnings)
        {
            Console.Error.WriteLine("warning: " + Printable.Line(warning, 1000));
        }

        return Result(output, result.Type.ToString(), result.Bytes, result.Tensors, result.Warnings);
    }

    private static JsonObject Result(string path, string weights, long bytes, int tensors, IReadOnlyList<string> warnings) => new()
    {
        ["type"] = "result",
        ["path"] = Path.GetFullPath(path),
        ["weights"] = weights,
        ["bytes"] = bytes,
        ["tensors"] = tensors,
        ["warnings"] = JsonLines.Array(warnings),
    };

    private sealed class ErrorProgress : IProgress<GgufExportProgress>
    {
        private const int Steps = 20;

        public void Report(GgufExportProgress value)
        {
            if (value.Done * Steps / value.Tensors > (value.Done - 1) * Steps / value.Tensors)
            {
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{value.Done} of {value.Tensors} tensors, {value.Bytes / 1e6:N0} of {value.TotalBytes / 1e6:N0} MB ({Printable.Line(value.Tensor, 100)})"));
            }
        }
    }
}
