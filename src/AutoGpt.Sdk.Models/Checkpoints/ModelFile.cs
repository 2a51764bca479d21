namespace AutoGpt.Sdk.Models;

/// <summary>
/// A model as a user has it: a GGUF file, or a folder as Hugging Face lays it out. Either way the shape, the weights under the names of
/// <see cref="TensorNames"/>, the tokenizer and the chat template. Thread-safe; owns its tensors.
/// </summary>
public sealed class ModelFile : IDisposable
{
    private const string Extension = ".gguf";

    private readonly Lazy<ITokenizer> _tokenizer;
    private readonly Lazy<ChatTemplateTexts> _templates;
    private readonly Lazy<ModelChatTemplate?> _chatTemplate;

    private ModelFile(string path, TransformerConfig config, ITensorSource tensors, Func<ITokenizer> tokenizer, Func<ChatTemplateTexts> templates)
    {
        string name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path));
        Name = name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name[..^Extension.Length] : name;
        Path = path;
        Config = config;
        Tensors = tensors;
        _tokenizer = new Lazy<ITokenizer>(tokenizer);
        _templates = new Lazy<ChatTemplateTexts>(templates);
        _chatTemplate = new Lazy<ModelChatTemplate?>(() => ModelChatTemplate.Compile(Templates));
    }

    /// <summary>The file's or folder's name, for people.</summary>
    public string Name { get; }

    /// <summary>The shape of the network.</summary>
    public TransformerConfig Config { get; }

    /// <summary>The weights: every tensor of <see cref="TensorNames.Of"/>, with its shape, in whatever type the file has it. Valid until <see cref="Dispose"/>.</summary>
    public ITensorSource Tensors { get; }

    /// <summary>The tokenizer, made when it is first asked for: ids can be decoded without.</summary>
    /// <exception cref="CheckpointException">The tokenizer is damaged, of a kind this library does not read, or has more ids than the network.</exception>
    public ITokenizer Tokenizer => _tokenizer.Value;

    /// <summary>The chat template, compiled when it is first asked for; null where the model has none.</summary>
    /// <exception cref="CheckpointException">It is damaged, or uses what this library does not have.</exception>
    public ModelChatTemplate? ChatTemplate => _chatTemplate.Value;

    /// <summary>The keys of a GGUF file; null for a folder.</summary>
    public GgufMetadata? Metadata => Gguf?.Metadata;

    /// <summary>The GGUF file itself; null for a folder.</summary>
    internal GgufFile? Gguf { get; private init; }

    /// <summary>Where the model was opened.</summary>
    internal string Path { get; }

    /// <summary>The chat templates as they are written.</summary>
    internal ChatTemplateTexts Templates => _templates.Value;

    /// <summary>Opens a model. Weights are mapped, not read.</summary>
    /// <param name="path">A GGUF file, or a folder with config.json, tokenizer.json and model.safetensors (or its index and the files that names).</param>
    /// <exception cref="CheckpointException">There is nothing, a file is absent or damaged, the parts do not fit, or the network is of a kind this library does not have.</exception>
    public static ModelFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            ModelFolder folder = ModelFolder.Open(path);
            return new ModelFile(path, folder.Config, folder.Tensors, () => folder.Tokenizer, () => ChatTemplateTexts.FromFolder(path));
        }

        return File.Exists(path) ? Read(path, GgufFile.Open(path)) : throw new CheckpointException(path, "there is no such file or folder.");
    }

    /// <summary>Opens a GGUF file that is already in memory.</summary>
    /// <param name="bytes">The whole file; it must not change.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="CheckpointException">As for <see cref="Open(string)"/>.</exception>
    public static ModelFile Open(ReadOnlyMemory<byte> bytes, string name) => Read(name, GgufFile.Open(bytes, name));

    /// <summary>Closes the weights.</summary>
    public void Dispose() => Tensors.Dispose();

    private static ModelFile Read(string path, GgufFile file)
    {
        try
        {
            TransformerConfig config = GgufConfigFormat.Read(file);
            ITensorSource tensors = GgufTensors.Arrange(file, config);
            if (ModelFit.FindProblem(config, ModelFit.Shapes(tensors)) is string problem)
            {
                throw new CheckpointException(path, problem);
            }

            GgufMetadata metadata = file.Metadata;
            return new ModelFile(path, config, tensors, () => LoadTokenizer(path, config, metadata), () => ChatTemplateTexts.FromGguf(metadata)) { Gguf = file };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ITokenizer LoadTokenizer(string path, TransformerConfig config, GgufMetadata metadata)
    {
        ITokenizer tokenizer = GgufTokenizer.Read(metadata);
        return ModelFit.FindProblem(config, tokenizer) is string problem ? throw new CheckpointException(path, problem) : tokenizer;
    }
}
