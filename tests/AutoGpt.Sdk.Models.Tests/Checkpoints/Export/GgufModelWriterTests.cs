using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class GgufModelWriterTests
{
    private const int Vocabulary = 300;

    private static readonly TransformerConfig s_llama3 = Shapes.Llama3 with { RotaryBase = 500_000, RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = 8 } };

    private static IEnumerable<TestCaseData> Families =>
    [
        Family("llama", "llama", Shapes.Llama), Family("llama, tied head", "llama", Shapes.Llama with { TiedHead = true }), Family("llama 3", "llama", s_llama3),
        Family("llama, linear", "llama", Shapes.Stretched), Family("llama with biases", "llama", Shapes.Llama with { Bias = true }),
        Family("llama with biases of queries and heads of a size of their own", "llama", Shapes.Llama with { QueryKeyValueBias = true }),
        Family("llama 3 with biases of queries", "llama", s_llama3 with { QueryKeyValueBias = true }),
        Family("mistral", "llama", Shapes.Mistral), Family("qwen2", "qwen2", Shapes.Qwen2 with { HeadSize = 2 }), Family("qwen3", "qwen3", Shapes.Qwen3), Family("gpt2", "gpt2", Shapes.Gpt),
        Family("gpt2 with a head of its own and shared keys", "gpt2", Shapes.Gpt with { TiedHead = false, KeyValueHeads = 1 }),
    ];

    [TestCaseSource(nameof(Families))]
    public void What_is_written_is_read_back(string architecture, TransformerConfig config)
    {
        config = config with { VocabularySize = Vocabulary };
        using var folder = new TemporaryFolder();
        using TensorList tensors = RandomWeights.Of(config);
        BytePairTokenizer tokenizer = Tokenizer();
        GgufExportResult result = GgufModelWriter.Write(folder.File("m.gguf"), config, tokenizer, tensors, new GgufExportOptions { Type = GgufType.F32 });
        using ModelFile file = ModelFile.Open(folder.File("m.gguf"));
        Assert.That((file.Config, file.Metadata!.Text("general.architecture"), file.Metadata.Text("general.name")), Is.EqualTo((config, architecture, "m")));
        Assert.That((result.Bytes, result.Tensors), Is.EqualTo((new FileInfo(folder.File("m.gguf")).Length, file.Gguf!.Names.Count)));
        Assert.That(file.Tensors.Names, Is.EquivalentTo(tensors.Names));
        foreach (TensorView expected in tensors.Views())
        {
            Assert.That(file.Tensors.TryGet(expected.Name, out TensorView tensor), Is.True);
            Assert.That(tensor.Shape, Is.EqualTo(expected.Shape), expected.Name);
            Assert.That(tensor.Data.Span.SequenceEqual(expected.Data.Span), expected.Name);
        }

        foreach (string text in (string[])["the cat, the hat\n", "é 😀 12345", "<eos>", "a\u0301"])
        {
            Assert.That(file.Tokenizer.Encode(text), Is.EqualTo(tokenizer.Encode(text)), text);
        }

        Assert.That((file.Tokenizer.BeginOfText, file.Tokenizer.EndOfText), Is.EqualTo((tokenizer.BeginOfText, tokenizer.EndOfText)));
    }

    // By the tests' own converter, which was written from llama.cpp's.
    [TestCaseSource(nameof(Families))]
    public void Names_shapes_rows_and_keys_are_those_of_llama_cpps_converter(string architecture, TransformerConfig config)
    {
        config = config with { VocabularySize = Vocabulary };
        using var folder = new TemporaryFolder();
        using TensorList tensors = RandomWeights.Of(config);
        GgufModelWriter.Write(folder.File("m.gguf"), config, Tokenizer(), tensors, new GgufExportOptions { Type = GgufType.F32, Name = "test" });
        using GgufFile written = GgufFile.Open(folder.File("m.gguf"));
        using GgufFile expected = GgufFile.Open(GgufNetworks.Of(architecture, config, tensors.Views()).Build(), "x");
        Assert.That(written.Names, Is.EquivalentTo(expected.Names));
        foreach (string name in expected.Names)
        {
            written.TryGet(name, out TensorView ours);
            expected.TryGet(name, out TensorView theirs);
            Assert.That((ours.Type, ours.Shape), Is.EqualTo((theirs.Type, theirs.Shape)), name);

            // The converter reckons Llama 3's table in single precision.
            Assert.That(Singles(ours), name == "rope_freqs.weight" ? Is.EqualTo(Singles(theirs)).Within(1e-5).Percent : Is.EqualTo(Singles(theirs)), name);
        }

        foreach ((string key, object value) in expected.Metadata)
        {
            Assert.That(written.Metadata[key], Is.EqualTo(value), key);
        }
    }

    // nanoGPT's setting, in which `train` trains: what has no biases is a network whose biases are zeros.
    [Test]
    public void A_gpt2_without_biases_gets_zeros()
    {
        TransformerConfig config = Shapes.Gpt with { VocabularySize = Vocabulary, Bias = false };
        using var folder = new TemporaryFolder();
        using TensorList tensors = RandomWeights.Of(config);
        GgufModelWriter.Write(folder.File("m.gguf"), config, Tokenizer(), tensors);
        using ModelFile file = ModelFile.Open(folder.File("m.gguf"));
        Assert.That(file.Config, Is.EqualTo(config with { Bias = true }));
        foreach (string name in file.Tensors.Names.Except(tensors.Names))
        {
            file.Tensors.TryGet(name, out TensorView bias);
            Assert.That((name[^4..], Singles(bias).All(value => value == 0)), Is.EqualTo(("bias", true)), name);
        }
    }

    private static IEnumerable<TestCaseData> Inexpressible()
    {
        yield return new(Shapes.Sinusoidal, "sinusoidal positions");
        yield return new(Shapes.RotaryWithBiases, "Rotary positions with Gelu");
        yield return new(Shapes.Llama with { Normalization = Normalization.LayerNorm }, "Rotary positions with LayerNorm");
        yield return new(Shapes.Gpt with { Activation = Activation.SwiGlu }, "Learned positions with SwiGlu");
        yield return new(Shapes.Gpt with { HeadSize = 6 }, "2 heads of 6 that do not make up the width, 8");
        yield return new(Shapes.Gpt with { QueryKeyNorm = true }, "learned positions with normed heads");
        yield return new(Shapes.Qwen3 with { Bias = true }, "normed heads of queries and keys that have biases");
        yield return new(Shapes.Qwen3 with { HeadSize = 8, RotaryScaling = s_llama3.RotaryScaling }, "Llama 3's stretched frequencies");
    }

    [TestCaseSource(nameof(Inexpressible))]
    public void What_llama_cpp_does_not_express_is_named(object shape, string problem)
    {
        TransformerConfig config = (TransformerConfig)shape with { VocabularySize = Vocabulary };
        using TensorList tensors = RandomWeights.Of(config);
        Refused<NotSupportedException>(path => GgufModelWriter.Write(path, config, Tokenizer(), tensors), problem);
    }

    [Test]
    public void Weights_that_do_not_belong_together_are_named()
    {
        TransformerConfig config = Shapes.Llama with { VocabularySize = Vocabulary };
        using TensorList tensors = RandomWeights.Of(config);
        Refused<ArgumentException>(path => GgufModelWriter.Write(path, config with { Layers = 3 }, Tokenizer(), tensors), "'model.layers.2.");
        Refused<ArgumentException>(path => GgufModelWriter.Write(path, config with { VocabularySize = 250 }, Tokenizer(), tensors), "only 250");
        Refused<CheckpointException>(path => GgufModelWriter.Write(path, config, Tokenizer(), With(tensors, float.NaN), new GgufExportOptions { Type = GgufType.F32 }), "element 5 is NaN");
        Refused<CheckpointException>(path => GgufModelWriter.Write(path, config, Tokenizer(), With(tensors, 1e6f), new GgufExportOptions { Type = GgufType.F16 }), "element 5 is too large for F16");
        Refused<CheckpointException>(path => GgufModelWriter.Write(path, config, Tokenizer(), With(tensors, 1e6f)), "element 5 is too large for F16");
        GgufModelWriter.Write(System.IO.Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.gguf") is var file ? file : "", config, Tokenizer(), With(tensors, 1e6f), new GgufExportOptions { Type = GgufType.BF16 });
        File.Delete(file);

        static TensorList With(TensorList tensors, float value) => new(tensors.Views().Select(tensor =>
        {
            if (tensor.Name != TensorNames.Embedding)
            {
                return tensor;
            }

            float[] values = Singles(tensor);
            values[5] = value;
            return tensor with { Data = MemoryMarshal.AsBytes<float>(values).ToArray() };
        }));
    }

    [Test]
    public void A_write_that_is_cancelled_leaves_what_was_there()
    {
        TransformerConfig config = Shapes.Llama with { VocabularySize = Vocabulary };
        using TensorList tensors = RandomWeights.Of(config);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("m.gguf"), "old");
        using var cancellation = new CancellationTokenSource();
        var progress = new Recorder(report =>
        {
            if (report.Done == 3)
            {
                cancellation.Cancel();
            }
        });
        Assert.That(
            () => GgufModelWriter.Write(folder.File("m.gguf"), config, Tokenizer(), tensors, null, progress, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(folder.Path), Is.EqualTo(new[] { folder.File("m.gguf") }));
        Assert.That(File.ReadAllText(folder.File("m.gguf")), Is.EqualTo("old"));
    }

    [Test]
    public void Progress_tells_of_every_tensor()
    {
        TransformerConfig config = Shapes.Llama with { VocabularySize = Vocabulary };
        using TensorList tensors = RandomWeights.Of(config);
        using var folder = new TemporaryFolder();
        List<GgufExportProgress> reports = [];
        GgufExportResult result = GgufModelWriter.Write(folder.File("m.gguf"), config, Tokenizer(), tensors, null, new Recorder(reports.Add));
        Assert.That(reports.Select(report => report.Done), Is.EqualTo(Enumerable.Range(1, result.Tensors)));
        Assert.That(reports.Select(report => report.Bytes), Is.Ordered);
        Assert.That((reports[^1].Bytes, reports[^1].Tensors), Is.EqualTo((reports[^1].TotalBytes, result.Tensors)));
    }

    [Test]
    public void A_window_that_llama_cpp_passes_over_is_told()
    {
        TransformerConfig config = Shapes.Mistral with { VocabularySize = Vocabulary };
        using TensorList tensors = RandomWeights.Of(config);
        using var folder = new TemporaryFolder();
        Assert.That(GgufModelWriter.Write(folder.File("m.gguf"), config, Tokenizer(), tensors).Warnings, Has.One.Contains("the window of 3 tokens"));
        Assert.That(GgufModelWriter.Write(folder.File("m.gguf"), config with { SlidingWindow = 8 }, Tokenizer(), tensors).Warnings, Is.Empty);
    }

    [Test]
    public void A_chat_template_comes_along()
    {
        TransformerConfig config = Shapes.Llama with { VocabularySize = Vocabulary };
        using TensorList tensors = RandomWeights.Of(config);
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.File("hf"), config, Tokenizer(), tensors.Views());
        File.WriteAllText(
            Path.Combine(folder.File("hf"), "tokenizer_config.json"),
            """{"chat_template":[{"name":"default","template":"{{ bos_token }}d{{ 1 + 1 }}"},{"name":"tool_use","template":"t"}],"bos_token":"<bos>","eos_token":"<eos>","pad_token":{"content":"<eos>"}}""");
        using (ModelFile source = ModelFile.Open(folder.File("hf")))
        {
            GgufModelWriter.Write(folder.File("m.gguf"), source);
        }

        using ModelFile file = ModelFile.Open(folder.File("m.gguf"));
        Assert.That((file.ChatTemplate!.Render([]).Text, file.Metadata!.Text("tokenizer.chat_template.tool_use")), Is.EqualTo(("<bos>d2", "t")));
        Assert.That(file.Metadata!.Texts("tokenizer.chat_templates"), Is.EqualTo(new[] { "tool_use" }));
        Assert.That((file.Metadata.Integer("tokenizer.ggml.padding_token_id"), file.Metadata.Text("general.name")), Is.EqualTo((1, "hf")));

        // A folder again, and then a file once more: the same bytes.
        ModelFolder.Save(folder.File("again"), file);
        using ModelFile again = ModelFile.Open(folder.File("again"));
        Assert.That((again.ChatTemplate!.Render([]).Text, again.ChatTemplate.For(withTools: true).Render([]).Text), Is.EqualTo(("<bos>d2", "t")));
        Assert.That((again.Config, again.Tokenizer.Encode("the cat")), Is.EqualTo((config, Tokenizer().Encode("the cat"))));
    }

    private static void Refused<T>(Action<string> write, string problem)
        where T : Exception
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => write(folder.File("m.gguf")), Throws.TypeOf<T>().With.Message.Contains(problem));
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    private static BytePairTokenizer Tokenizer() => GgufExports.Tokenizer();

    private static float[] Singles(TensorView tensor)
    {
        float[] values = new float[tensor.Count];
        TensorReader.ReadSingles(tensor, values, requireFinite: false);
        return values;
    }

    private static TestCaseData Family(string name, string architecture, TransformerConfig config) => new(architecture, config) { TestName = $"{{m}}({name})" };

    private sealed class Recorder(Action<GgufExportProgress> report) : IProgress<GgufExportProgress>
    {
        public void Report(GgufExportProgress value) => report(value);
    }
}
