using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models.Tests.Adapters;

/// <summary>
/// Adapters that PEFT 0.8.2 wrote, and the logits it has with them in torch (benchmarks/peers/adapters). Set AUTOGPT_ADAPTERS to a folder to have them written there once more, for PEFT to read.
/// </summary>
public sealed class PeftTests
{
    private static readonly int[] s_ids = [3, 1, 4, 1, 5, 9, 26, 5];

    private static readonly TransformerConfig s_llama = new()
    {
        VocabularySize = 31, ContextLength = 16, Width = 16, Layers = 2, Heads = 4, KeyValueHeads = 2, FeedForwardWidth = 24,
    };

    private static readonly TransformerConfig s_gpt2 = new()
    {
        VocabularySize = 29, ContextLength = 16, Width = 12, Layers = 2, Heads = 3, Positions = PositionEncoding.Learned, Normalization = Normalization.LayerNorm, Activation = Activation.Gelu, Bias = true, TiedHead = true,
    };

    private static string Fixtures => Path.Combine(TestContext.CurrentContext.TestDirectory, "Adapters", "Fixtures");

    [TestCase("llama")]
    [TestCase("gpt2")]
    public void The_networks_are_the_same(string name)
    {
        using SimdBackend backend = Backend(name);
        Assert.That(Logits(backend, null), Is.EqualTo(Expected(name)).Within(1e-4));
    }

    [TestCase("lora")]
    [TestCase("pattern")]
    [TestCase("gpt2-lora")]
    [TestCase("prompt")]
    [TestCase("gpt2-prompt")]
    [TestCase("prefix")]
    public void An_adapter_of_PEFT_gives_the_logits_that_it_gives_there(string name)
    {
        using SimdBackend backend = Backend(name);
        ModelAdapter adapter = ModelAdapter.Load(Path.Combine(Fixtures, name));
        Assert.That(Logits(backend, adapter), Is.EqualTo(Expected(name)).Within(1e-4));
        if (adapter is LoraAdapter lora)
        {
            using ITensorSource tensors = Tensors(name);
            using ITensorSource merged = lora.Merge(Config(name), tensors);
            using SimdBackend plain = SimdBackend.Create(Config(name), merged, new SimdBackendOptions { KeyValues = KeyValueFormat.F32 });
            Assert.That(Logits(plain, null), Is.EqualTo(Expected(name)).Within(1e-4), "merged");
        }

        using var temporary = new TemporaryFolder();
        string folder = Environment.GetEnvironmentVariable("AUTOGPT_ADAPTERS") is { } given ? Path.Combine(given, name) : temporary.Path;
        adapter.Save(folder);
        Assert.That(Logits(backend, ModelAdapter.Load(folder)), Is.EqualTo(Logits(backend, adapter)), "written and read again, bit for bit");
    }

    private static TransformerConfig Config(string name) => name.StartsWith("gpt2", StringComparison.Ordinal) ? s_gpt2 : s_llama;

    private static ITensorSource Tensors(string name)
    {
        bool isGpt2 = Config(name) == s_gpt2;
        SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Fixtures, isGpt2 ? "gpt2.safetensors" : "llama.safetensors"));
        return isGpt2 ? Gpt2Tensors.Arrange("gpt2.safetensors", s_gpt2, file) : file;
    }

    private static SimdBackend Backend(string name)
    {
        using ITensorSource tensors = Tensors(name);
        return SimdBackend.Create(Config(name), tensors, new SimdBackendOptions { KeyValues = KeyValueFormat.F32 });
    }

    private static float[] Expected(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Fixtures, "logits.safetensors"));
        return file.ReadSingles(name, [s_ids.Length, Config(name).VocabularySize]);
    }

    private static float[] Logits(SimdBackend backend, ModelAdapter? adapter)
    {
        BackendAdapter? prepared = adapter is null ? null : backend.Prepare(adapter);
        using IBackendSequence sequence = backend.CreateSequence(s_ids.Length, prepared);
        prepared?.Release();
        float[] logits = new float[s_ids.Length * backend.Config.VocabularySize];
        sequence.Append(s_ids, LogitsWanted.All, logits);
        return logits;
    }
}
