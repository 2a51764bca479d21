namespace AutoGpt.Sdk.Models.Tests;

[TestFixture]
internal sealed class ModelFileTests
{
    // Pairs of every kind under Llama 3.1's own numbers: two stay, one is mixed, one is stretched in full.
    private static readonly TransformerConfig s_llama3 = Shapes.Llama3 with
    {
        RotaryBase = 500_000,
        RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = 8 },
    };

    private static IEnumerable<TestCaseData> Families =>
    [
        Family("llama", "llama", Shapes.Llama), Family("llama, tied head", "llama", Shapes.Llama with { TiedHead = true }), Family("llama 3", "llama", s_llama3),
        Family("llama, linear", "llama", Shapes.Stretched), Family("llama with biases", "llama", Shapes.Llama with { Bias = true }),
        Family("mistral", "llama", Shapes.Mistral), Family("qwen2", "qwen2", Shapes.Qwen2), Family("qwen3", "qwen3", Shapes.Qwen3), Family("gpt2", "gpt2", Shapes.Gpt),
    ];

    [TestCaseSource(nameof(Families))]
    public void A_gguf_file_is_the_network_it_was_converted_from(string architecture, TransformerConfig config)
    {
        using TensorList tensors = RandomWeights.Of(config);
        using ModelFile file = ModelFile.Open(GgufNetworks.Of(architecture, config, tensors.Views()).Build(), "folder/tiny.gguf");
        Assert.That(file.Config, Is.EqualTo(config));
        Assert.That(file.Name, Is.EqualTo("tiny"));
        Assert.That(file.Tensors.Names, Is.EquivalentTo(tensors.Names));
        foreach (TensorView expected in tensors.Views())
        {
            Assert.That(file.Tensors.TryGet(expected.Name, out TensorView tensor), Is.True);
            Assert.That(tensor.Shape, Is.EqualTo(expected.Shape), expected.Name);
            Assert.That(tensor.Data.Span.SequenceEqual(expected.Data.Span), expected.Name);
        }
    }

    // Quantised rows move as they are: the blocks come back, none is decoded.
    [Test]
    public void Rows_of_blocks_are_put_back_in_order([Values(TensorType.Q8_0, TensorType.Q4_0, TensorType.Q5_0, TensorType.Q4_K, TensorType.Q6_K, TensorType.F16)] TensorType type)
    {
        TransformerConfig config = new() { VocabularySize = 11, ContextLength = 8, Width = 256, Layers = 1, Heads = 4, KeyValueHeads = 2, HeadSize = 64, FeedForwardWidth = 256 };
        var random = new Random(5);
        TensorView[] tensors = [.. TensorNames.Of(config).Select(tensor =>
        {
            TensorType kind = tensor.Value.Length == 2 ? type : TensorType.F32;
            byte[] data = new byte[tensor.Value[..^1].Aggregate(1, (product, size) => product * size) * kind.RowBytes(tensor.Value[^1])];
            random.NextBytes(data);
            return new TensorView(tensor.Key, kind, tensor.Value, data);
        })];
        using ModelFile file = ModelFile.Open(GgufNetworks.Of("llama", config, tensors).Build(), "x");
        foreach (TensorView expected in tensors)
        {
            Assert.That(file.Tensors.TryGet(expected.Name, out TensorView tensor), Is.True);
            Assert.That(tensor.Type, Is.EqualTo(expected.Type));
            Assert.That(tensor.Data.Span.SequenceEqual(expected.Data.Span), expected.Name);
        }
    }

    [Test]
    public void Fused_queries_keys_and_values_of_a_llama_are_split_and_put_back()
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        GgufBuilder builder = GgufNetworks.Of("llama", Shapes.Llama, tensors.Views());
        using GgufFile separate = GgufFile.Open(builder.Build(), "x");
        var fused = new GgufBuilder();
        Copy(separate, fused, name => !name.Contains("attn_q.", StringComparison.Ordinal) && !name.Contains("attn_k.", StringComparison.Ordinal) && !name.Contains("attn_v.", StringComparison.Ordinal));
        for (int layer = 0; layer < Shapes.Llama.Layers; layer++)
        {
            TensorView[] parts = [.. new[] { "attn_q", "attn_k", "attn_v" }.Select(part => separate.TryGet($"blk.{layer}.{part}.weight", out TensorView tensor) ? tensor : default)];
            fused.Tensor(parts[0] with { Shape = [parts.Sum(part => part.Shape[0]), 8], Data = parts.SelectMany(part => part.Data.ToArray()).ToArray() }, $"blk.{layer}.attn_qkv.weight");
        }

        using ModelFile file = ModelFile.Open(fused.Build(), "x");
        foreach (TensorView expected in tensors.Views())
        {
            Assert.That(file.Tensors.TryGet(expected.Name, out TensorView tensor) && tensor.Data.Span.SequenceEqual(expected.Data.Span), expected.Name);
        }
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        yield return Case("other architecture", b => b, "the architecture 'gemma'", "gemma");
        yield return Case("experts", b => b.Key("llama.expert_count", 8u), "'llama.expert_count'");
        yield return Case("soft capping", b => b.Key("llama.attn_logit_softcapping", 50f), "'llama.attn_logit_softcapping'");
        yield return Case("scale of logits", b => b.Key("llama.logit_scale", .5f), "'llama.logit_scale'");
        yield return Case("a key of tomorrow", b => b.Key("llama.attention.sinks", true), "'llama.attention.sinks'");
        yield return Case("yarn", b => b.Key("llama.rope.scaling.type", "yarn").Key("llama.rope.scaling.factor", 4f), "'yarn'");
        yield return Case("split", b => b.Key("split.count", (ushort)2), "split over several files");
        yield return Case("adapter", b => b.Key("general.type", "adapter"), "'adapter'");
        yield return Case("experts' tensors", b => b.Tensor("blk.0.ffn_gate_inp.weight", [8, 4], 0, new byte[128]), "'blk.0.ffn_gate_inp.weight' has no place");
        yield return Case("unknown type", b => b.Tensor("blk.0.attn_q.bias", [256], 10, new byte[84]), "Q2_K");
        yield return Case("this library's own name", b => b.Tensor("model.layers.0.self_attn.q_proj.weight", [8, 16], 0, new byte[512]), "'model.layers.0.self_attn.q_proj.weight' has no place");
        yield return Case("another table", b => b.Tensor("rope_freqs.weight", [2], 0, [0, 0, 0, 64, 0, 0, 0, 64]), "rope_freqs.weight, whose factor 0 is 2");
        yield return Case("a table of another size", b => b.Tensor("rope_freqs.weight", [1], 0, [0, 0, 128, 63]), "1 factors for heads of 2 pairs");

        static TestCaseData Case(string name, Func<GgufBuilder, GgufBuilder> change, string message, string architecture = "llama") =>
            new(change, message, architecture) { TestName = $"{{m}}({name})" };
    }

    [TestCaseSource(nameof(Refusals))]
    public void What_changes_the_computation_and_is_not_read_is_named(Func<GgufBuilder, GgufBuilder> change, string message, string architecture)
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        byte[] file = change(GgufNetworks.Of(architecture, Shapes.Llama, tensors.Views())).Build();
        Assert.That(() => ModelFile.Open(file, "x.gguf"), Throws.TypeOf<CheckpointException>().With.Message.StartsWith("x.gguf: ").And.Message.Contains(message));
    }

    [TestCase("llama.rope.dimension_count", 2u, "llama.rope.dimension_count = 2")]
    [TestCase("llama.attention.value_length", 8u, "llama.attention.value_length = 8")]
    [TestCase("llama.vocab_size", 12u, "llama.vocab_size = 12")]
    [TestCase("llama.block_count", 3u, "'model.layers.2.input_layernorm.weight' [8] is missing")]
    [TestCase("llama.block_count", 60_000u, "is missing")]
    [TestCase("llama.block_count", 0u, "at least 1")]
    [TestCase("llama.block_count", uint.MaxValue, "at least 1")]
    [TestCase("llama.context_length", int.MaxValue, "beyond reason")]
    [TestCase("llama.attention.head_count", 3u, "KeyValueHeads")]
    [TestCase("llama.feed_forward_length", new[] { 12, 13 }, "different numbers for different layers")]
    [TestCase("llama.rope.freq_base", "x", "llama.rope.freq_base")]
    [TestCase("general.architecture", 1u, "general.architecture")]
    public void Keys_that_do_not_fit_are_named(string key, object value, string message)
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        Assert.That(() => ModelFile.Open(Changed(tensors, key, value), "x.gguf"), Throws.TypeOf<CheckpointException>().With.Message.Contains(message));
    }

    [TestCase("llama.feed_forward_length", new[] { 12, 12 })]
    [TestCase("llama.rope.scaling.type", "none")]
    [TestCase("llama.expert_count", 0u)]
    [TestCase("llama.attention.causal", true)]
    [TestCase("llama.attention.sliding_window", 0u)]
    [TestCase("llama.rope.scaling.finetuned", true)]
    [TestCase("tokenizer.ggml.anything", 3.5f)]
    public void Keys_that_ask_for_nothing_are_passed_over(string key, object value)
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        using ModelFile file = ModelFile.Open(Changed(tensors, key, value), "x.gguf");
        Assert.That(file.Config, Is.EqualTo(Shapes.Llama));
    }

    [Test]
    public void A_file_on_disk_has_its_template_and_keys()
    {
        using var folder = new TemporaryFolder();
        using TensorList tensors = RandomWeights.Of(Shapes.Qwen2);
        File.WriteAllBytes(folder.File("tiny-q.gguf"), GgufNetworks.Of("qwen2", Shapes.Qwen2, tensors.Views()).Key("tokenizer.chat_template", "x{{ 1 + 1 }}").Build());
        using ModelFile file = ModelFile.Open(folder.File("tiny-q.gguf"));
        Assert.That((file.Name, file.ChatTemplate?.Render([]).Text, file.Metadata!.Text("general.name")), Is.EqualTo(("tiny-q", "x2", "test")));
    }

    [Test]
    public void A_tokenizer_is_made_when_it_is_asked_for()
    {
        TransformerConfig config = Shapes.Llama with { VocabularySize = 300 };
        using TensorList tensors = RandomWeights.Of(config);
        using ModelFile file = ModelFile.Open(GgufNetworks.Of("llama", config, tensors.Views()).WithBytes(300).Build(), "x");
        ITokenizer tokenizer = file.Tokenizer;
        Assert.That(tokenizer.Decode(tokenizer.Encode("aé")), Is.EqualTo("aé"));
        Assert.That(file.Tokenizer, Is.SameAs(tokenizer));
        using TensorList small = RandomWeights.Of(Shapes.Llama);
        using ModelFile other = ModelFile.Open(GgufNetworks.Of("llama", Shapes.Llama, small.Views()).WithBytes(300).Build(), "x");
        Assert.That(() => other.Tokenizer, Throws.TypeOf<CheckpointException>().With.Message.Contains("300 ids and the network only 11"));
        using ModelFile without = ModelFile.Open(GgufNetworks.Of("llama", Shapes.Llama, small.Views()).Build(), "x");
        Assert.That(() => without.Tokenizer, Throws.TypeOf<CheckpointException>().With.Message.Contains("tokenizer.ggml.model"));
    }

    [TestCase("chat_template.jinja", "j{{ 1 + 1 }}", "j2")]
    [TestCase("tokenizer_config.json", """{"chat_template":"t{{ 1 + 1 }}"}""", "t2")]
    [TestCase("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"t"},{"name":"default","template":"d"}]}""", "d")]
    [TestCase("tokenizer_config.json", """{"chat_template":null}""", null)]
    [TestCase("tokenizer_config.json", "{}", null)]
    public void A_folder_opens_the_same_way(string name, string content, string? template)
    {
        using var folder = new TemporaryFolder();
        using TensorList tensors = RandomWeights.Of(Shapes.Qwen3);
        ModelFolder.Save(folder.Path, Shapes.Qwen3, CharacterTokenizer.FromText("abc"), tensors.Views());
        File.WriteAllText(folder.File(name), content);
        using ModelFile file = ModelFile.Open(folder.Path);
        Assert.That((file.Config, file.ChatTemplate?.Render([]).Text, file.Metadata, file.Tokenizer.VocabularySize), Is.EqualTo((Shapes.Qwen3, template, (GgufMetadata?)null, 3)));
        Assert.That(file.Tensors.Names, Is.EquivalentTo(tensors.Names));
    }

    [Test]
    public void What_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => ModelFile.Open(folder.File("none")), Throws.TypeOf<CheckpointException>().With.Message.Contains("no such file or folder"));
        Assert.That(() => ModelFile.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.Contains("config.json"));
    }

    private static TestCaseData Family(string name, string architecture, TransformerConfig config) => new(architecture, config) { TestName = $"{{m}}({name})" };

    /// <summary>The file of <see cref="Shapes.Llama"/> with one key replaced.</summary>
    private static byte[] Changed(TensorList tensors, string key, object value)
    {
        using GgufFile plain = GgufFile.Open(GgufNetworks.Of("llama", Shapes.Llama, tensors.Views()).Build(), "plain");
        var changed = new GgufBuilder();
        Copy(plain, changed, _ => true, key);
        return changed.Key(key, value).Build();
    }

    private static void Copy(GgufFile from, GgufBuilder to, Func<string, bool> wanted, string? except = null)
    {
        foreach ((string key, object value) in from.Metadata)
        {
            if (key != except)
            {
                to.Key(key, value);
            }
        }

        foreach (string name in from.Names.Where(wanted))
        {
            from.TryGet(name, out TensorView tensor);
            to.Tensor(tensor);
        }
    }
}
