using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Cli.Commands;

/// <summary><c>info</c>: what the model is, and which backends work here and why the others do not.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        Option<string> model = ModelSource.ModelOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("info", "The model's shape, and the state of every backend on this machine.") { model, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(parsed.GetValue(model)!, cancellationToken: cancellationToken);
            JsonObject result = Describe(loaded);
            if (parsed.GetValue(json))
            {
                JsonLines.Write(result);
            }
            else
            {
                Write(result, "");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static JsonObject Describe(CausalLanguageModel model)
    {
        TransformerConfig config = model.Config;
        return new JsonObject
        {
            ["type"] = "result",
            ["name"] = model.Description.Name,
            ["parameters"] = config.ParameterCount(),
            ["shape"] = new JsonObject
            {
                ["vocabulary"] = config.VocabularySize,
                ["context"] = config.ContextLength,
                ["width"] = config.Width,
                ["layers"] = config.Layers,
                ["heads"] = config.Heads,
                ["keyValueHeads"] = config.KeyValueHeads,
                ["headSize"] = config.HeadSize,
                ["feedForward"] = config.FeedForwardWidth,
                ["positions"] = config.Positions.ToString(),
                ["normalization"] = config.Normalization.ToString(),
                ["activation"] = config.Activation.ToString(),
                ["tiedHead"] = config.TiedHead,
                ["bias"] = config.Bias,
                ["normalizationEpsilon"] = config.NormalizationEpsilon,
                ["rotaryBase"] = config.Positions == PositionEncoding.Rotary ? config.RotaryBase : null,
            },
            ["tokenizer"] = model.Tokenizer.GetType().Name,
            ["structuredOutput"] = model.Description.StructuredOutput.ToString(),
            ["trainedTools"] = model.Description.TrainedTools,
            ["formats"] = new JsonObject
            {
                ["folder"] = "config.json, tokenizer.json, model.safetensors or its parts; or one GGUF file",
                ["tensors"] = JsonLines.Array(Enum.GetNames<TensorType>()),
            },
            ["backends"] = new JsonObject
            {
                ["simd"] = $"works: {CpuKernels.Description} on {RuntimeInformation.ProcessArchitecture}",
                ["torch"] = Torch(),
                ["cuda"] = "not in this version",
            },
        };
    }

    private static string Torch() => LibTorch.Diagnose().ToString();

    private static void Write(JsonObject section, string indent)
    {
        foreach ((string name, JsonNode? value) in section.Where(property => property.Key != "type"))
        {
            // A model's files and its folder's name speak here.
            switch (value)
            {
                case JsonObject inner:
                    Console.Out.WriteLine($"{indent}{name}:");
                    Write(inner, indent + "  ");
                    break;
                case JsonArray several:
                    Console.Out.WriteLine($"{indent}{name}: {Printable.Line(string.Join(", ", several), 1000)}");
                    break;
                default:
                    Console.Out.WriteLine($"{indent}{name}: {Printable.Line(value?.ToString() ?? "-", 4000)}");
                    break;
            }
        }
    }
}
