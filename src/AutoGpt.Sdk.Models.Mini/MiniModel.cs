namespace AutoGpt.Sdk.Models.Mini;

/// <summary>
/// The in-box model: a small planner for the built-in tools, trained by this repository's own program. It is not a chat model. Its weights are in the
/// assembly: no file, no network, no native library.
/// </summary>
public static class MiniModel
{
    /// <summary>The key of the safetensors metadata that holds <see cref="ToolSchemaHash"/> of the tools the model was trained on.</summary>
    public const string ToolsKey = "tools";

    /// <summary>Loads the model; takes a fraction of a second.</summary>
    /// <param name="options">How to run it. Default: one thread, single precision.</param>
    public static CausalLanguageModel Load(MiniModelOptions? options = null) => Create(
        Resource("config.json"), Resource("tokenizer.json"), SafetensorsFile.Open(Resource("model.safetensors"), "mini/model.safetensors"), options);

    /// <summary>Loads a model of this kind from a folder, such as a checkpoint of the training program.</summary>
    /// <param name="folder">Holds config.json, tokenizer.json and model.safetensors.</param>
    /// <param name="options">How to run it. Default: one thread, single precision.</param>
    /// <exception cref="CheckpointException">A file is missing or broken.</exception>
    public static CausalLanguageModel Load(string folder, MiniModelOptions? options = null) => Create(
        File.ReadAllBytes(Path.Combine(folder, "config.json")),
        File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")),
        SafetensorsFile.Open(Path.Combine(folder, "model.safetensors")),
        options);

    private static CausalLanguageModel Create(ReadOnlyMemory<byte> config, ReadOnlyMemory<byte> tokenizer, SafetensorsFile tensors, MiniModelOptions? options)
    {
        options ??= new MiniModelOptions();
        // The weights are copied into the decoder's own form, so the file can go.
        using ModelFolder folder = ModelFolder.Open(config, tokenizer, tensors);
        SimdBackend backend = SimdBackend.Create(
            folder.Config, folder.Tensors, new SimdBackendOptions { Threads = options.Threads ?? 1, Weights = options.Weights });
        return new CausalLanguageModel(backend, folder.Tokenizer, options.Decoding with
        {
            Name = "mini",
            PromptFormat = new MiniPromptFormat(),
            TrainedTools = tensors.Metadata.GetValueOrDefault(ToolsKey, "unknown"),
        });
    }

    private static byte[] Resource(string name)
    {
        using Stream stream = typeof(MiniModel).Assembly.GetManifestResourceStream(name)
            ?? throw new AutoGptException($"The assembly holds no '{name}': it was built without the model's weights.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
