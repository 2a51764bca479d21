using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models.Tests.Adapters;

public sealed class AdapterFolderTests
{
    private static readonly TransformerConfig s_config = Shapes.Llama;

    private static IEnumerable<TestCaseData<ModelAdapter>> Kinds() =>
    [
        new TestCaseData<ModelAdapter>(RandomAdapters.Lora(s_config, 1, 3, TensorNames.Query, TensorNames.Down)) { TestName = "{m}(LoRA)" },
        new TestCaseData<ModelAdapter>(RandomAdapters.Gpt2Lora(Shapes.Gpt, 1, 3)) { TestName = "{m}(GPT-2)" },
        new TestCaseData<ModelAdapter>(RandomAdapters.Prefix(s_config, 1, 4)) { TestName = "{m}(prefix)" },
        new TestCaseData<ModelAdapter>(RandomAdapters.Prompt(s_config, 1, 5)) { TestName = "{m}(prompt)" },
    ];

    [TestCaseSource(nameof(Kinds))]
    public void What_was_saved_is_read_and_saved_alike(ModelAdapter adapter)
    {
        using var folder = new TemporaryFolder();
        using var second = new TemporaryFolder();
        adapter.Save(folder.Path);
        ModelAdapter read = ModelAdapter.Load(folder.Path);
        Assert.That(Numbers(read), Is.EqualTo(Numbers(adapter)), "bit for bit");
        read.Save(second.Path);
        foreach (string file in (string[])["adapter_config.json", "adapter_model.safetensors"])
        {
            Assert.That(File.ReadAllBytes(second.File(file)), Is.EqualTo(File.ReadAllBytes(folder.File(file))), file);
        }

        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_saved_LoRA_is_what_PEFT_reads()
    {
        using var folder = new TemporaryFolder();
        LoraAdapter made = RandomAdapters.Lora(s_config, 1, 3, TensorNames.Query, TensorNames.Gate);
        new LoraAdapter(made.Config with { RankStabilized = true, Dropout = .1 }, made.Layers) { BaseModel = "some/base" }.Save(folder.Path);
        JsonNode config = JsonNode.Parse(File.ReadAllText(folder.File("adapter_config.json")))!;
        Assert.That(config.ToJsonString(), Is.EqualTo(
            """
            {"base_model_name_or_path":"some/base","inference_mode":true,"task_type":"CAUSAL_LM","peft_type":"LORA","r":3,"lora_alpha":4.5,"use_rslora":true,"lora_dropout":0.1,"bias":"none","fan_in_fan_out":false,"init_lora_weights":true,"target_modules":["q_proj","gate_proj"],"rank_pattern":{},"alpha_pattern":ALPHAS}
            """.Replace("ALPHAS", config["alpha_pattern"]!.ToJsonString(), StringComparison.Ordinal)));

        // The updates keep their factor of 1.5, which a stabilised rank of 3 has with an alpha of 1.5 · √3.
        Assert.That(config["alpha_pattern"]![@"layers\.1\.mlp\.gate_proj"]!.GetValue<double>(), Is.EqualTo(1.5 * Math.Sqrt(3)).Within(1e-12));
        using SafetensorsFile tensors = SafetensorsFile.Open(folder.File("adapter_model.safetensors"));
        Assert.That(tensors.Names, Is.EquivalentTo(Enumerable.Range(0, 2).SelectMany(layer => new[] { "self_attn.q_proj", "mlp.gate_proj" }.SelectMany(module => new[]
        {
            $"base_model.model.model.layers.{layer}.{module}.lora_A.weight", $"base_model.model.model.layers.{layer}.{module}.lora_B.weight",
        }))));
        Assert.That(tensors.TryGet("base_model.model.model.layers.1.mlp.gate_proj.lora_B.weight", out TensorView up) && up.Shape.SequenceEqual([12, 3]));
        Assert.That(tensors.Metadata["format"], Is.EqualTo("pt"));
    }

    [Test]
    public void Layers_with_a_rank_or_a_factor_of_their_own_are_found_by_every_PEFT()
    {
        using var folder = new TemporaryFolder();
        TransformerConfig config = s_config with { Layers = 11 };
        LoraAdapter made = RandomAdapters.Lora(config, 1, 3, TensorNames.Query, TensorNames.Down);
        LoraLayer[] own = [.. made.Layers.Where(layer => layer.Path is "model.layers.1.self_attn.q_proj" or "model.layers.10.mlp.down_proj").Select(layer => new LoraLayer(
            layer.Path, 2, layer.Down.ToArray()[..(2 * layer.Inputs)], layer.Up.ToArray()[..(2 * layer.Outputs)], 7))];
        Assert.That(own, Has.Length.EqualTo(2));
        new LoraAdapter(made.Config, [.. made.Layers.Where(layer => !own.Any(one => one.Path == layer.Path)), .. own]).Save(folder.Path);
        JsonNode written = JsonNode.Parse(File.ReadAllText(folder.File("adapter_config.json")))!;
        foreach (LoraLayer layer in made.Layers)
        {
            LoraLayer? mine = own.FirstOrDefault(one => one.Path == layer.Path);
            foreach (string form in (string[])[@"^.*\.KEY$", @"^(.*\.)?(KEY)$"])
            {
                // PEFT 0.8.2, tuners/lora/model.py, and 0.17, utils/other.py: the first key that fits counts for rank and alpha.
                string? Found(string field) => written[field]!.AsObject().Select(entry => entry.Key).FirstOrDefault(key => Regex.IsMatch(layer.Path, form.Replace("KEY", key, StringComparison.Ordinal)));
                Assert.That(Found("rank_pattern") is { } rank ? written["rank_pattern"]![rank]!.GetValue<int>() : 3, Is.EqualTo(mine?.Rank ?? 3), $"{layer.Path}, {form}");
                Assert.That((Found("alpha_pattern") is { } alpha ? written["alpha_pattern"]![alpha]!.GetValue<double>() : made.Config.Alpha) / (mine?.Rank ?? 3), Is.EqualTo(mine?.Scale ?? layer.Scale).Within(1e-12), $"{layer.Path}, {form}");
            }
        }
    }

    [Test]
    public void What_PEFT_writes_is_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("adapter_config.json"), PeftConfig);
        Random random = new(1);
        Write(folder, [.. Enumerable.Range(0, 2).SelectMany(layer => new[] { ("self_attn.q_proj", 16), ("self_attn.v_proj", 8) }.SelectMany(module => new[]
        {
            ($"base_model.model.model.layers.{layer}.{module.Item1}.lora_A.weight", new[] { layer == 1 ? 2 : 4, 8 }), ($"base_model.model.model.layers.{layer}.{module.Item1}.lora_B.weight", new[] { module.Item2, layer == 1 ? 2 : 4 }),
        }))], () => (Half)random.NextDouble());
        LoraAdapter adapter = (LoraAdapter)ModelAdapter.Load(folder.Path);
        Assert.That(adapter.BaseModel, Is.EqualTo("meta-llama/Llama-3.2-1B"));
        Assert.That((adapter.Config.Rank, adapter.Config.Alpha, adapter.Config.RankStabilized, adapter.Config.Dropout), Is.EqualTo((4, 16.0, true, .05)));
        Assert.That(adapter.Layers.Select(layer => (layer.Path, layer.Rank, Math.Round(layer.Scale, 9))), Is.EqualTo(new[]
        {
            ("model.layers.0.self_attn.q_proj", 4, 8.0), ("model.layers.0.self_attn.v_proj", 4, 12), ("model.layers.1.self_attn.q_proj", 2, Math.Round(16 / Math.Sqrt(2), 9)),
            ("model.layers.1.self_attn.v_proj", 2, Math.Round(24 / Math.Sqrt(2), 9)),
        }));
        using TensorList tensors = RandomWeights.Of(s_config);
        adapter.RequireFit(NetworkFingerprint.Of(s_config, tensors));
    }

    [Test]
    public void A_pattern_of_layers_is_known_by_its_tensors()
    {
        using var folder = new TemporaryFolder();
        JsonNode config = JsonNode.Parse(PeftConfig)!;
        config["target_modules"] = @".*\.1\.self_attn\.(q|v)_proj";
        File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
        Write(folder, [.. new[] { ("self_attn.q_proj", 16), ("self_attn.v_proj", 8) }.SelectMany(module => new[]
        {
            ($"base_model.model.model.layers.1.{module.Item1}.lora_A.weight", new[] { 4, 8 }), ($"base_model.model.model.layers.1.{module.Item1}.lora_B.weight", new[] { module.Item2, 4 }),
        })], () => (Half)1);
        LoraAdapter adapter = (LoraAdapter)ModelAdapter.Load(folder.Path);
        Assert.That(adapter.Config.TargetModules, Is.EqualTo(["model.layers.1.self_attn.q_proj", "model.layers.1.self_attn.v_proj"]));
        using TensorList tensors = RandomWeights.Of(s_config);
        adapter.RequireFit(NetworkFingerprint.Of(s_config, tensors));
    }

    [TestCase("peft_type", "\"IA3\"", "peft_type IA3")]
    [TestCase("peft_type", "3", "'peft_type' is 3")]
    [TestCase("task_type", "\"SEQ_CLS\"", "task_type = \"SEQ_CLS\"")]
    [TestCase("bias", "\"all\"", "bias = \"all\"")]
    [TestCase("use_dora", "true", "'use_dora'")]
    [TestCase("modules_to_save", "[\"lm_head\"]", "'modules_to_save'")]
    [TestCase("layer_replication", "[[0,2]]", "'layer_replication'")]
    [TestCase("something_new", "{\"a\":1}", "'something_new'")]
    [TestCase("init_lora_weights", "\"pissa\"", "init_lora_weights \"pissa\", which changes the base as well")]
    [TestCase("lora_alpha", "\"x\"", "'lora_alpha' is \"x\"")]
    [TestCase("r", "0", "'r' is 0; it must be a whole number of at least 1")]
    [TestCase("lora_dropout", "1", "Dropout is 1")]
    [TestCase("target_modules", "null", "'target_modules' is missing")]
    [TestCase("alpha_pattern", "{\"(\":1}", "alpha_pattern '('")]
    [TestCase("alpha_pattern", "{\"q_proj\":\"x\"}", "alpha_pattern 'q_proj'")]
    public void What_is_not_supported_is_named(string field, string value, string message)
    {
        using var folder = new TemporaryFolder();
        JsonNode config = JsonNode.Parse(PeftConfig)!;
        config[field] = JsonNode.Parse(value);
        RandomAdapters.Lora(s_config, 1, 4, TensorNames.Query, TensorNames.Value).Save(folder.Path);
        File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
        Assert.That(() => ModelAdapter.Load(folder.Path), Throws.InstanceOf<CheckpointException>().With.Message.Contains(message));
    }

    [Test]
    public void Broken_folders_are_named()
    {
        using var folder = new TemporaryFolder();
        AssertRefused("adapter_config.json: it cannot be read");
        RandomAdapters.Prompt(s_config, 1, 3).Save(folder.Path);
        string config = File.ReadAllText(folder.File("adapter_config.json"));
        File.WriteAllText(folder.File("adapter_config.json"), "{");
        AssertRefused("adapter_config.json: it is no valid JSON");
        File.WriteAllText(folder.File("adapter_config.json"), "[]");
        AssertRefused("it is not a JSON object");
        File.WriteAllText(folder.File("adapter_config.json"), config.Replace("\"num_virtual_tokens\": 3", "\"num_virtual_tokens\": 4", StringComparison.Ordinal));
        AssertRefused("'prompt_embeddings' is [3, 8] where adapter_config.json asks for [4, 8]");
        File.WriteAllText(folder.File("adapter_config.json"), config.Replace("PROMPT_TUNING", "PREFIX_TUNING", StringComparison.Ordinal));
        AssertRefused("'num_attention_heads' is missing");
        File.WriteAllText(folder.File("adapter_config.json"), PeftConfig);
        AssertRefused("tensor 'prompt_embeddings' is no lora_A or lora_B");
        byte[] tensors = File.ReadAllBytes(folder.File("adapter_model.safetensors"));
        File.WriteAllBytes(folder.File("adapter_model.safetensors"), tensors[..20]);
        AssertRefused("adapter_model.safetensors");
        File.Move(folder.File("adapter_model.safetensors"), folder.File("adapter_model.bin"));
        AssertRefused("pickles are not read");
        (string, int[])[] pair = [("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", [4, 8]), ("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", [16, 4])];
        Write(folder, pair[..1], () => (Half)1);
        AssertRefused("there is no matrix 'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight'");
        Write(folder, pair[1..], () => (Half)1);
        AssertRefused("or its partner is missing");
        Write(folder, [pair[0], (pair[1].Item1, [16, 3])], () => (Half)1);
        AssertRefused("lora_A of rank 4 and a lora_B of rank 3");
        Write(folder, pair, () => Half.NaN);
        AssertRefused("element 0 is NaN");
        Write(folder, [], () => (Half)1);
        AssertRefused("There is no layer");

        void AssertRefused(string message) => Assert.That(() => ModelAdapter.Load(folder.Path), Throws.InstanceOf<CheckpointException>().With.Message.Contains(message));
    }

    [Test]
    public void An_adapter_that_lost_layers_is_refused_by_the_network()
    {
        LoraAdapter whole = RandomAdapters.Lora(s_config, 1, 3, TensorNames.Query, TensorNames.Value);
        LoraAdapter less = new(whole.Config, whole.Layers.Take(3));
        using TensorList tensors = RandomWeights.Of(s_config);
        NetworkFingerprint network = NetworkFingerprint.Of(s_config, tensors);
        whole.RequireFit(network);
        Assert.That(() => less.RequireFit(network), Throws.InstanceOf<CheckpointException>().With.Message.Contains("'model.layers.1.self_attn.v_proj' is among the layers that it names"));
        LoraAdapter twice = new(whole.Config, [.. RandomAdapters.Gpt2Lora(Shapes.Gpt, 1, 3).Layers, .. RandomAdapters.Lora(Shapes.Gpt, 1, 3, TensorNames.Query).Layers]);
        using TensorList gpt = RandomWeights.Of(Shapes.Gpt);
        Assert.That(() => twice.RequireFit(NetworkFingerprint.Of(Shapes.Gpt, gpt)), Throws.InstanceOf<CheckpointException>().With.Message.Contains("another layer of the adapter has too"));
        Assert.That(() => RandomAdapters.Gpt2Lora(Shapes.Gpt, 1, 3).RequireFit(network), Throws.InstanceOf<CheckpointException>().With.Message.Contains("no layer 'transformer.h.0.attn.c_attn'"));
    }

    [Test]
    public void What_an_adapter_was_trained_on_is_kept_and_compared()
    {
        using var folder = new TemporaryFolder();
        TransformerConfig config = s_config with { VocabularySize = 500, Width = 24 };
        using TensorList own = RandomWeights.Of(config, 1);
        using TensorList others = RandomWeights.Of(config, 2);
        LoraAdapter made = RandomAdapters.Lora(config, 1, 3, TensorNames.Query);
        new LoraAdapter(made.Config, made.Layers) { TrainedOn = NetworkFingerprint.Of(config, own) }.Save(folder.Path);
        ModelAdapter read = ModelAdapter.Load(folder.Path);
        read.RequireFit(NetworkFingerprint.Of(config, own));
        Assert.That(() => read.RequireFit(NetworkFingerprint.Of(config, others)), Throws.InstanceOf<CheckpointException>().With.Message.Contains("its token embedding has other numbers"));
        TransformerConfig wider = config with { FeedForwardWidth = 20 };
        using TensorList wide = RandomWeights.Of(wider, 1);
        Assert.That(() => read.RequireFit(NetworkFingerprint.Of(wider, wide)), Throws.InstanceOf<CheckpointException>().With.Message.Contains("it has feed-forward width 12 instead of 20"));
    }

    [Test]
    public void A_merged_network_is_an_ordinary_model_folder()
    {
        using var folder = new TemporaryFolder();
        TransformerConfig config = Shapes.Qwen2 with { VocabularySize = 8 };
        CharacterTokenizer tokenizer = CharacterTokenizer.FromText("cabé\n😀", ["<eos>"]);
        using TensorList tensors = RandomWeights.Of(config);
        LoraAdapter adapter = RandomAdapters.Lora(config, 1, 3, TensorNames.Query, TensorNames.Value, TensorNames.Down);
        using ITensorSource merged = adapter.Merge(config, tensors);
        ModelFolder.Save(folder.Path, config, tokenizer, merged.Names.Select(name => merged.TryGet(name, out TensorView tensor) ? tensor : throw new KeyNotFoundException(name)));
        using ModelFolder opened = ModelFolder.Open(folder.Path);
        foreach (TensorView expected in RandomAdapters.Merged([.. tensors.Views()], adapter))
        {
            Assert.That(opened.Tensors.TryGet(expected.Name, out TensorView found));
            Assert.That(Singles(found.Data), Is.EqualTo(Singles(expected.Data)).Within(1e-6), expected.Name);
        }

        Assert.That(() => adapter.Merge(Shapes.Llama with { Width = 16 }, RandomWeights.Of(Shapes.Llama with { Width = 16 })), Throws.InstanceOf<CheckpointException>());
    }

    private static float[] Numbers(ModelAdapter adapter) => adapter switch
    {
        LoraAdapter lora => [.. lora.Layers.SelectMany(layer => (float[])[.. layer.Down.ToArray(), .. layer.Up.ToArray(), layer.Rank, (float)layer.Scale])],
        PrefixAdapter prefix => [prefix.Layers, prefix.Heads, prefix.HeadSize, .. prefix.KeyValues.ToArray()],
        PromptAdapter prompt => [prompt.VirtualTokens, .. prompt.Embeddings.ToArray()],
        _ => throw new ArgumentException("Not a kind of adapter.", nameof(adapter)),
    };

    private static float[] Singles(ReadOnlyMemory<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray();

    // A safetensors file from the format's description, in half precision.
    private static void Write(TemporaryFolder folder, (string Name, int[] Shape)[] tensors, Func<Half> next)
    {
        var header = new JsonObject();
        List<byte> data = [];
        foreach ((string name, int[] shape) in tensors)
        {
            int start = data.Count;
            for (int index = 0; index < shape[0] * shape[1]; index++)
            {
                data.AddRange(BitConverter.GetBytes(next()));
            }

            header[name] = new JsonObject
            {
                ["dtype"] = "F16", ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]), ["data_offsets"] = new JsonArray(JsonValue.Create(start), JsonValue.Create(data.Count)),
            };
        }

        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(folder.File("adapter_model.safetensors"), [.. length, .. text, .. data]);
    }

    // Every field of PEFT 0.17, with its own defaults where a user sets nothing.
    private const string PeftConfig = """
        {
          "alpha_pattern": {"v_proj": 24}, "auto_mapping": null, "base_model_name_or_path": "meta-llama/Llama-3.2-1B", "bias": "none", "corda_config": null, "eva_config": null,
          "exclude_modules": null, "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true, "layer_replication": null, "layers_pattern": null, "layers_to_transform": null,
          "loftq_config": {}, "lora_alpha": 16, "lora_bias": false, "lora_dropout": 0.05, "megatron_config": null, "megatron_core": "megatron.core", "modules_to_save": null, "peft_type": "LORA",
          "qalora_group_size": 16, "r": 4, "rank_pattern": {"layers.1.self_attn.(q|v)_proj": 2}, "revision": null, "target_modules": ["v_proj", "q_proj"], "target_parameters": null,
          "task_type": "CAUSAL_LM", "trainable_token_indices": null, "use_dora": false, "use_qalora": false, "use_rslora": true
        }
        """;
}
