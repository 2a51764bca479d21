using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models;

/// <summary>Kinds of adapters, as PEFT's <c>peft_type</c> tells them.</summary>
internal enum AdapterKind
{
    Lora,
    Prefix,
    Prompt,
}

/// <summary>adapter_config.json. What a file asks for and this library does not do is named in the error, never ignored.</summary>
internal sealed class AdapterConfigFile
{
    private const string Task = "CAUSAL_LM";

    // What decides how an adapter was trained, but not what it computes; and what a switch that is off would use.
    private static readonly HashSet<string> s_known =
    [
        "peft_type", "base_model_name_or_path", "revision", "task_type", "inference_mode", "auto_mapping", "peft_version", "r", "lora_alpha", "lora_dropout", "use_rslora", "target_modules",
        "fan_in_fan_out", "bias", "init_lora_weights", "exclude_modules", "layers_to_transform", "layers_pattern", "rank_pattern", "alpha_pattern", "megatron_core", "loftq_config", "eva_config",
        "corda_config", "lora_ga_config", "runtime_config", "qalora_group_size", "num_virtual_tokens", "token_dim", "num_transformer_submodules", "num_attention_heads", "num_layers",
        "encoder_hidden_size", "prefix_projection", "init_weights", "prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path", "tokenizer_kwargs",
    ];

    // Ways to begin that leave the base as it is. The others take a part out of it, which the adapter alone does not tell.
    private static readonly HashSet<string> s_beginnings = ["gaussian", "eva", "orthogonal"];

    private static readonly string[] s_restrictions = ["exclude_modules", "layers_to_transform"];

    private readonly List<(Regex Path, double Alpha)> _alphas = [];

    public required AdapterKind Kind { get; init; }

    public string? BaseModel { get; init; }

    /// <summary>Null unless it is LoRA.</summary>
    public LoraConfig? Lora { get; private init; }

    /// <summary>Whether the target modules are not just names of layers: the tensors tell which they are.</summary>
    public bool IsRestricted { get; private init; }

    public int Tokens { get; private init; }

    public int Layers { get; private init; }

    /// <summary>Key-value heads.</summary>
    public int Heads { get; private init; }

    /// <summary>Elements of an embedding, or of a layer's keys.</summary>
    public int Width { get; private init; }

    public static AdapterConfigFile Read(byte[] json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, StrictJson.Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointException(name, "it is not a JSON object. PEFT's adapter_config.json is one.");
            }

            return Read(new ConfigFields(document.RootElement, name));
        }
        catch (Exception exception) when (StrictJson.IsMalformed(exception))
        {
            throw new CheckpointException(name, $"it is no valid JSON: {exception.Message}", exception);
        }
    }

    public static byte[] Write(ModelAdapter adapter)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("base_model_name_or_path"u8, adapter.BaseModel);
            json.WriteBoolean("inference_mode"u8, true);
            json.WriteString("task_type"u8, Task);
            switch (adapter)
            {
                case LoraAdapter lora:
                    WriteLora(json, lora);
                    break;
                case PrefixAdapter prefix:
                    WritePrompt(json, "PREFIX_TUNING", prefix.VirtualTokens, prefix.Heads * prefix.HeadSize, prefix.TrainedOn?.Shape, prefix.Layers, prefix.Heads);
                    json.WriteNumber("encoder_hidden_size"u8, prefix.Heads * prefix.HeadSize);
                    json.WriteBoolean("prefix_projection"u8, false);
                    break;
                case PromptAdapter prompt:
                    WritePrompt(json, "PROMPT_TUNING", prompt.VirtualTokens, prompt.Width, prompt.TrainedOn?.Shape, null, null);
                    json.WriteString("prompt_tuning_init"u8, "RANDOM");
                    break;
                default:
                    throw new ArgumentException($"{adapter.GetType()} has no file form.", nameof(adapter));
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>The factor of a layer's update.</summary>
    public double Scale(string path, int rank) => Lora!.Scale(rank, _alphas.Find(pattern => pattern.Path.IsMatch(path)) is { Path: not null } found ? found.Alpha : null);

    private static AdapterConfigFile Read(ConfigFields fields)
    {
        string kind = fields.Text("peft_type");
        RequireNothingElse(fields);
        if (fields.Has("task_type"))
        {
            fields.Require("task_type", $"\"{Task}\"");
        }

        string? baseModel = fields.Has("base_model_name_or_path") ? fields.Text("base_model_name_or_path") : null;
        return kind switch
        {
            "LORA" => ReadLora(fields, baseModel),
            "PREFIX_TUNING" => ReadPrompt(fields, baseModel, AdapterKind.Prefix),
            "PROMPT_TUNING" => ReadPrompt(fields, baseModel, AdapterKind.Prompt),
            _ => throw fields.Unsupported($"peft_type {kind}; LORA, PREFIX_TUNING and PROMPT_TUNING are read"),
        };
    }

    private static void RequireNothingElse(ConfigFields fields)
    {
        foreach (JsonProperty field in fields.Root.EnumerateObject())
        {
            if (IsGiven(fields, field.Name) && !s_known.Contains(field.Name))
            {
                throw fields.Unsupported($"'{field.Name}'; plain low-rank updates of linear layers, prefixes and prompts are read");
            }
        }
    }

    // Null, false and nothing in brackets are how PEFT writes what is not asked for.
    private static bool IsGiven(ConfigFields fields, string name) => fields.Has(name) && fields.Root.GetProperty(name) is var value && value.ValueKind switch
    {
        JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    private static AdapterConfigFile ReadLora(ConfigFields fields, string? baseModel)
    {
        fields.Require("bias", "\"none\"");
        if (fields.Has("init_lora_weights") && fields.Root.GetProperty("init_lora_weights") is { ValueKind: JsonValueKind.String } beginning && !s_beginnings.Contains(beginning.GetString()!))
        {
            throw fields.Unsupported($"init_lora_weights \"{beginning.GetString()}\", which changes the base as well. Convert the adapter with PEFT's path_initial_model_for_weight_conversion");
        }

        bool isPattern = fields.Has("target_modules") && fields.Root.GetProperty("target_modules").ValueKind == JsonValueKind.String;
        var file = new AdapterConfigFile
        {
            Kind = AdapterKind.Lora,
            BaseModel = baseModel,
            IsRestricted = isPattern || s_restrictions.Any(name => IsGiven(fields, name)),
            Lora = new LoraConfig
            {
                Rank = fields.Integer("r", 8),
                Alpha = fields.Real("lora_alpha", 8),
                RankStabilized = fields.Flag("use_rslora", false),
                Dropout = fields.Real("lora_dropout", 0),
                TargetModules = isPattern ? [fields.Text("target_modules")] : fields.Texts("target_modules") ?? throw fields.Missing("target_modules"),
            },
        };
        foreach (JsonProperty pattern in fields.Has("alpha_pattern") ? fields.Root.GetProperty("alpha_pattern").EnumerateObject() : default)
        {
            try
            {
                file._alphas.Add((new Regex($@"^(?:.*\.)?(?:{pattern.Name})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), pattern.Value.GetDouble()));
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException or InvalidOperationException or FormatException)
            {
                throw fields.Unsupported($"alpha_pattern '{pattern.Name}': {exception.Message}");
            }
        }

        return file;
    }

    private static AdapterConfigFile ReadPrompt(ConfigFields fields, string? baseModel, AdapterKind kind)
    {
        fields.Require("num_transformer_submodules", "1");
        int width = fields.Integer("token_dim");
        int heads = kind == AdapterKind.Prefix ? fields.Integer("num_attention_heads") : 1;
        return width % heads != 0
            ? throw fields.Unsupported($"token_dim {width}, which is no multiple of num_attention_heads {heads}")
            : new AdapterConfigFile
            {
                Kind = kind,
                BaseModel = baseModel,
                Tokens = fields.Integer("num_virtual_tokens"),
                Width = width,
                Heads = heads,
                Layers = kind == AdapterKind.Prefix ? fields.Integer("num_layers") : 1,
            };
    }

    private static void WriteLora(Utf8JsonWriter json, LoraAdapter adapter)
    {
        LoraConfig config = adapter.Config;
        json.WriteString("peft_type"u8, "LORA");
        json.WriteNumber("r"u8, config.Rank);
        json.WriteNumber("lora_alpha"u8, config.Alpha);
        json.WriteBoolean("use_rslora"u8, config.RankStabilized);
        json.WriteNumber("lora_dropout"u8, config.Dropout);
        json.WriteString("bias"u8, "none");

        // GPT-2's own layers, and only they, have weights [in, out] in Hugging Face's library.
        json.WriteBoolean("fan_in_fan_out"u8, adapter.Layers[0].Path.StartsWith("transformer.", StringComparison.Ordinal));
        json.WriteBoolean("init_lora_weights"u8, true);
        json.WriteStartArray("target_modules"u8);
        foreach (string target in config.TargetModules.Contains(LoraConfig.AllLinear) ? adapter.Layers.Select(layer => layer.Path[(layer.Path.LastIndexOf('.') + 1)..]).Distinct() : config.TargetModules)
        {
            json.WriteStringValue(target);
        }

        json.WriteEndArray();
        json.WriteStartObject("rank_pattern"u8);
        foreach (LoraLayer layer in adapter.Layers.Where(layer => layer.Rank != config.Rank))
        {
            json.WriteNumber(Pattern(layer), layer.Rank);
        }

        json.WriteEndObject();
        json.WriteStartObject("alpha_pattern"u8);
        foreach (LoraLayer layer in adapter.Layers.Where(layer => layer.Scale != config.Scale(layer.Rank)))
        {
            json.WriteNumber(Pattern(layer), layer.Scale / config.Scale(layer.Rank, 1));
        }

        json.WriteEndObject();
    }

    // PEFT 0.8 asks for a dot before what it looks for, so that no path as a whole is ever found; later versions do not. Without its first name a path is found by both, and by no other layer.
    private static string Pattern(LoraLayer layer) => Regex.Escape(layer.Path[(layer.Path.IndexOf('.') + 1)..]);

    private static void WritePrompt(Utf8JsonWriter json, string kind, int tokens, int width, TransformerConfig? shape, int? layers, int? heads)
    {
        json.WriteString("peft_type"u8, kind);
        json.WriteNumber("num_virtual_tokens"u8, tokens);
        json.WriteNumber("token_dim"u8, width);
        json.WriteNumber("num_transformer_submodules"u8, 1);
        WriteNumber(json, "num_layers"u8, layers ?? shape?.Layers);
        WriteNumber(json, "num_attention_heads"u8, heads ?? shape?.Heads);
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value)
    {
        if (value is int number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
