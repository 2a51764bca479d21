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

        string configFile = Path.Combine(path, ConfigName);
        string tokenizerFile = Path.Combine(path, TokenizerName);
        if (!Holds(configFile, configBytes) || !Holds(tokenizerFile, tokenizerBytes))
        {
            Directory.CreateDirectory(path);
            File.Delete(configFile);
        }

        SafetensorsWriter.Write(Path.Combine(path, TensorsName), all, new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.Write(tokenizerFile, tokenizerBytes);
        AtomicFile.Write(configFile, configBytes);
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
                tensors = Gpt2Tensors.Arrange(file.Config, tensors);
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
