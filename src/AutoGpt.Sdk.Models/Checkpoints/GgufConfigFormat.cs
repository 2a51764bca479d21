namespace AutoGpt.Sdk.Models;

/// <summary>
/// The network's shape in the keys of a GGUF file. A key of the architecture that is not known here is refused unless its value asks for nothing: it
/// may change the computation.
/// </summary>
internal sealed class GgufConfigFormat
{
    private static readonly string[] s_architectures = [GgufArchitecture.Llama, GgufArchitecture.Qwen2, GgufArchitecture.Qwen3, GgufArchitecture.Gpt2];

    private static readonly HashSet<string> s_read =
    [
        "block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size", "attention.head_count", "attention.head_count_kv",
        "attention.key_length", "attention.value_length", "attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon",
        "attention.sliding_window", "rope.dimension_count", "rope.freq_base", "rope.scaling.type", "rope.scaling.factor", "rope.scale_linear",

        // How the file came about, and how embeddings are pooled, which logits are not.
        "rope.scaling.original_context_length", "rope.scaling.finetuned", "tensor_data_layout", "pooling_type",
    ];

    // Further keys, with the values that ask for nothing; 0 and false are such for every key.
    private static readonly Dictionary<string, object> s_neutral = new() { ["attention.causal"] = true, ["rope.scaling.attn_factor"] = 1.0 };

    private readonly GgufFile _file;
    private readonly GgufMetadata _metadata;
    private readonly string _architecture;

    private GgufConfigFormat(GgufFile file)
    {
        _file = file;
        _metadata = file.Metadata;
        _architecture = _metadata.Text("general.architecture");
    }

    /// <summary>Whether the rows of queries and keys are permuted so that neighbours are rotated together.</summary>
    public static bool IsInterleaved(GgufMetadata metadata) => metadata.Text("general.architecture") == GgufArchitecture.Llama;

    public static TransformerConfig Read(GgufFile file) => new GgufConfigFormat(file).Read();

    private TransformerConfig Read()
    {
        RequireSupported();
        int width = Size("embedding_length");
        int heads = Size("attention.head_count");
        int headSize = Size("attention.key_length", Math.Max(1, width / heads));
        Require("attention.value_length", headSize);
        if (!_metadata.ContainsKey(Key("attention.key_length")) && width % heads != 0)
        {
            throw _metadata.Unsupported($"{Key("embedding_length")} {width} is no multiple of the {heads} heads and there is no {Key("attention.key_length")}");
        }

        bool gpt2 = _architecture == GgufArchitecture.Gpt2;
        if (!gpt2)
        {
            Require("rope.dimension_count", headSize);
        }

        float rotaryBase = gpt2 ? 10_000 : (float)_metadata.Number(Key("rope.freq_base"), 10_000);
        var config = new TransformerConfig
        {
            VocabularySize = Vocabulary(),
            ContextLength = Size("context_length"),
            Width = width,
            Layers = Size("block_count"),
            Heads = heads,
            KeyValueHeads = Size("attention.head_count_kv", heads),
            HeadSize = headSize,
            FeedForwardWidth = Size("feed_forward_length"),
            Positions = gpt2 ? PositionEncoding.Learned : PositionEncoding.Rotary,
            Normalization = gpt2 ? Normalization.LayerNorm : Normalization.RmsNorm,
            NormalizationEpsilon = (float)_metadata.Number(Key(gpt2 ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon")),
            Activation = gpt2 ? Activation.Gelu : Activation.SwiGlu,

            // llama.cpp, too, takes the biases that it finds.
            Bias = gpt2 || (_file.Contains("blk.0.attn_output.bias") && _file.Contains("blk.0.ffn_up.bias")),
            QueryKeyValueBias = _file.Contains("blk.0.attn_q.bias") || _file.Contains("blk.0.attn_qkv.bias"),
            QueryKeyNorm = _architecture == GgufArchitecture.Qwen3,
            SlidingWindow = _metadata.Integer(Key("attention.sliding_window"), 0) == 0 ? null : Size("attention.sliding_window"),
            TiedHead = !_file.Contains(GgufTensors.Head),
            RotaryBase = rotaryBase,
        };
        TransformerConfigFile.RequirePossible(config, _metadata.File);
        config = config with { RotaryScaling = Scaling(config) };
        TransformerConfigFile.RequirePossible(config, _metadata.File);
        return config;
    }

    private void RequireSupported()
    {
        if (!s_architectures.Contains(_architecture))
        {
            throw _metadata.Unsupported($"the architecture '{_architecture}'; {string.Join(", ", s_architectures)} are read (mistral and smollm2 are llama here)");
        }

        if (_metadata.Text("general.type", "model") is var type and not "model")
        {
            throw _metadata.Unsupported($"a file of the type '{type}', which is no model of its own");
        }

        if (_metadata.Integer("split.count", 1) > 1)
        {
            throw _metadata.Unsupported("a model split over several files. Merge them with llama-gguf-split");
        }

        if (_file.Names.Count == 0)
        {
            throw new CheckpointException(_metadata.File, "it has a vocabulary and no weights.");
        }

        foreach ((string key, object value) in _metadata)
        {
            string name = key.StartsWith(_architecture + ".", StringComparison.Ordinal) ? key[(_architecture.Length + 1)..] : "";
            if (name.Length > 0 && !s_read.Contains(name) && value is not (0L or 0.0 or false) && !value.Equals(s_neutral.GetValueOrDefault(name)))
            {
                throw _metadata.Unsupported($"the key '{key}', which may change what the network computes");
            }
        }
    }

    private RotaryScaling? Scaling(TransformerConfig config)
    {
        if (config.Positions != PositionEncoding.Rotary)
        {
            return null;
        }

        double factor = _metadata.Number(Key("rope.scaling.factor"), _metadata.Number(Key("rope.scale_linear"), 0));
        string type = _metadata.Text(Key("rope.scaling.type"), factor is 0 or 1 ? "none" : "linear");
        RotaryScaling? scaling = type switch
        {
            "none" => null,
            "linear" when factor is 0 or 1 => null,
            "linear" => new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = (float)factor },
            _ => throw _metadata.Unsupported($"{Key("rope.scaling.type")} '{type}'; 'none' and 'linear' are read, and Llama 3's tables"),
        };
        if (_architecture != GgufArchitecture.Llama || !_file.TryGet(GgufTensors.RotaryFactors, out TensorView table))
        {
            return scaling;
        }

        return scaling is null
            ? GgufRotaryTable.Read(table, config, _metadata)
            : throw _metadata.Unsupported($"both {Key("rope.scaling.type")} '{type}' and the table {GgufTensors.RotaryFactors}");
    }

    // The tokenizer's list may be shorter than the padded embedding, which is what logits are counted by.
    private int Vocabulary()
    {
        if (!_file.TryGet(GgufTensors.Embedding, out TensorView embedding) || embedding.Shape.Count != 2)
        {
            throw new CheckpointException(_metadata.File, $"it has no matrix '{GgufTensors.Embedding}'.");
        }

        Require("vocab_size", embedding.Shape[0]);
        return Math.Max(1, embedding.Shape[0]);
    }

    private void Require(string name, int expected)
    {
        if (_metadata.Integer(Key(name), expected) is var found && found != expected)
        {
            throw _metadata.Unsupported($"{Key(name)} = {found}; only {expected} is supported here");
        }
    }

    /// <summary>A number of at least 1; a list, one per layer, must repeat it.</summary>
    private int Size(string name, int? absent = null)
    {
        string key = Key(name);
        long size = _metadata.TryGetValue(key, out object? value) && value is long[] { Length: > 0 } list
            ? Array.TrueForAll(list, other => other == list[0])
                ? list[0]
                : throw _metadata.Unsupported($"{key} with different numbers for different layers")
            : _metadata.Integer(key, absent);
        return size is >= 1 and <= int.MaxValue ? (int)size : throw _metadata.Wrong(key, "a whole number of at least 1");
    }

    private string Key(string name) => $"{_architecture}.{name}";
}
