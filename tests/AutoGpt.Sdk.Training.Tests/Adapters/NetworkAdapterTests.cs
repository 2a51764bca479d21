using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Adapters;

/// <summary>Adapters in the network that trains: what PEFT's own tests ask of them, and gradients from those of the whole weights.</summary>
public sealed class NetworkAdapterTests
{
    private static readonly TransformerConfig s_config = Shapes.Llama with { ContextLength = 16 };
    private static readonly long[] s_ids = [3, 1, 4, 1, 5, 9, 2, 6];

    private static IEnumerable<TestCaseData<TransformerConfig>> Networks() =>
    [
        new TestCaseData<TransformerConfig>(s_config) { TestName = "{m}(Llama)" },
        new TestCaseData<TransformerConfig>(Shapes.Gpt with { ContextLength = 16 }) { TestName = "{m}(GPT-2)" },
        new TestCaseData<TransformerConfig>(Shapes.Qwen3 with { ContextLength = 16 }) { TestName = "{m}(Qwen3)" },
    ];

    [TestCaseSource(nameof(Networks))]
    public void A_new_LoRA_changes_nothing(TransformerConfig config)
    {
        using CausalTransformer model = Network(config);
        float[] before = Logits(model);
        using LowRankAdaptation lora = new(model);
        model.Adapter = lora;
        Assert.That(Logits(model), Is.EqualTo(before).Within(1e-6));
    }

    [TestCaseSource(nameof(Networks))]
    public void Merged_unmerged_and_unloaded_say_the_same(TransformerConfig config)
    {
        using CausalTransformer model = Network(config);
        float[] before = Logits(model);
        using LowRankAdaptation lora = Trained(model, new LoraConfig { Rank = 4, Alpha = 6 });
        model.Adapter = lora;
        float[] adapted = Logits(model);
        Assert.That(adapted.Zip(before, (left, right) => Math.Abs(left - right)).Max(), Is.GreaterThan(.1), "it does something");

        lora.Merge(model);
        Assert.That(Logits(model), Is.EqualTo(adapted).Within(1e-4), "merged");
        Assert.That(() => lora.Merge(model), Throws.InvalidOperationException);
        model.Adapter = null;
        Assert.That(Logits(model), Is.EqualTo(adapted).Within(1e-4), "unloaded");
        lora.Unmerge(model);
        Assert.That(Logits(model), Is.EqualTo(before).Within(1e-4), "unmerged and disabled");
        model.Adapter = lora;
        Assert.That(Logits(model), Is.EqualTo(adapted).Within(1e-4), "unmerged and enabled");
        Assert.That(() => lora.Unmerge(model), Throws.InvalidOperationException);
    }

    [Test]
    public void Disabled_and_in_turn_adapters_leave_the_base_as_it_is()
    {
        using CausalTransformer model = Network(s_config);
        float[] before = Logits(model);
        using LowRankAdaptation first = Trained(model, new LoraConfig { Rank = 2 }, seed: 1);
        using LowRankAdaptation second = Trained(model, new LoraConfig { Rank = 4, TargetModules = ["q_proj", "v_proj"] }, seed: 2);
        using PromptTuning prompt = new(model, new VirtualTokenOptions { Tokens = 3 });
        using PrefixTuning prefix = new(model, new VirtualTokenOptions { Tokens = 4 });
        List<float[]> all = [];
        foreach (NetworkAdapter adapter in (NetworkAdapter[])[first, second, prompt, prefix, first, second, prompt, prefix])
        {
            model.Adapter = adapter;
            all.Add(Logits(model));
            model.Adapter = null;
            Assert.That(Logits(model), Is.EqualTo(before).Within(1e-6), "the base");
        }

        Assert.That(all.Take(4), Is.Unique);
        Assert.That(all.Skip(4), Is.EqualTo(all.Take(4)));
    }

    [Test]
    public void Only_the_adapter_gets_gradients()
    {
        using CausalTransformer model = Network(s_config);
        foreach (NetworkAdapter adapter in (NetworkAdapter[])[Trained(model, new LoraConfig { Rank = 2 }), new PromptTuning(model, new VirtualTokenOptions { Tokens = 3 }), new PrefixTuning(model, new VirtualTokenOptions { Tokens = 3 })])
        {
            using NetworkAdapter own = adapter;
            Assert.That(model.Freeze() + model.named_parameters().Count(each => !each.parameter.requires_grad), Is.GreaterThan(0));
            model.Adapter = adapter;
            using Tensor loss = Loss(model);
            loss.backward();
            Assert.That(model.named_parameters().Where(each => each.parameter.grad is not null).Select(each => each.name), Is.Empty, "base gradients");
            Assert.That(adapter.named_parameters().All(each => each.parameter.grad is Tensor gradient && gradient.abs().max().item<float>() > 0), adapter.GetType().Name);
            model.Adapter = null;
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void Gradients_are_those_of_the_whole_weights_through_the_product(TransformerConfig config)
    {
        // L(W + sBA): dA = s Bᵀ G and dB = s G Aᵀ with G = dL/dW at the merged weights.
        using CausalTransformer model = Network(config);
        using LowRankAdaptation lora = Trained(model, new LoraConfig { Rank = 3, Alpha = 5, RankStabilized = true });
        double scale = 5 / Math.Sqrt(3);
        model.Adapter = lora;
        using (Tensor loss = Loss(model))
        {
            loss.backward();
        }

        Dictionary<string, Parameter> parts = lora.named_parameters().ToDictionary(each => each.name, each => each.parameter);
        using CausalTransformer merged = Network(config);
        lora.Merge(merged);
        using (Tensor loss = Loss(merged))
        {
            loss.backward();
        }

        Assert.That(parts, Has.Count.EqualTo(2 * config.Layers * (config.Activation == Activation.SwiGlu ? 7 : 4)));
        foreach (string path in parts.Keys.Where(name => name.EndsWith("_lora_A", StringComparison.Ordinal)).Select(name => name[..^"_lora_A".Length]))
        {
            using DisposeScope scope = NewDisposeScope();
            Parameter down = parts[path + "_lora_A"], up = parts[path + "_lora_B"];
            Tensor gradient = cat([.. Weights(path).Select(name => merged.get_parameter(name)!.grad!)], 0);
            AssertNear(down.grad!, up.T.mm(gradient) * scale, path);
            AssertNear(up.grad!, gradient.mm(down.T) * scale, path);
        }

        void AssertNear(Tensor found, Tensor expected, string path) =>
            Assert.That((found - expected).abs().max().item<float>(), Is.LessThan(1e-5 + (1e-4 * expected.abs().max().item<float>())), path);
    }

    [Test]
    public void A_prefix_begins_as_the_tokens_it_begins_with()
    {
        foreach (TransformerConfig config in (TransformerConfig[])[s_config, Shapes.Gpt with { ContextLength = 16 }, Shapes.Mistral with { ContextLength = 16 }])
        {
            using CausalTransformer model = Network(config);
            int[] ids = [7, 2, 8, 2];
            using Tensor whole = model.forward(tensor([.. ids.Select(id => (long)id), .. s_ids], 1, 12));
            float[] expected = whole.narrow(1, 4, 8).contiguous().data<float>().ToArray();
            using PrefixTuning prefix = new(model, new VirtualTokenOptions { Tokens = 4, InitialIds = ids });
            using PromptTuning prompt = new(model, new VirtualTokenOptions { Tokens = 4, InitialIds = ids });
            model.Adapter = prefix;
            Assert.That(Logits(model), Is.EqualTo(expected).Within(1e-4), "keys and values");
            model.Adapter = prompt;
            Assert.That(Logits(model), Is.EqualTo(expected).Within(1e-4), "embeddings");
        }
    }

    [Test]
    public void A_trained_adapter_goes_to_files_and_on_the_managed_engine()
    {
        using TemporaryFolder folder = new();
        using CausalTransformer model = Network(s_config);
        using TensorList weights = new(model.CopyWeights());
        using SimdBackend backend = SimdBackend.Create(s_config, weights, new SimdBackendOptions { KeyValues = KeyValueFormat.F32 });
        using LowRankAdaptation lora = Trained(model, new LoraConfig { Rank = 3, TargetModules = ["k_proj", "o_proj", "up_proj"] });
        using PromptTuning prompt = new(model, new VirtualTokenOptions { Tokens = 3 });
        using PrefixTuning prefix = new(model, new VirtualTokenOptions { Tokens = 3, Seed = 2 });
        foreach (NetworkAdapter adapter in (NetworkAdapter[])[lora, prompt, prefix])
        {
            adapter.ToAdapter("base/name").Save(folder.Path);
            ModelAdapter read = ModelAdapter.Load(folder.Path);
            Assert.That(read.BaseModel, Is.EqualTo("base/name"));
            model.Adapter = adapter;
            float[] expected = Logits(model);
            BackendAdapter prepared = backend.Prepare(read);
            using IBackendSequence sequence = backend.CreateSequence(8, prepared);
            prepared.Release();
            float[] logits = new float[expected.Length];
            sequence.Append([.. s_ids.Select(id => (int)id)], LogitsWanted.All, logits);
            Assert.That(logits, Is.EqualTo(expected).Within(1e-4), adapter.GetType().Name);
            using NetworkAdapter again = NetworkAdapter.Create(model, read);
            model.Adapter = again;
            Assert.That(Logits(model), Is.EqualTo(expected), "bit for bit");
            again.CopyFrom(read);
            using CausalTransformer other = new(s_config, new TransformerOptions { Seed = 77 });
            Assert.That(() => NetworkAdapter.Create(other, read), Throws.InstanceOf<CheckpointException>().With.Message.Contains("other numbers"));
        }

        Assert.That(() => lora.CopyFrom(prompt.ToAdapter()), Throws.ArgumentException);
        Assert.That(() => prompt.CopyFrom(prefix.ToAdapter()), Throws.ArgumentException);
        model.Adapter = null;
    }

    [Test]
    public void A_merged_network_is_saved_as_any_other()
    {
        using TemporaryFolder folder = new();
        TransformerConfig config = s_config with { VocabularySize = 8 };
        using CausalTransformer model = Network(config);
        using LowRankAdaptation lora = Trained(model, new LoraConfig { Rank = 3 });
        model.Adapter = lora;
        using Tensor ids = tensor(new long[] { 1, 5, 2 }, 1, 3);
        float[] adapted = model.forward(ids).data<float>().ToArray();
        using (TensorList plain = new(model.CopyWeights()))
        {
            lora.Merge(model);
            ModelFolder.Save(folder.Path, config, CharacterTokenizer.FromText("cabé\n😀", ["<eos>"]), model.CopyWeights());
            using ITensorSource managed = ((LoraAdapter)lora.ToAdapter()).Merge(config, plain);
            foreach (TensorView view in model.CopyWeights())
            {
                Assert.That(managed.TryGet(view.Name, out TensorView merged));
                Assert.That(Singles(merged), Is.EqualTo(Singles(view)).Within(1e-6), $"{view.Name}, with libtorch and without");
            }
        }

        using ModelFolder opened = ModelFolder.Open(folder.Path);
        using CausalTransformer other = new(opened.Config);
        other.LoadWeights(opened.Tensors);
        Assert.That(other.forward(ids).data<float>().ToArray(), Is.EqualTo(adapted).Within(1e-4));
    }

    [Test]
    public void Dropout_is_for_training_alone()
    {
        using CausalTransformer model = Network(s_config);
        using LowRankAdaptation lora = Trained(model, new LoraConfig { Rank = 3, Dropout = .5 });
        model.Adapter = lora;
        lora.eval();
        float[] expected = Logits(model);
        Assert.That(Logits(model), Is.EqualTo(expected));
        lora.train();
        Assert.That(Logits(model), Is.Not.EqualTo(expected));
    }

    [Test]
    public void A_cache_goes_on_as_the_whole_text()
    {
        using CausalTransformer model = Network(s_config);
        using LowRankAdaptation lora = Trained(model, new LoraConfig { Rank = 3 });
        using PromptTuning prompt = new(model, new VirtualTokenOptions { Tokens = 3 });
        using PrefixTuning prefix = new(model, new VirtualTokenOptions { Tokens = 3 });
        foreach (NetworkAdapter adapter in (NetworkAdapter[])[lora, prompt, prefix])
        {
            model.Adapter = adapter;
            using IDisposable noGradient = no_grad();
            using KeyValueCache cache = model.CreateCache(11, batch: 2);
            model.Begin(cache);
            using Tensor twice = tensor((long[])[.. s_ids, .. s_ids], 2, 8);
            using Tensor first = model.Decode(twice.narrow(1, 0, 3), cache);
            using Tensor rest = model.Decode(twice.narrow(1, 3, 5), cache);
            float[] found = cat([first, rest], 1)[1].data<float>().ToArray();
            Assert.That(found, Is.EqualTo(Logits(model)).Within(1e-5), adapter.GetType().Name);
            Assert.That(() => model.Begin(cache), Throws.ArgumentException);
        }
    }

    [Test]
    public void Options_that_do_not_fit_are_named()
    {
        using CausalTransformer model = Network(s_config);
        Assert.That(() => new LowRankAdaptation(model, new LoraConfig { TargetModules = ["q_proj", "c_attn"] }), Throws.ArgumentException.With.Message.Contains("no linear layer 'c_attn' that an adapter can change; it has q_proj, k_proj, v_proj, o_proj, up_proj, down_proj, gate_proj"));
        Assert.That(() => new LowRankAdaptation(model, new LoraConfig { TargetModules = [] }), Throws.ArgumentException);
        Assert.That(() => new LowRankAdaptation(model, new LoraConfig { Rank = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new LowRankAdaptation(model, new LoraConfig { Dropout = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Dropout is 1"));
        Assert.That(() => new PromptTuning(model, new VirtualTokenOptions { Tokens = 15 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Tokens is 15; it must be from 1 to 14"));
        Assert.That(() => new PrefixTuning(model, new VirtualTokenOptions { InitialIds = [3, 11], Tokens = 2 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("from 0 to 10"));
        using CausalTransformer gpt = Network(Shapes.Gpt);
        Assert.That(() => new LowRankAdaptation(gpt, new LoraConfig { TargetModules = ["c_attn", "q_proj"] }), Throws.ArgumentException.With.Message.Contains("named twice"));
        using LowRankAdaptation lora = new(gpt);
        Assert.That(() => model.Adapter = lora, Throws.ArgumentException.With.Message.Contains("another shape"));
        using LowRankAdaptation one = new(model, new LoraConfig { TargetModules = ["layers.1.mlp.up_proj"] });
        Assert.That(((LoraAdapter)one.ToAdapter()).Layers.Single().Path, Is.EqualTo("model.layers.1.mlp.up_proj"));
    }

    [Test]
    public void Parameters_are_frozen_by_name()
    {
        using CausalTransformer model = Network(s_config);
        Assert.That(model.Freeze("model.embed_tokens.*", "model.layers.0.*"), Is.EqualTo(1 + 9));
        Assert.That(model.Freeze("model.layers.*.self_attn.q_proj.weight"), Is.EqualTo(1), "the other was frozen already");
        using (Tensor loss = Loss(model))
        {
            loss.backward();
        }

        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            bool isFrozen = name.StartsWith("model.embed_tokens.", StringComparison.Ordinal) || name.StartsWith("model.layers.0.", StringComparison.Ordinal) || name.EndsWith("q_proj.weight", StringComparison.Ordinal);
            Assert.That(parameter.grad is null, Is.EqualTo(isFrozen), name);
        }

        Assert.That(model.Unfreeze(), Is.EqualTo(11));
        Assert.That(() => model.Freeze("model.layer.*"), Throws.ArgumentException.With.Message.Contains("no parameter 'model.layer.*'"));
    }

    private static IEnumerable<string> Weights(string path)
    {
        // model_layers_0_self_attn_q_proj or transformer_h_0_attn_c_attn
        string[] parts = path.Split('_');
        int layer = int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
        string rest = string.Join('_', parts.Skip(3));
        string[] modules = rest switch
        {
            "attn_c_attn" => [TensorNames.Query, TensorNames.Key, TensorNames.Value],
            "attn_c_proj" => [TensorNames.Output],
            "mlp_c_fc" => [TensorNames.Up],
            "mlp_c_proj" => [TensorNames.Down],
            _ => [rest.Replace("self_attn_", "self_attn.", StringComparison.Ordinal).Replace("mlp_", "mlp.", StringComparison.Ordinal)],
        };
        return modules.Select(module => TensorNames.Weight(layer, module));
    }

    private static CausalTransformer Network(TransformerConfig config)
    {
        CausalTransformer model = new(config);
        using TensorList weights = RandomWeights.Of(config);
        model.LoadWeights(weights);
        model.eval();
        return model;
    }

    // As training leaves it: B is not zero.
    private static LowRankAdaptation Trained(CausalTransformer model, LoraConfig config, long seed = 1)
    {
        LowRankAdaptation lora = new(model, config, seed);
        using IDisposable noGradient = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach ((string name, Parameter parameter) in lora.named_parameters())
        {
            if (name.EndsWith("_lora_B", StringComparison.Ordinal))
            {
                parameter.uniform_(-.4, .4, generator);
            }
        }

        return lora;
    }

    private static float[] Logits(CausalTransformer model)
    {
        using IDisposable noGradient = no_grad();
        using Tensor ids = tensor(s_ids, 1, s_ids.Length);
        using Tensor logits = model.forward(ids);
        return logits.data<float>().ToArray();
    }

    private static Tensor Loss(CausalTransformer model) =>
        CausalLoss.Sum(model, new TokenBatch(1, 8, [.. s_ids.Select(id => (int)id)], [1, 4, 1, 5, 9, 2, 6, 3])) / 8;

    private static float[] Singles(TensorView view)
    {
        float[] values = new float[view.Count];
        TensorReader.ReadSingles(view, values);
        return values;
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("autogpt-adapters-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
