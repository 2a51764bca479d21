using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class ModelFolderTests
{
    private static readonly TransformerConfig s_config = new()
    {
        VocabularySize = 8, ContextLength = 4, Width = 4, Layers = 1, Heads = 2, FeedForwardWidth = 6,
    };

    private static readonly CharacterTokenizer s_tokenizer = CharacterTokenizer.FromText("cabé\n😀", ["<eos>"]);

    [Test]
    public void A_saved_model_opens_again([Values] bool inMemory)
    {
        using var folder = new TemporaryFolder();
        TensorView[] tensors = [.. Tensors(s_config)];
        ModelFolder.Save(folder.Path, s_config, s_tokenizer, tensors);
        Assert.That(Directory.GetFiles(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "config.json", "tokenizer.json", "model.safetensors" }));

        using ModelFolder model = inMemory
            ? ModelFolder.Open(
                File.ReadAllBytes(folder.File("config.json")), File.ReadAllBytes(folder.File("tokenizer.json")),
                SafetensorsFile.Open(File.ReadAllBytes(folder.File("model.safetensors")), "resource"))
            : ModelFolder.Open(folder.Path);
        Assert.That(model.Config, Is.EqualTo(s_config));
        Assert.That(model.Tokenizer.Encode("é😀a"), Is.EqualTo(s_tokenizer.Encode("é😀a")));
        Assert.That(model.Tokenizer.EndOfText, Is.EqualTo(6));
        foreach (TensorView tensor in tensors)
        {
            Assert.That(model.Tensors.TryGet(tensor.Name, out TensorView read), Is.True);
            Assert.That(read.Data.Span.SequenceEqual(tensor.Data.Span));
        }
    }

    [Test]
    public void Every_end_of_text_is_kept()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.Path, s_config, CharacterTokenizer.FromText("cabé", ["<turn>", "<eos>"]), Tensors(s_config));
        string config = folder.File("config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"eos_token_id\": 5", "\"eos_token_id\": [5, 4]", StringComparison.Ordinal));
        using ModelFolder model = ModelFolder.Open(folder.Path);
        Assert.That(model.Tokenizer.EndOfText, Is.EqualTo(5));
        Assert.That(((CharacterTokenizer)model.Tokenizer).StopTokens, Is.EquivalentTo([4, 5]));
    }

    [Test]
    public void Tensors_that_do_not_fit_are_listed()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.Path, s_config, s_tokenizer, Tensors(s_config));
        AssertRefused(Tensors(s_config with { FeedForwardWidth = 5 }), "'model.layers.0.mlp.up_proj.weight' is [5, 4] instead of [6, 4]");
        AssertRefused(Tensors(s_config with { TiedHead = true }), "'lm_head.weight' [8, 4] is missing");
        AssertRefused(Tensors(s_config with { Layers = 2 }), "'model.layers.1.input_layernorm.weight' has no place", "and more");
        AssertRefused([], "'model.embed_tokens.weight' [8, 4] is missing", "and more");

        void AssertRefused(IEnumerable<TensorView> tensors, params string[] messages)
        {
            TensorView[] all = [.. tensors];
            SafetensorsWriter.Write(folder.File("model.safetensors"), all);
            CheckpointException error = Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.Path).Dispose())!;
            Assert.That(error.File, Is.EqualTo(folder.File("model.safetensors")));
            foreach (string message in messages)
            {
                Assert.That(error.Message, Does.Contain(message));
            }

            Assert.That(() => ModelFolder.Save(folder.Path, s_config, s_tokenizer, all), Throws.ArgumentException.With.Message.Contains(messages[0]));
        }
    }

    [Test]
    public void Superfluous_tables_of_old_files_are_passed_over()
    {
        using var folder = new TemporaryFolder();
        TransformerConfig tied = s_config with { TiedHead = true };
        ModelFolder.Save(folder.Path, tied, s_tokenizer, Tensors(tied));
        SafetensorsWriter.Write(
            folder.File("model.safetensors"),
            [.. Tensors(s_config), new TensorView("model.layers.0.self_attn.rotary_emb.inv_freq", TensorType.F32, [1], new byte[4])]);
        Assert.That(() => ModelFolder.Open(folder.Path).Dispose(), Throws.Nothing);
    }

    [TestCase("config.json")]
    [TestCase("tokenizer.json")]
    [TestCase("model.safetensors")]
    public void A_missing_or_cut_file_is_named(string name)
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.Path, s_config, s_tokenizer, Tensors(s_config));
        string path = folder.File(name);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.StartsWith(path));
        File.Delete(path);
        Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.StartsWith(path));
    }

    [Test]
    public void A_tokenizer_larger_than_the_network_is_refused()
    {
        using var folder = new TemporaryFolder();
        TransformerConfig small = s_config with { VocabularySize = 3 };
        Assert.That(() => ModelFolder.Save(folder.Path, small, s_tokenizer, Tensors(small)), Throws.ArgumentException.With.Message.Contains("7 ids"));
    }

    [Test]
    public void An_interrupted_save_over_another_model_does_not_mix_the_two()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.Path, s_config, s_tokenizer, Tensors(s_config));
        Directory.CreateDirectory(folder.File("blocked"));
        CharacterTokenizer other = CharacterTokenizer.FromText("vwxyz");

        // The tokenizer cannot be replaced: its place is taken by a folder.
        File.Delete(folder.File("tokenizer.json"));
        Directory.CreateDirectory(folder.File("tokenizer.json"));
        Assert.That(() => ModelFolder.Save(folder.Path, s_config, other, Tensors(s_config)), Throws.InstanceOf<SystemException>());
        Assert.That(File.Exists(folder.File("config.json")), Is.False);
        Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>());
    }

    internal static IEnumerable<TensorView> Tensors(TransformerConfig config)
    {
        var random = new Random(1);
        foreach ((string name, int[] shape) in TensorNames.Of(config))
        {
            float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextSingle() - 0.5f;
            }

            yield return new TensorView(name, TensorType.F32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());
        }
    }
}
