namespace AutoGpt.Sdk.Models.Tests;

/// <summary>A GGUF file written as another.</summary>
public sealed class GgufCopyTests
{
    private static readonly TransformerConfig s_config = new()
    {
        VocabularySize = 300, ContextLength = 8, Width = 256, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadSize = 64, FeedForwardWidth = 256,
    };

    [Test]
    public void Every_key_is_carried_over_as_it_is()
    {
        using TensorList tensors = RandomWeights.Of(s_config);
        byte[] original = GgufNetworks.Of("llama", s_config, tensors.Views()).WithBytes(300)
            .Key("general.quantization_version", 2u).Key("general.author", "é").Key("odd.long", 5ul).Key("odd.short", (short)-3).Key("odd.numbers", new[] { 3ul, 4ul }).Key("odd.double", .1).Build();
        using var folder = new TemporaryFolder();
        using ModelFile source = ModelFile.Open(original, "source.gguf");
        GgufExportResult result = GgufModelWriter.Write(folder.File("m.gguf"), source, new GgufExportOptions { Type = GgufType.Q4_K_M });
        using GgufFile written = GgufFile.Open(folder.File("m.gguf"));
        var expected = source.Gguf!.Values.Where(pair => pair.Key is not ("general.file_type" or "general.quantization_version")).Select(pair => (pair.Key, pair.Value.ToArray()));
        Assert.That(written.Values.SkipLast(2).Select(pair => (pair.Key, pair.Value.ToArray())), Is.EqualTo(expected));
        Assert.That(written.Values.TakeLast(2).Select(pair => pair.Key), Is.EqualTo(new[] { "general.quantization_version", "general.file_type" }), "where llama.cpp puts them");
        Assert.That((written.Metadata.Integer("general.file_type"), result.Warnings), Is.EqualTo((15, Array.Empty<string>())));
        Assert.That(written.Names, Is.EquivalentTo(source.Gguf.Names));
        using ModelFile read = ModelFile.Open(folder.File("m.gguf"));
        Assert.That((read.Config, read.Tokenizer.Encode("aé")), Is.EqualTo((s_config, source.Tokenizer.Encode("aé"))));
    }

    [Test]
    public void Name_and_template_can_be_others()
    {
        using TensorList tensors = RandomWeights.Of(s_config);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("chat_template.jinja"), "new");
        using ModelFile source = ModelFile.Open(
            GgufNetworks.Of("llama", s_config, tensors.Views()).WithBytes(300).Key("tokenizer.chat_template", "old").Key("tokenizer.chat_template.tool_use", "tools").Build(), "source.gguf");
        GgufModelWriter.Write(folder.File("m.gguf"), source, new GgufExportOptions { Name = "other", ChatTemplate = ModelChatTemplate.FromFolder(folder.Path) });
        using ModelFile written = ModelFile.Open(folder.File("m.gguf"));
        Assert.That((written.Metadata!.Text("general.name"), written.ChatTemplate!.For(true).Render([]).Text, source.ChatTemplate!.For(true).Render([]).Text), Is.EqualTo(("other", "new", "tools")));
    }

    // What was quantised stays as it is where the type is the same, and becomes what it stands for where that loses nothing.
    [Test]
    public void Quantised_weights_are_not_quantised_again_unless_asked()
    {
        using TensorList tensors = RandomWeights.Of(s_config);
        using var folder = new TemporaryFolder();
        GgufModelWriter.Write(folder.File("q8.gguf"), s_config, GgufExports.Tokenizer(), tensors, new GgufExportOptions { Type = GgufType.Q8_0 });
        using ModelFile source = ModelFile.Open(folder.File("q8.gguf"));
        Assert.That(() => GgufModelWriter.Write(folder.File("q4.gguf"), source, new GgufExportOptions { Type = GgufType.Q4_0 }), Throws.TypeOf<NotSupportedException>()
            .With.Message.Contains("is Q8_0 already").And.Message.Contains("Requantize"));
        Assert.That(File.Exists(folder.File("q4.gguf")), Is.False);
        GgufModelWriter.Write(folder.File("q4.gguf"), source, new GgufExportOptions { Type = GgufType.Q4_0, Requantize = true });
        GgufModelWriter.Write(folder.File("same.gguf"), source, new GgufExportOptions { Type = GgufType.Q8_0 });
        Assert.That(File.ReadAllBytes(folder.File("same.gguf")), Is.EqualTo(File.ReadAllBytes(folder.File("q8.gguf"))));
        GgufModelWriter.Write(folder.File("f32.gguf"), source, new GgufExportOptions { Type = GgufType.F32 });
        using ModelFile singles = ModelFile.Open(folder.File("f32.gguf"));
        foreach (string name in source.Tensors.Names)
        {
            Assert.That(Singles(singles, name), Is.EqualTo(Singles(source, name)), name);
        }
    }

    // A folder's F16 file quantises as its F32 one only where halves hold the weights: llama.cpp, too, starts from what is there.
    [Test]
    public void The_bytes_are_the_same_every_time_and_for_every_source_of_the_same_weights()
    {
        using TensorList tensors = RandomWeights.Of(s_config);
        using var folder = new TemporaryFolder();
        var options = new GgufExportOptions { Type = GgufType.Q4_K_M, Name = "m" };
        GgufModelWriter.Write(folder.File("a.gguf"), s_config, GgufExports.Tokenizer(), tensors, options);
        GgufModelWriter.Write(folder.File("f32.gguf"), s_config, GgufExports.Tokenizer(), tensors, options with { Type = GgufType.F32 });
        ModelFolder.Save(folder.File("hf"), s_config, GgufExports.Tokenizer(), tensors.Views());
        foreach (string path in (string[])["f32.gguf", "hf"])
        {
            using ModelFile source = ModelFile.Open(folder.File(path));
            GgufModelWriter.Write(folder.File("b.gguf"), source, options);
            Assert.That(File.ReadAllBytes(folder.File("b.gguf")), Is.EqualTo(File.ReadAllBytes(folder.File("a.gguf"))), path);
        }
    }

    [TestCase(null, TensorType.F32)]
    [TestCase(TensorType.F16, TensorType.F16)]
    [TestCase(TensorType.BF16, TensorType.BF16)]
    public void A_quantised_file_becomes_a_folder(TensorType? type, TensorType expected)
    {
        using TensorList tensors = RandomWeights.Of(s_config);
        using var folder = new TemporaryFolder();
        GgufModelWriter.Write(folder.File("q8.gguf"), s_config, GgufExports.Tokenizer(), tensors, new GgufExportOptions { Type = GgufType.Q8_0 });
        using ModelFile source = ModelFile.Open(folder.File("q8.gguf"));
        Directory.CreateDirectory(folder.File("hf"));
        File.WriteAllText(Path.Combine(folder.File("hf"), "chat_template.jinja"), "of another model");
        ModelFolder.Save(folder.File("hf"), source, type);
        using ModelFile written = ModelFile.Open(folder.File("hf"));
        Assert.That((written.Config, written.ChatTemplate, written.Tokenizer.Encode("the cat")), Is.EqualTo((s_config, (ModelChatTemplate?)null, source.Tokenizer.Encode("the cat"))));
        foreach (string name in source.Tensors.Names)
        {
            written.Tensors.TryGet(name, out TensorView tensor);
            Assert.That(tensor.Type, Is.EqualTo(expected), name);
            Assert.That(Singles(written, name), expected == TensorType.F32 ? Is.EqualTo(Singles(source, name)) : Is.EqualTo(Singles(source, name)).Within(.5).Percent, name);
        }

        Assert.That(() => ModelFolder.Save(folder.File("hf"), source, TensorType.Q8_0), Throws.ArgumentException.With.Message.Contains("Q8_0"));
        Assert.That(() => ModelFolder.Save(folder.File("hf") + "/", written), Throws.ArgumentException.With.Message.Contains("where the model lies"));
    }

    private static float[] Singles(ModelFile file, string name)
    {
        file.Tensors.TryGet(name, out TensorView tensor);
        float[] values = new float[tensor.Count];
        TensorReader.ReadSingles(tensor, values);
        return values;
    }
}
