using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary><c>render</c>: the model's chat template applied to a conversation.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        Option<FileInfo> messages = new("--messages")
        {
            Description = "The conversation: a JSON array of messages with role and content (and tool_calls, tool_call_id, reasoning_content), as Hugging Face has them.", Required = true,
        };
        Option<FileInfo?> tools = new("--tools") { Description = "The tools the model may call: a JSON array of {\"type\":\"function\",\"function\":{...}}." };
        Option<FileInfo?> variables = new("--variables") { Description = "Further variables of the template, such as enable_thinking: a JSON object." };
        Option<bool> asIs = new("--no-generation-prompt") { Description = "Ends the text with the last message instead of where the answer begins." };
        Option<string> model = ModelSource.ModelOption();
        model.Description = "A model folder (chat_template.jinja or tokenizer_config.json) or a GGUF file.";
        Option<bool> json = CommandAction.Json();
        Command command = new("render", "Applies the model's chat template to a conversation.") { messages, tools, variables, asIs, model, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            ModelChatTemplate template = Template(parsed.GetValue(model)!);
            JsonElement? listed = await ReadAsync(parsed.GetValue(tools), cancellationToken);
            JsonElement? set = await ReadAsync(parsed.GetValue(variables), cancellationToken);
            if (set is { ValueKind: not JsonValueKind.Object })
            {
                throw new FormatException("--variables must name a JSON object.");
            }

            ChatTemplateOptions options = template.WithSpecialTokens(new ChatTemplateOptions
            {
                AddGenerationPrompt = !parsed.GetValue(asIs),
                Variables = set?.EnumerateObject().ToDictionary(property => property.Name, property => (object?)property.Value) ?? [],
            });
            JsonElement conversation = (await ReadAsync(parsed.GetValue(messages), cancellationToken))!.Value;
            string text = template.For(listed is not null).Render(conversation, listed, options, cancellationToken).Text;
            if (parsed.GetValue(json))
            {
                JsonLines.Write(new JsonObject { ["type"] = "result", ["text"] = text });
            }
            else
            {
                Console.Out.WriteLine(Printable.Text(text));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static ModelChatTemplate Template(string model) =>
        model == ModelSource.Mini ? throw new NotSupportedException("The in-box model has no chat template; give --model a model folder or a GGUF file.")
        : ModelChatTemplate.Open(File.Exists(model) ? model : ModelSource.Existing(model)) ?? throw new NotSupportedException($"The model '{model}' has no chat template: it continues texts.");

    private static async Task<JsonElement?> ReadAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(file.FullName, cancellationToken));
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new FormatException($"'{file}' is no JSON: {exception.Message}", exception);
        }
    }
}
