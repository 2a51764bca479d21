namespace AutoGpt.Sdk.Models;

/// <summary>
/// A model as Hugging Face lays it out: config.json (the shape), tokenizer.json and model.safetensors (the weights, or model.safetensors.index.json and the
/// files that it names), checked against each other when it is opened. Thread-safe; owns its tensors.
/// </summary>
public sealed class ModelFolder : IDisposable
{
    internal const string ConfigName = "config.json";
    internal const string TokenizerName = "tokenizer.json";
    internal const string TensorsName = "model.safetensors";

    private ModelFolder(TransformerConfig config, ITokenizer tokenizer, ITensorSource tensors)
    {
        Config = config;
        Tokenizer = tokenizer;
        Tensors = tensors;
    }

    /// <summary>The shape of the network.</summary>
    public TransformerConfig Config { get; }

    /// <summary>The tokenizer; its vocabulary is no larger than the network's.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The weights: every tensor of <see cref="TensorNames.Of"/>, with its shape. Valid until <see cref="Dispose"/>.</summary>
    public ITensorSource Tensors { get; }

    /// <summary>Opens a folder. Weights are mapped, not read.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="CheckpointException">A file is absent or damaged, the files do not fit each other, or the network is of a kind this library does not have.</exception>
    public static ModelFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string config = Path.Combine(path, ConfigName);
        string tokenizer = Path.Combine(path, TokenizerName);
        string tensors = Path.Combine(path, TensorsName);
        string index = tensors + ".index.json";
        ReadOnlyMemory<byte> configBytes = CheckpointBytes.Read(config);
        ReadOnlyMemory<byte> tokenizerBytes = CheckpointBytes.Read(tokenizer);
        ITensorSource source = !File.Exists(tensors) && File.Exists(index) ? ShardedSafetensors.Open(index) : SafetensorsFile.Open(tensors);
        return Open(configBytes, tokenizerBytes, source, path + Path.DirectorySeparatorChar);
    }

    /// <summary>Puts a model together from parts in memory, such as embedded resources.</summary>
    /// <param name="config">The bytes of config.json.</param>
    /// <param name="tokenizer">The bytes of tokenizer.json.</param>
    /// <param name="tensors">The weights; the result owns them, and they are disposed when this call throws.</param>
    /// <exception cref="CheckpointException">A part is damaged, the parts do not fit each other, or the network is of a kind this library does not have.</exception>
    public static ModelFolder Open(ReadOnlyMemory<byte> config, ReadOnlyMemory<byte> tokenizer, ITensorSource tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return Open(config, tokenizer, tensors, "");
    }

    /// <summary>
    /// Writes a folder, each file as a whole or not at all and config.json last. Where the folder holds another model its config.json goes first, so that
    /// a crash leaves a folder that does not open rather than one that mixes two models.
    /// </summary>
    /// <param name="path">The folder; it is created.</param>
    /// <param name="config">The shape.</param>
    /// <param name="tokenizer">A tokenizer of this library.</param>
    /// <param name="tensors">Every tensor of <see cref="TensorNames.Of"/>.</param>
    /// <exception cref="ArgumentException">The shape is impossible, a tensor is missing, superfluous or has another shape, or the tokenizer has no file form or a larger vocabulary.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(string path, TransformerConfig config, ITokenizer tokenizer, IEnumerable<TensorView> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(tensors);
        byte[] configBytes = TransformerConfigFile.Write(config, tokenizer);
        byte[] tokenizerBytes = TokenizerFile.Write(tokenizer);
        TensorView[] all = [.. tensors];
        if (ModelFit.FindProblem(config, tokenizer, all.Select(tensor => (tensor.Name, tensor.Shape))) is string problem)
        {
            throw new ArgumentException(problem, nameof(tensors));
        }

        Save(path, configBytes, tokenizerBytes, all, null, default);
    }

    /// <summary>
    /// Writes a model as a folder, with its chat template and, of a folder, its tokenizer's own files. A tensor at a time is in memory.
    /// </summary>
    /// <param name="path">The folder; it is created. Chat templates and the like of another model in it are deleted.</param>
    /// <param name="model">A GGUF file or a folder.</param>
    /// <param name="type">F32, F16 or BF16. Default null: as they are, and quantised weights in F32, which has what they stand for.</param>
    /// <param name="cancellationToken">Cancels; what the folder held is then incomplete and does not open.</param>
    /// <exception cref="ArgumentException">The type is a quantised one, the model lies in the folder, or the tokenizer has no file form.</exception>
    /// <exception cref="CheckpointException">A tensor or the tokenizer is damaged, or a weight too large for the type.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(string path, ModelFile model, TensorType? type = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Save(path, model, model.Tensors, type, cancellationToken);
    }

    /// <summary>
    /// Writes a model with other weights as a folder, such as those that training or <see cref="LoraAdapter.Merge"/> made of its own: shape, tokenizer and chat template stay. A tensor at a time is in memory.
    /// </summary>
    /// <param name="path">The folder; it is created. Chat templates and the like of another model in it are deleted.</param>
    /// <param name="model">A GGUF file or a folder.</param>
    /// <param name="tensors">Every tensor of <see cref="TensorNames.Of"/>; not disposed.</param>
    /// <param name="type">F32, F16 or BF16. Default null: as they are, and quantised weights in F32, which has what they stand for.</param>
    /// <param name="cancellationToken">Cancels; what the folder held is then incomplete and does not open.</param>
    /// <exception cref="ArgumentException">The type is a quantised one, the model lies in the folder, a tensor is missing or has another shape, or the tokenizer has no file form.</exception>
    /// <exception cref="CheckpointException">A tensor or the tokenizer is damaged, or a weight too large for the type.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(string path, ModelFile model, ITensorSource tensors, TensorType? type = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensors);
        if (type is TensorType wanted && wanted.IsQuantized())
        {
            throw new ArgumentException($"Folders hold no weights of {wanted}: F32, F16 and BF16 are possible. Quantise into a GGUF file.", nameof(type));
        }

        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(model.Path)))
        {
            throw new ArgumentException($"'{path}' is where the model lies: a write that is cut off would lose it. Name another folder.", nameof(path));
        }

        if (ModelFit.FindProblem(model.Config, ModelFit.Shapes(tensors)) is string problem)
        {
            throw new ArgumentException(problem, nameof(tensors));
        }

        IReadOnlyDictionary<string, byte[]> further = FolderTemplates.Files(model);
        byte[] tokenizer = model.Gguf is null ? CheckpointBytes.Read(Path.Combine(model.Path, TokenizerName)) : TokenizerFile.Write(model.Tokenizer);
        TensorView[] all = [.. TensorNames.Of(model.Config).Select(tensor => Convert(tensors, tensor.Key, type, cancellationToken))];
        Save(path, TransformerConfigFile.Write(model.Config, model.Tokenizer), tokenizer, all, further, cancellationToken);
    }

    // Made when it is written, and not kept.
    private static TensorView Convert(ITensorSource tensors, string name, TensorType? type, CancellationToken cancellationToken)
    {
        tensors.TryGet(name, out TensorView tensor);
        TensorType wanted = type ?? (tensor.Type.IsQuantized() ? TensorType.F32 : tensor.Type);
        int length = checked((int)(tensor.Count * wanted.BlockBytes()));
        return tensor with
        {
            Name = name,
            Type = wanted,
            Data = new LazyBytes(
                length,
                () =>
                {
                    using var buffer = new MemoryStream(length);
                    tensors.TryGet(name, out TensorView source);
                    TensorEncoder.Write(buffer, source, wanted, cancellationToken);
                    return buffer.GetBuffer();
                },
                keep: false).Memory,
        };
    }

    /// <param name="further">Further files of the model; those of the same kind that it does not have are deleted. Null: none are touched.</param>
    private static void Save(string path, byte[] config, byte[] tokenizer, TensorView[] tensors, IReadOnlyDictionary<string, byte[]>? further, CancellationToken cancellationToken)
    {
        string configFile = Path.Combine(path, ConfigName);
        string tokenizerFile = Path.Combine(path, TokenizerName);
        if (!Holds(configFile, config) || !Holds(tokenizerFile, tokenizer) || further is not null)
        {
            Directory.CreateDirectory(path);
            File.Delete(configFile);
        }

        SafetensorsWriter.Write(Path.Combine(path, TensorsName), tensors, new Dictionary<string, string> { ["format"] = "pt" }, cancellationToken);
        AtomicFile.Write(tokenizerFile, tokenizer);
        foreach (string name in further is null ? [] : FolderTemplates.FileNames)
        {
            if (further!.TryGetValue(name, out byte[]? bytes))
            {
                AtomicFile.Write(Path.Combine(path, name), bytes);
            }
            else
            {
                File.Delete(Path.Combine(path, name));
            }
        }

        AtomicFile.Write(configFile, config);
    }

    /// <summary>Closes the weights.</summary>
    public void Dispose() => Tensors.Dispose();

    private static ModelFolder Open(ReadOnlyMemory<byte> config, ReadOnlyMemory<byte> tokenizer, ITensorSource tensors, string prefix)
    {
        try
        {
            ConfigFile file = TransformerConfigFile.Parse(config, prefix + ConfigName);
            if (file.ModelType == Gpt2ConfigFormat.ModelType)
            {
                tensors = Gpt2Tensors.Arrange(prefix + TensorsName, file.Config, tensors);
            }

            ITokenizer loaded = TokenizerFile.Load(tokenizer, prefix + TokenizerName, file.BeginOfText, file.EndsOfText);
            return ModelFit.FindProblem(file.Config, loaded, ModelFit.Shapes(tensors)) is string problem
                ? throw new CheckpointException(prefix + TensorsName, problem)
                : new ModelFolder(file.Config, loaded, tensors);
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    private static bool Holds(string file, byte[] bytes) =>
        File.Exists(file) && new FileInfo(file).Length == bytes.Length && File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes);
}
