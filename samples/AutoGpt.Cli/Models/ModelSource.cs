using System.CommandLine;
using AutoGpt.Cli.Input;
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
        Description = "mini (the in-box model), a GGUF file, or a Hugging Face model folder (config.json, tokenizer.json, model.safetensors).",
        DefaultValueFactory = _ => Mini,
    };

    public static Option<string> BackendOption()
    {
        Option<string> option = new("--backend") { Description = "simd (default) or torch.", DefaultValueFactory = _ => "simd" };
        option.AcceptOnlyFromAmong("simd", "torch");
        return option;
    }

    public static Option<int?> ThreadsOption()
    {
        Option<int?> option = new("--threads")
        {
            Description = "Threads of the decoder, up to 1024. Default: 1 for mini, else a thread per processor; with torch what libtorch takes.",
        };
        option.Require<int>(threads => threads is >= 1 and <= 1024, "from 1 to 1024");
        return option;
    }

    public static Option<string?> AdapterOption() => new("--adapter")
    {
        Description = "A folder as PEFT lays it out (adapter_config.json, adapter_model.safetensors): the model decodes with this LoRA, prefix or prompt.",
    };

    /// <summary>Loads an adapter beside a model's weights.</summary>
    /// <returns>What it is asked for by, or null where none is given.</returns>
    public static string? Adapt(CausalLanguageModel model, string? folder)
    {
        if (folder is not null)
        {
            model.LoadAdapter(folder, folder);
        }

        return folder;
    }

    /// <summary>Loads a model; Ctrl-C leaves the loading behind. Disposing what is returned frees it.</summary>
    public static Task<CausalLanguageModel> LoadAsync(string model, string backend = "simd", int? threads = null, CancellationToken cancellationToken = default) =>
        LoadAsync(model, backend, threads, new CausalLanguageModelOptions(), cancellationToken);

    /// <summary>The same with options of decoding; the name is the model's own.</summary>
    public static Task<CausalLanguageModel> LoadAsync(string model, string backend, int? threads, CausalLanguageModelOptions decoding, CancellationToken cancellationToken) =>
        Task.Run(() => Load(model, backend, threads, decoding), cancellationToken).WaitAsync(cancellationToken);

    /// <summary>A name that means the same model from every folder.</summary>
    public static string Absolute(string model) => model == Mini ? model : Path.GetFullPath(model);

    private static CausalLanguageModel Load(string model, string backend, int? threads, CausalLanguageModelOptions decoding)
    {
        if (model == Mini)
        {
            return backend == "simd"
                ? MiniModel.Load(new MiniModelOptions { Threads = threads, Decoding = decoding })
                : throw new NotSupportedException("The in-box model runs on the simd backend; --backend torch wants a GGUF file or a model folder.");
        }

        if (backend == "simd")
        {
            return CausalLanguageModel.Load(Existing(model), new SimdBackendOptions { Threads = threads }, decoding);
        }

        using ModelFile file = ModelFile.Open(Existing(model));
        return new CausalLanguageModel(
            Torch(file, threads), file.Tokenizer, decoding with { Name = file.Name, PromptFormat = new ModelPromptFormat(model) });
    }

    private static TorchBackend Torch(ModelFile file, int? threads)
    {
        LibTorch.EnsureLoaded();
        if (threads is int count)
        {
            TorchSharp.torch.set_num_threads(count);
        }

        return TorchBackend.Create(file.Config, file.Tensors);
    }

    public static string Existing(string model) => File.Exists(model) || Directory.Exists(model)
        ? model
        : throw new DirectoryNotFoundException($"There is no model '{model}': give 'mini' or the path of a GGUF file or a model folder.");
}
