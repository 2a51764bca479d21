using System.CommandLine;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Cli.Models;

/// <summary>What <c>--model</c> and <c>--backend</c> name.</summary>
internal static class ModelSource
{
    public const string Mini = "mini";

    public static Option<string> ModelOption() => new("--model")
    {
        Description = "mini (the in-box model) or a model folder (config.json, tokenizer.json, model.safetensors).",
        DefaultValueFactory = _ => Mini,
    };

    public static Option<string> BackendOption()
    {
        Option<string> option = new("--backend") { Description = "simd (default) or torch.", DefaultValueFactory = _ => "simd" };
        option.AcceptOnlyFromAmong("simd", "torch");
        return option;
    }

    public static Option<int?> ThreadsOption() => new("--threads") { Description = "Threads of the decoder. Default: as many as pay." };

    /// <summary>Loads a model for the agent; disposing what is returned frees it.</summary>
    public static IDisposable Load(string model, out ILanguageModel languageModel)
    {
        CausalLanguageModel loaded = Load(model);
        languageModel = loaded;
        return loaded;
    }

    public static CausalLanguageModel Load(string model, string backend = "simd", int? threads = null)
    {
        if (model == Mini)
        {
            return backend == "simd"
                ? MiniModel.Load(new MiniModelOptions { Threads = threads })
                : throw new NotSupportedException("The in-box model runs on the simd backend; --backend torch wants a model folder.");
        }

        using ModelFolder folder = ModelFolder.Open(Folder(model));
        ILogitsBackend body = backend switch
        {
            "torch" => TorchBackend.Create(folder.Config, folder.Tensors),
            _ => SimdBackend.Create(folder.Config, folder.Tensors, new SimdBackendOptions { Threads = threads }),
        };
        return new CausalLanguageModel(body, folder.Tokenizer, new CausalLanguageModelOptions { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model)) });
    }

    public static string Folder(string model)
    {
        if (File.Exists(model))
        {
            throw new NotSupportedException($"'{model}' is a file; this version reads model folders (config.json, tokenizer.json, model.safetensors) and 'mini'.");
        }

        return Directory.Exists(model) ? model : throw new DirectoryNotFoundException($"There is no model '{model}': give 'mini' or the path of a model folder.");
    }
}
