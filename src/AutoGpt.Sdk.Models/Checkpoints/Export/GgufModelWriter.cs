using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Writes models as GGUF files for llama.cpp and what is built on it (Ollama, LM Studio): its architectures <c>llama</c> (Mistral too), <c>qwen2</c>, <c>qwen3</c> and <c>gpt2</c>,
/// in the kinds of <see cref="GgufType"/>. Quantised by llama.cpp's rules: a file is byte for byte what <c>llama_model_quantize</c> makes of the same model's F32 file (of which values
/// of a Llama or Qwen of 80 layers are excepted). A matrix at a time is in memory; the file appears as a whole or not at all.
/// </summary>
public static class GgufModelWriter
{
    private const string Architecture = "general.architecture";
    private const string Name = "general.name";
    private const string FileType = "general.file_type";
    private const string QuantizationVersion = "general.quantization_version";

    /// <summary>
    /// Writes a model. Of a GGUF file every key is carried over as it is, but for the kind of file and what the options set; its weights change their types alone.
    /// </summary>
    /// <param name="path">The file, replaced if it is there. Its folder is created.</param>
    /// <param name="model">A GGUF file or a folder.</param>
    /// <param name="options">Default: the default options.</param>
    /// <param name="progress">Hears of every tensor. Default nobody.</param>
    /// <param name="cancellationToken">Cancels; no file is left.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="NotSupportedException">llama.cpp has no such network or tokenizer, or weights would be quantised again; the message says which and what to do.</exception>
    /// <exception cref="CheckpointException">A tensor or the tokenizer is damaged, or a weight too large for the type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static GgufExportResult Write(
        string path, ModelFile model, GgufExportOptions? options = null, IProgress<GgufExportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new GgufExportOptions();
        return model.Gguf is { } file
            ? Copy(path, file, model.Config, options, progress, cancellationToken)
            : Write(path, model.Config, model.Tokenizer, model.Tensors, model.Templates, options with { Name = options.Name ?? model.Name }, progress, cancellationToken);
    }

    /// <summary>Writes a network, such as one that was just trained.</summary>
    /// <param name="path">The file, replaced if it is there. Its folder is created.</param>
    /// <param name="config">The shape.</param>
    /// <param name="tokenizer">A byte-level or SentencePiece tokenizer of this library.</param>
    /// <param name="tensors">Every tensor of <see cref="TensorNames.Of"/>, in any type; not disposed.</param>
    /// <param name="options">Default: the default options.</param>
    /// <param name="progress">Hears of every tensor. Default nobody.</param>
    /// <param name="cancellationToken">Cancels; no file is left.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ArgumentException">The shape is impossible, a tensor is missing, superfluous or has another shape, or the tokenizer has a larger vocabulary.</exception>
    /// <exception cref="NotSupportedException">As for the other overload.</exception>
    /// <exception cref="CheckpointException">A weight is no finite number, or too large for the type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static GgufExportResult Write(
        string path, TransformerConfig config, ITokenizer tokenizer, ITensorSource tensors, GgufExportOptions? options = null, IProgress<GgufExportProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(tensors);
        config.Validate();
        return ModelFit.FindProblem(config, tokenizer, ModelFit.Shapes(tensors)) is string problem
            ? throw new ArgumentException(problem, nameof(tensors))
            : Write(path, config, tokenizer, tensors, ChatTemplateTexts.None, options ?? new GgufExportOptions(), progress, cancellationToken);
    }

    private static GgufExportResult Write(
        string path, TransformerConfig config, ITokenizer tokenizer, ITensorSource tensors, ChatTemplateTexts templates, GgufExportOptions options,
        IProgress<GgufExportProgress>? progress, CancellationToken cancellationToken)
    {
        templates = options.ChatTemplate?.Texts ?? templates;
        string architecture = GgufArchitecture.Of(config);
        List<string> warnings = [];
        var keys = new GgufKeyWriter();
        keys.Add(Architecture, architecture);
        keys.Add("general.type", "model");
        keys.Add(Name, options.Name ?? Path.GetFileNameWithoutExtension(path));
        GgufArchitecture.Describe(keys, architecture, config);
        foreach ((string key, object value) in GgufTokenizerWriter.Write(tokenizer, config.VocabularySize, templates.SpecialTokens, warnings))
        {
            keys.Add(key, value);
        }

        AddTemplates(keys, templates);
        using var network = new GgufNetwork(architecture, config, tensors);
        return Write(path, keys, network, config, options, warnings, progress, cancellationToken);
    }

    private static GgufExportResult Copy(
        string path, GgufFile file, TransformerConfig config, GgufExportOptions options, IProgress<GgufExportProgress>? progress, CancellationToken cancellationToken)
    {
        var keys = new GgufKeyWriter();
        foreach ((string key, ReadOnlyMemory<byte> value) in file.Values)
        {
            bool stays = key is not (FileType or QuantizationVersion or "general.alignment")
                && (options.ChatTemplate is null || !key.StartsWith(ChatTemplateTexts.Key, StringComparison.Ordinal));
            if (key == Name && options.Name is string name)
            {
                keys.Add(key, name);
            }
            else if (stays)
            {
                keys.Copy(key, value.Span);
            }
        }

        if (options.Name is string first && !file.Metadata.ContainsKey(Name))
        {
            keys.Add(Name, first);
        }

        AddTemplates(keys, options.ChatTemplate?.Texts ?? ChatTemplateTexts.None);
        return Write(path, keys, file, config, options, [], progress, cancellationToken);
    }

    private static void AddTemplates(GgufKeyWriter keys, ChatTemplateTexts templates)
    {
        foreach ((string name, string text) in templates.Templates)
        {
            keys.Add(name == ChatTemplateTexts.Default ? ChatTemplateTexts.Key : $"{ChatTemplateTexts.Key}.{name}", text);
        }

        if (templates.Templates.Keys.Where(name => name != ChatTemplateTexts.Default).ToArray() is { Length: > 0 } further)
        {
            keys.Add(ChatTemplateTexts.Key + "s", further);
        }
    }

    private static GgufExportResult Write(
        string path, GgufKeyWriter keys, ITensorSource tensors, TransformerConfig config, GgufExportOptions options, List<string> warnings,
        IProgress<GgufExportProgress>? progress, CancellationToken cancellationToken)
    {
        if (config.SlidingWindow is int window && window < config.ContextLength)
        {
            warnings.Add($"llama.cpp passes over the window of {window} tokens in files of this architecture: texts longer than that come out otherwise there.");
        }

        var rule = new GgufTypeRule(options.Type, config);
        keys.Add(QuantizationVersion, 2u);
        keys.Add(FileType, rule.FileType);
        List<GgufEntry> entries = [];
        foreach (string name in tensors.Names.OrderBy(Layer).ThenBy(name => name, StringComparer.Ordinal))
        {
            tensors.TryGet(name, out TensorView tensor);
            TensorType type = rule.Of(name, tensor.Shape);
            RequireFirst(tensor, type, options);
            entries.Add(new GgufEntry(name, tensor.Shape, type, stream => Encode(stream, tensors, name, type, cancellationToken)));
        }

        return new GgufExportResult(path, options.Type, GgufWriter.Write(path, keys, Reported(entries, progress)), entries.Count, warnings);
    }

    // As llama.cpp orders them: what is of no layer first.
    private static int Layer(string name) =>
        name.Split('.') is ["blk", var layer, ..] && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;

    private static void RequireFirst(in TensorView tensor, TensorType type, GgufExportOptions options)
    {
        if (tensor.Type.IsQuantized() && type.IsQuantized() && tensor.Type != type && !options.Requantize)
        {
            throw new NotSupportedException(
                $"'{tensor.Name}' is {tensor.Type} already and would be quantised again, to {type}, which loses more than quantising the weights it came from. Export from these, or allow it (Requantize).");
        }
    }

    // Looked up anew, so that what is made for it is freed with it.
    private static void Encode(Stream stream, ITensorSource tensors, string name, TensorType type, CancellationToken cancellationToken)
    {
        tensors.TryGet(name, out TensorView tensor);
        TensorEncoder.Write(stream, tensor, type, cancellationToken);
    }

    private static List<GgufEntry> Reported(List<GgufEntry> entries, IProgress<GgufExportProgress>? progress)
    {
        if (progress is null)
        {
            return entries;
        }

        (long total, long done) = (entries.Sum(entry => entry.Bytes), 0);
        return [.. entries.Select((entry, index) => entry with
        {
            Write = stream =>
            {
                entry.Write(stream);
                done += entry.Bytes;
                progress.Report(new GgufExportProgress(entry.Name, index + 1, entries.Count, done, total));
            },
        })];
    }
}
