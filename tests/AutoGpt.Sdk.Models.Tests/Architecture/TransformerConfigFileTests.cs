using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class TransformerConfigFileTests
{
    // The fields of a released Llama-2-style file.
    private const string HuggingFaceLlama = """
        {"_name_or_path":"x","architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":1,"eos_token_id":[2,7],
         "hidden_act":"silu","hidden_size":288,"initializer_range":0.02,"intermediate_size":768,"max_position_embeddings":256,"model_type":"llama",
         "num_attention_heads":6,"num_hidden_layers":6,"num_key_value_heads":3,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_scaling":null,
         "rope_theta":10000.0,"tie_word_embeddings":false,"torch_dtype":"float32","transformers_version":"4.38.0","use_cache":true,"vocab_size":32000}
        """;

    [Test]
    public void Reads_a_Hugging_Face_llama_file()
    {
        ConfigFile file = TransformerConfigFile.Parse(Encoding.UTF8.GetBytes(HuggingFaceLlama), "config.json");
        Assert.That(file.Config, Is.EqualTo(new TransformerConfig
        {
            VocabularySize = 32_000, ContextLength = 256, Width = 288, Layers = 6, Heads = 6, KeyValueHeads = 3, HeadSize = 48, FeedForwardWidth = 768,
        }));
        Assert.That(file.BeginOfText, Is.EqualTo(1));
        Assert.That(file.EndsOfText, Is.EqualTo([2, 7]));
    }

    [Test]
    public void Absent_optional_fields_have_the_defaults_of_LlamaConfig()
    {
        TransformerConfig config = Read(WithoutFields("num_key_value_heads", "rms_norm_eps", "rope_theta", "tie_word_embeddings", "max_position_embeddings", "bos_token_id"));
        Assert.That(
            (config.KeyValueHeads, config.NormalizationEpsilon, config.RotaryBase, config.TiedHead, config.ContextLength, config.HeadSize),
            Is.EqualTo((6, 1e-6f, 10_000f, false, 2048, 48)));
    }

    [Test]
    public void Rope_parameters_of_newer_files_are_read() =>
        Assert.That(Read(With("rope_parameters", """{"rope_type":"default","rope_theta":500000.0}""")).RotaryBase, Is.EqualTo(500_000f));

    // As released with Llama 3.2, and as newer versions of the format spell it.
    [TestCase("rope_scaling", """{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":8192,"rope_type":"llama3"}""")]
    [TestCase("rope_parameters", """{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":8192,"rope_type":"llama3","rope_theta":10000}""")]
    [TestCase("rope_scaling", """{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":8192,"type":"llama3","rope_type":"llama3"}""")]
    public void Llama_3s_scaling_is_read_in_both_spellings(string field, string value) => Assert.That(
        Read(With(field, value)).RotaryScaling,
        Is.EqualTo(new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = 32, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalContextLength = 8192 }));

    [TestCase("rope_scaling", """{"type":"linear","factor":2.5}""")]
    [TestCase("rope_parameters", """{"rope_type":"linear","factor":2.5,"rope_theta":10000}""")]
    public void Linear_scaling_is_read_in_both_spellings(string field, string value) => Assert.That(
        Read(With(field, value)).RotaryScaling, Is.EqualTo(new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = 2.5f }));

    [Test]
    public void Two_spellings_at_once_must_agree()
    {
        JsonObject json = JsonNode.Parse(With("rope_scaling", """{"type":"linear","factor":2.5}"""))!.AsObject();
        json["rope_parameters"] = JsonNode.Parse("""{"rope_type":"linear","factor":2.5,"rope_theta":500.0}""");
        Assert.That((Read(json.ToJsonString()).RotaryScaling!.Factor, Read(json.ToJsonString()).RotaryBase), Is.EqualTo((2.5f, 500f)));
        json["rope_parameters"] = JsonNode.Parse("""{"rope_type":"linear","factor":3,"rope_theta":500.0}""");
        Assert.That(() => Read(json.ToJsonString()), Throws.TypeOf<CheckpointException>().With.Message.Contains("different things"));
    }

    [Test]
    public void Both_switches_of_llamas_biases_are_this_librarys_one()
    {
        JsonObject json = JsonNode.Parse(With("attention_bias", "true"))!.AsObject();
        json["mlp_bias"] = true;
        Assert.That((Read(json.ToJsonString()).Bias, Read(json.ToJsonString()).QueryKeyValueBias), Is.EqualTo((true, true)));
    }

    [TestCase("model_type", "\"gemma3\"", "gemma3")]
    [TestCase("architectures", "[\"LlamaForSequenceClassification\"]", "LlamaForSequenceClassification")]
    [TestCase("rope_scaling", """{"rope_type":"llama3","factor":8.0}""", "rope_scaling.low_freq_factor")]
    [TestCase("rope_scaling", """{"type":"linear"}""", "rope_scaling.factor")]
    [TestCase("rope_scaling", """{"type":"linear","factor":0.5}""", "RotaryScaling")]
    [TestCase("rope_scaling", """{"type":"dynamic","factor":2.0}""", "'dynamic'")]
    [TestCase("rope_scaling", """{"type":"linear","rope_type":"llama3","factor":2.0}""", "'llama3' and 'linear'")]
    [TestCase("rope_parameters", """{"full_attention":{"rope_type":"default"}}""", "differ between layers")]
    [TestCase("rope_interleaved", "true", "rope_interleaved")]
    [TestCase("rope_scaling", """{"factor":2.0}""", "without a type")]
    [TestCase("rope_parameters", """{"rope_type":"yarn","rope_theta":1.0}""", "yarn")]
    [TestCase("partial_rotary_factor", "0.5", "partial_rotary_factor")]
    [TestCase("attention_bias", "true", "attention_bias")]
    [TestCase("mlp_bias", "true", "mlp_bias")]
    [TestCase("hidden_act", "\"gelu\"", "gelu")]
    [TestCase("sliding_window", "4096", "sliding_window")]
    [TestCase("quantization_config", """{"bits":4}""", "quantization_config")]
    [TestCase("hidden_size", "\"288\"", "hidden_size")]
    [TestCase("hidden_size", "290", "no multiple")]
    [TestCase("num_key_value_heads", "4", "KeyValueHeads")]
    [TestCase("vocab_size", "0", "vocab_size")]
    [TestCase("vocab_size", "3.5", "vocab_size")]
    [TestCase("vocab_size", "null", "missing")]
    [TestCase("num_attention_heads", "2000000000", "no multiple")]
    [TestCase("head_dim", "2000000000", "beyond reason")]
    [TestCase("rms_norm_eps", "1e999", "rms_norm_eps")]
    [TestCase("rms_norm_eps", "-1", "NormalizationEpsilon")]
    [TestCase("eos_token_id", "\"</s>\"", "eos_token_id")]
    [TestCase("eos_token_id", "[2,-7]", "eos_token_id")]
    [TestCase("eos_token_id", "[]", "eos_token_id")]
    [TestCase("max_position_embeddings", "268435456", "max_position_embeddings) is 268435456")]
    [TestCase("max_position_embeddings", "5592406", "at most 5592405")]
    public void What_is_unsupported_or_wrong_is_named(string field, string value, string message) =>
        Assert.That(() => Read(With(field, value)), Throws.TypeOf<CheckpointException>().With.Message.Contains(message).And.Message.StartsWith("config.json: "));

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"model_type":"llama","model_type":"llama"}""")]
    [TestCase("""{"model_type":"\ud800"}""")]
    public void Broken_json_is_a_checkpoint_error(string json) => Assert.That(() => Read(json), Throws.TypeOf<CheckpointException>());

    [Test]
    public void Random_shapes_come_back_as_they_were_written()
    {
        var random = new Random(11);
        for (int trial = 0; trial < 300; trial++)
        {
            TransformerConfig config = RandomConfigs.Next(random);
            byte[] json = TransformerConfigFile.Write(config);
            Assert.That(TransformerConfigFile.Read(json), Is.EqualTo(config));
            bool llama = config.Positions == PositionEncoding.Rotary && config.Normalization == Normalization.RmsNorm
                && config.Activation == Activation.SwiGlu && !config.Bias;
            string family = (config.QueryKeyNorm, config.QueryKeyValueBias, config.SlidingWindow) switch
            {
                (true, false, _) => "qwen3",
                (true, true, _) => "autogpt",
                (_, true, _) => config.Width == config.Heads * config.HeadSize ? "qwen2" : "autogpt",
                (_, _, null) => "llama",
                _ => "mistral",
            };
            Assert.That((string?)JsonNode.Parse(json)!["model_type"], Is.EqualTo(llama ? family : "autogpt"));
        }
    }

    [Test]
    public void A_llama_file_has_the_field_names_transformers_reads()
    {
        JsonObject json = JsonNode.Parse(TransformerConfigFile.Write(Read(HuggingFaceLlama) with { TiedHead = true }, CharacterTokenizer.FromText("ab", ["<eos>"])))!.AsObject();
        Assert.That((string?)json["architectures"]![0], Is.EqualTo("LlamaForCausalLM"));
        Assert.That((int)json["eos_token_id"]!, Is.EqualTo(2));
        Assert.That(json.ContainsKey("bos_token_id") && json["bos_token_id"] is null, "a null, lest LlamaConfig's default 1 is taken");
        foreach ((string name, JsonNode? value) in JsonNode.Parse(HuggingFaceLlama)!.AsObject())
        {
            if (json.TryGetPropertyValue(name, out JsonNode? written) && !name.EndsWith("_id", StringComparison.Ordinal) && name != "tie_word_embeddings")
            {
                Assert.That(JsonNode.DeepEquals(written, value) || (double)written! == (double)value!, name);
            }
        }
    }

    [Test]
    public void Several_ends_of_text_come_back_as_they_were_written()
    {
        ITokenizer tokenizer = TokenizerFile.Load(TokenizerFile.Write(CharacterTokenizer.FromText("ab", ["<x>", "<y>", "<z>"])), "t.json", null, [4, 2]);
        byte[] json = TransformerConfigFile.Write(Read(HuggingFaceLlama), tokenizer);
        Assert.That(TransformerConfigFile.Parse(json, "config.json").EndsOfText, Is.EqualTo([4, 2]), "the first is the end of text");
    }

    [Test]
    public void A_native_file_is_read_strictly()
    {
        JsonObject json = JsonNode.Parse(TransformerConfigFile.Write(Read(HuggingFaceLlama) with { Bias = true }))!.AsObject();
        Assert.That(() => Read(json.ToJsonString()), Throws.Nothing);
        foreach (string name in json.Select(pair => pair.Key).Where(name => !name.EndsWith("_id", StringComparison.Ordinal)).ToArray())
        {
            JsonObject without = json.DeepClone().AsObject();
            without.Remove(name);
            Assert.That(() => Read(without.ToJsonString()), Throws.TypeOf<CheckpointException>().With.Message.Contains(name));
        }

        json["sparsity"] = 1;
        Assert.That(() => Read(json.ToJsonString()), Throws.TypeOf<CheckpointException>().With.Message.Contains("sparsity"));
    }

    private static TransformerConfig Read(string json) => TransformerConfigFile.Read(Encoding.UTF8.GetBytes(json));

    private static string With(string field, string value)
    {
        JsonObject json = JsonNode.Parse(HuggingFaceLlama)!.AsObject();
        json.Remove(field);
        return json.ToJsonString()[..^1] + $",\"{field}\":{value}}}";
    }

    private static string WithoutFields(params string[] fields)
    {
        JsonObject json = JsonNode.Parse(HuggingFaceLlama)!.AsObject();
        foreach (string field in fields)
        {
            json.Remove(field);
        }

        return json.ToJsonString();
    }
}
