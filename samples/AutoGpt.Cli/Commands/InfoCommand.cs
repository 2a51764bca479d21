using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
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
        command.Handle((parsed, _) =>
        {
            using CausalLanguageModel loaded = ModelSource.Load(parsed.GetValue(model)!);
            JsonObject result = Describe(loaded);
            if (parsed.GetValue(json))
            {
                JsonLines.Write(result);
            }
            else
            {
                Write(result, "");
            }

            return Task.FromResult(ExitCodes.Done);
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
            },
            ["tokenizer"] = model.Tokenizer.GetType().Name,
            ["structuredOutput"] = model.Description.StructuredOutput.ToString(),
            ["trainedTools"] = model.Description.TrainedTools,
            ["backends"] = new JsonObject
            {
                ["simd"] = $"works: {VectorBits()}-bit vectors on {RuntimeInformation.ProcessArchitecture}",
                ["torch"] = Torch(),
                ["cuda"] = "not in this version",
            },
        };
    }

    private static int VectorBits() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    private static string Torch() => LibTorch.Diagnose().ToString();

    private static void Write(JsonObject section, string indent)
    {
        foreach ((string name, JsonNode? value) in section.Where(property => property.Key != "type"))
        {
            if (value is JsonObject inner)
            {
                Console.Out.WriteLine($"{indent}{name}:");
                Write(inner, indent + "  ");
            }
            else
            {
                Console.Out.WriteLine($"{indent}{name}: {value?.ToString() ?? "-"}");
            }
        }
    }
}
