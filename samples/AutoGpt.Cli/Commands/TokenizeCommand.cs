using System.CommandLine;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary><c>tokenize</c>: text to ids.</summary>
internal static class TokenizeCommand
{
    public static Command Create()
    {
        Option<string?> text = new("--text") { Description = "The text. Default: standard input." };
        Option<string> model = ModelSource.ModelOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("tokenize", "Text to token ids.") { text, model, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            ITokenizer tokenizer = await ModelTokenizer.LoadAsync(parsed.GetValue(model)!, cancellationToken);
            int[] ids = tokenizer.Encode(parsed.GetValue(text) ?? await StandardInput.ReadToEndAsync(cancellationToken));
            if (parsed.GetValue(json))
            {
                JsonLines.Write(new JsonObject { ["type"] = "result", ["ids"] = JsonLines.Array(ids) });
            }
            else
            {
                Console.Out.WriteLine(string.Join(',', ids));
            }

            return ExitCodes.Done;
        });
        return command;
    }
}

/// <summary><c>detokenize</c>: ids to text.</summary>
internal static class DetokenizeCommand
{
    public static Command Create()
    {
        Option<string> ids = new("--ids") { Description = "Token ids, such as 1,2,3.", Required = true };
        Option<string> model = ModelSource.ModelOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("detokenize", "Token ids to text.") { ids, model, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            ITokenizer tokenizer = await ModelTokenizer.LoadAsync(parsed.GetValue(model)!, cancellationToken);
            string text = tokenizer.Decode(IdList.Parse(parsed.GetValue(ids)!));
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
}

/// <summary>A model's tokenizer, without its weights where they are not needed.</summary>
internal static class ModelTokenizer
{
    public static async Task<ITokenizer> LoadAsync(string model, CancellationToken cancellationToken)
    {
        if (model == ModelSource.Mini)
        {
            using CausalLanguageModel mini = await ModelSource.LoadAsync(model, cancellationToken: cancellationToken);
            return mini.Tokenizer;
        }

        if (Directory.Exists(model))
        {
            return TokenizerFile.Load(Path.Combine(model, "tokenizer.json"));
        }

        using ModelFile file = ModelFile.Open(ModelSource.Existing(model));
        return file.Tokenizer;
    }
}
