using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>The fields of released files, by family.</summary>
public sealed class ModelFamilyConfigTests
{
    // Mistral 7B v0.1.
    private const string Mistral = """
        {"architectures":["MistralForCausalLM"],"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu","hidden_size":4096,"initializer_range":0.02,"intermediate_size":14336,
         "max_position_embeddings":32768,"model_type":"mistral","num_attention_heads":32,"num_hidden_layers":32,"num_key_value_heads":8,"rms_norm_eps":1e-05,"rope_theta":10000.0,
         "sliding_window":4096,"tie_word_embeddings":false,"torch_dtype":"bfloat16","transformers_version":"4.34.0.dev0","use_cache":true,"vocab_size":32000}
        """;

    // Qwen2.5 0.5B.
    private const string Qwen2 = """
        {"architectures":["Qwen2ForCausalLM"],"attention_dropout":0.0,"bos_token_id":151643,"eos_token_id":151645,"hidden_act":"silu","hidden_size":896,"initializer_range":0.02,
         "intermediate_size":4864,"max_position_embeddings":32768,"max_window_layers":21,"model_type":"qwen2","num_attention_heads":14,"num_hidden_layers":24,"num_key_value_heads":2,
         "rms_norm_eps":1e-06,"rope_theta":1000000.0,"sliding_window":32768,"tie_word_embeddings":true,"torch_dtype":"bfloat16","use_cache":true,"use_sliding_window":false,"vocab_size":151936}
        """;

    // Qwen3 0.6B.
    private const string Qwen3 = """
        {"architectures":["Qwen3ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":151643,"eos_token_id":151645,"head_dim":128,"hidden_act":"silu",
         "hidden_size":1024,"initializer_range":0.02,"intermediate_size":3072,"max_position_embeddings":40960,"max_window_layers":28,"model_type":"qwen3","num_attention_heads":16,
         "num_hidden_layers":28,"num_key_value_heads":8,"rms_norm_eps":1e-06,"rope_scaling":null,"rope_theta":1000000,"sliding_window":null,"tie_word_embeddings":true,
         "torch_dtype":"bfloat16","use_cache":true,"use_sliding_window":false,"vocab_size":151936}
        """;

    // GPT-2.
    private const string Gpt2 = """
        {"activation_function":"gelu_new","architectures":["GPT2LMHeadModel"],"attn_pdrop":0.1,"bos_token_id":50256,"embd_pdrop":0.1,"eos_token_id":50256,"initializer_range":0.02,
         "layer_norm_epsilon":1e-05,"model_type":"gpt2","n_ctx":1024,"n_embd":768,"n_head":12,"n_layer":12,"n_positions":1024,"resid_pdrop":0.1,"summary_activation":null,
         "summary_first_dropout":0.1,"summary_proj_to_labels":true,"summary_type":"cls_index","summary_use_proj":true,"task_specific_params":{"text-generation":{"do_sample":true,"max_length":50}},"vocab_size":50257}
        """;

    // SmolLM2 135M.
    private const string Smol = """
        {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":0,"eos_token_id":0,"hidden_act":"silu","hidden_size":576,"initializer_range":0.04,
         "intermediate_size":1536,"is_llama_config":true,"max_position_embeddings":8192,"mlp_bias":false,"model_type":"llama","num_attention_heads":9,"num_hidden_layers":30,"num_key_value_heads":3,
         "pretraining_tp":1,"rms_norm_eps":1e-05,"rope_interleaved":false,"rope_scaling":null,"rope_theta":100000,"tie_word_embeddings":true,"torch_dtype":"bfloat16","use_cache":true,"vocab_size":49152}
        """;

    [TestCase(Mistral, 7_241_732_096)]
    [TestCase(Qwen2, 494_032_768)]
    [TestCase(Qwen3, 596_049_920)]
    [TestCase(Gpt2, 124_439_808)]
    [TestCase(Smol, 134_515_008)]
    public void Released_models_have_their_published_sizes(string json, long parameters) => Assert.That(Read(json).ParameterCount(), Is.EqualTo(parameters));

    [Test]
    public void Each_family_has_its_own_parts()
    {
        Assert.That(Read(Mistral), Has.Property("SlidingWindow").EqualTo(4096).And.Property("QueryKeyValueBias").False);
        Assert.That(Read(Qwen2), Has.Property("QueryKeyValueBias").True.And.Property("Bias").False.And.Property("SlidingWindow").Null.And.Property("TiedHead").True);
        Assert.That(Read(Qwen3), Has.Property("QueryKeyNorm").True.And.Property("HeadSize").EqualTo(128).And.Property("QueryKeyValueBias").False);
        Assert.That(Read(Gpt2), Is.EqualTo(new TransformerConfig
        {
            VocabularySize = 50_257, ContextLength = 1024, Width = 768, Layers = 12, Heads = 12, Positions = PositionEncoding.Learned,
            Normalization = Normalization.LayerNorm, Activation = Activation.Gelu, Bias = true, TiedHead = true,
        }));
    }

    [TestCase("null", null, Description = "v0.2 and later: no window")]
    [TestCase("512", 512)]
    [TestCase("", 4096, Description = "absent: the default of the class")]
    public void A_window_of_mistral_is_told_apart_from_none(string value, int? expected) => Assert.That(Read(With(Mistral, "sliding_window", value)).SlidingWindow, Is.EqualTo(expected));

    [TestCase("max_window_layers", "0", 32768)]
    [TestCase("max_window_layers", "24", null)]
    [TestCase("max_window_layers", "99", null)]
    public void A_window_of_qwen_is_in_all_layers_or_none(string field, string value, int? expected) =>
        Assert.That(Read(With(With(Qwen2, "use_sliding_window", "true"), field, value)).SlidingWindow, Is.EqualTo(expected));

    [TestCase(Qwen2, "use_sliding_window", "true", "layers from 21 on")]
    [TestCase(Qwen2, "layer_types", """["full_attention","sliding_attention"]""", "sliding_attention")]
    [TestCase(Mistral, "layer_types", """["full_attention"]""", "full_attention")]
    [TestCase(Qwen3, "attention_bias", "true", "attention_bias")]
    [TestCase(Qwen3, "num_experts", "128", "num_experts")]
    [TestCase(Mistral, "architectures", """["MistralForSequenceClassification"]""", "MistralForSequenceClassification")]
    [TestCase(Qwen2, "rope_scaling", """{"type":"yarn","factor":4.0,"original_max_position_embeddings":32768}""", "'yarn'")]
    [TestCase(Gpt2, "activation_function", "\"gelu\"", "activation_function")]
    [TestCase(Gpt2, "scale_attn_by_inverse_layer_idx", "true", "scale_attn_by_inverse_layer_idx")]
    [TestCase(Gpt2, "add_cross_attention", "true", "add_cross_attention")]
    [TestCase(Gpt2, "n_head", "7", "no multiple")]
    [TestCase(Gpt2, "architectures", """["GPT2ForSequenceClassification"]""", "GPT2ForSequenceClassification")]
    [TestCase(Smol, "rope_interleaved", "true", "rope_interleaved")]
    public void What_a_family_does_not_do_is_named(string json, string field, string value, string message) =>
        Assert.That(() => Read(With(json, field, value)), Throws.TypeOf<CheckpointException>().With.Message.Contains(message).And.Message.StartsWith("config.json: "));

    [TestCase(Mistral, "mistral")]
    [TestCase(Qwen2, "qwen2")]
    [TestCase(Qwen3, "qwen3")]
    [TestCase(Smol, "llama")]
    public void A_family_is_written_with_the_fields_it_was_read_from(string json, string family)
    {
        JsonObject written = JsonNode.Parse(TransformerConfigFile.Write(Read(json)))!.AsObject();
        Assert.That((string?)written["model_type"], Is.EqualTo(family));
        foreach ((string name, JsonNode? value) in JsonNode.Parse(json)!.AsObject())
        {
            // What is not asked for has no one spelling.
            if (written.TryGetPropertyValue(name, out JsonNode? other) && !name.EndsWith("_id", StringComparison.Ordinal) && name is not ("sliding_window" or "max_window_layers"))
            {
                Assert.That(JsonNode.DeepEquals(other, value) || (double)other! == (double)value!, name);
            }
        }
    }

    [Test]
    public void The_first_version_of_the_native_format_is_still_read()
    {
        const string First = """
            {"model_type":"autogpt","format_version":1,"vocab_size":11,"max_position_embeddings":8,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":2,
             "head_dim":4,"intermediate_size":32,"position_encoding":"learned","rope_theta":10000,"normalization":"layer_norm","norm_eps":1E-05,"activation":"gelu","bias":true,
             "tie_word_embeddings":true,"bos_token_id":null,"eos_token_id":null}
            """;
        Assert.That(Read(First), Is.EqualTo(Shapes.Gpt));
        Assert.That(() => Read(With(First, "query_key_norm", "true")), Throws.TypeOf<CheckpointException>().With.Message.Contains("query_key_norm"), "a field of version 2");
        Assert.That(() => Read(With(First, "format_version", "2")), Throws.TypeOf<CheckpointException>().With.Message.Contains("query_key_value_bias"));
        Assert.That(() => Read(With(First, "format_version", "3")), Throws.TypeOf<CheckpointException>().With.Message.Contains("format_version 3"));
    }

    private static TransformerConfig Read(string json) => TransformerConfigFile.Read(Encoding.UTF8.GetBytes(json));

    private static string With(string json, string field, string value)
    {
        JsonObject file = JsonNode.Parse(json)!.AsObject();
        file.Remove(field);
        if (value.Length > 0)
        {
            file[field] = JsonNode.Parse(value);
        }

        return file.ToJsonString();
    }
}
