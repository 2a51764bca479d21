using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class HuggingFaceFolderTests
{
    private const string Index = "model.safetensors.index.json";
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private const string Gpt2Config = """
        {"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"activation_function":"gelu_new","n_embd":8,"n_head":2,"n_layer":2,"n_positions":8,"layer_norm_epsilon":1e-05,"vocab_size":11}
        """;

    [Test]
    public void A_gpt2_folder_is_turned_split_and_renamed([Values] bool prefixed, [Values] bool buffers, [Values(TensorType.F32, TensorType.BF16)] TensorType type)
    {
        using var folder = new TemporaryFolder();
        using TensorList tensors = RandomWeights.Of(Shapes.Gpt);
        TensorView[] expected = [.. tensors.Views().Select(tensor => Converted(tensor, type))];
        ModelFolder.Save(folder.Path, Shapes.Gpt, CharacterTokenizer.FromText("abc"), expected);
        SafetensorsWriter.Write(folder.File("model.safetensors"), Gpt2(expected, prefixed ? "transformer." : "", buffers));
        File.WriteAllText(folder.File("config.json"), Gpt2Config);
        using ModelFolder model = ModelFolder.Open(folder.Path);
        Assert.That(model.Config, Is.EqualTo(Shapes.Gpt));
        foreach (TensorView wanted in expected)
        {
            Assert.That(model.Tensors.TryGet(wanted.Name, out TensorView tensor), Is.True, wanted.Name);
            Assert.That(tensor.Shape, Is.EqualTo(wanted.Shape), wanted.Name);
            Assert.That(tensor.Data.Span.SequenceEqual(wanted.Data.Span), wanted.Name);
        }
    }

    [Test]
    public void A_gpt2_folder_with_more_or_less_is_refused()
    {
        using var folder = new TemporaryFolder();
        using TensorList tensors = RandomWeights.Of(Shapes.Gpt);
        ModelFolder.Save(folder.Path, Shapes.Gpt, CharacterTokenizer.FromText("abc"), tensors.Views());
        File.WriteAllText(folder.File("config.json"), Gpt2Config);
        Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.Contains("'model.embed_tokens.weight' has no place"), "the names of Llama");
        TensorView[] gpt2 = [.. Gpt2([.. tensors.Views()], "", buffers: false)];
        SafetensorsWriter.Write(folder.File("model.safetensors"), [.. gpt2, new TensorView("h.0.crossattention.q_attn.weight", TensorType.F32, [1], new byte[4])]);
        Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.Contains("'h.0.crossattention.q_attn.weight' has no place"));
        SafetensorsWriter.Write(folder.File("model.safetensors"), gpt2.Select(tensor => tensor.Name == "h.1.attn.c_attn.weight" ? tensor with { Shape = [12, 16] } : tensor));
        Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.Contains("h.1.attn.c_attn.weight"));
    }

    [Test]
    public void A_split_folder_is_one_model()
    {
        using var folder = new TemporaryFolder();
        TensorView[] tensors = Split(folder);
        using ModelFolder model = ModelFolder.Open(folder.Path);
        Assert.That(model.Tensors.Names, Is.EquivalentTo(tensors.Select(tensor => tensor.Name)));
        foreach (TensorView wanted in tensors)
        {
            Assert.That(model.Tensors.TryGet(wanted.Name, out TensorView tensor) && tensor.Data.Span.SequenceEqual(wanted.Data.Span), wanted.Name);
        }

        Assert.That(model.Tensors.TryGet("none", out _), Is.False);
    }

    [TestCase("\"../model-00001-of-00002.safetensors\"")]
    [TestCase("\"/etc/model.safetensors\"")]
    [TestCase("\"a/b.safetensors\"")]
    [TestCase("\"a\\\\b.safetensors\"")]
    [TestCase("\"..\"")]
    [TestCase("\"c:x.safetensors\"")]
    [TestCase("\"model\\u0000.safetensors\"")]
    [TestCase("\"config.json\"")]
    [TestCase("7")]
    [TestCase("null")]
    public void An_index_leads_nowhere_else(string place)
    {
        using var folder = new TemporaryFolder();
        Split(folder);
        string path = folder.File(Index);
        File.WriteAllText(path, File.ReadAllText(path).Replace($"\"{TensorNames.FinalNorm}\":\"{Second}\"", $"\"{TensorNames.FinalNorm}\":{place}", StringComparison.Ordinal));
        Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.StartsWith(path).And.Message.Contains("no name of a safetensors file"));
    }

    [Test]
    public void Each_tensor_is_in_exactly_the_file_that_the_index_names()
    {
        using var folder = new TemporaryFolder();
        TensorView[] tensors = Split(folder);
        string path = folder.File(Index);
        string index = File.ReadAllText(path);
        File.WriteAllText(path, index.Replace($"\"{TensorNames.FinalNorm}\":\"{Second}\"", $"\"{TensorNames.FinalNorm}\":\"{First}\"", StringComparison.Ordinal));
        Refused(TensorNames.FinalNorm);
        File.WriteAllText(path, index);
        SafetensorsWriter.Write(folder.File(First), [.. tensors[..5], tensors[^1]]);
        Refused(tensors[^1].Name);
        SafetensorsWriter.Write(folder.File(First), tensors[..4]);
        Refused(tensors[4].Name);
        File.Delete(folder.File(First));
        Refused(First);
        File.WriteAllText(path, """{"metadata":{}}""");
        Refused("weight_map");
        File.WriteAllText(path, "{");
        Refused("JSON");

        void Refused(string message) => Assert.That(() => ModelFolder.Open(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.Contains(message));
    }

    private static TensorView[] Split(TemporaryFolder folder)
    {
        TensorView[] tensors = [.. RandomWeights.Of(Shapes.Mistral).Views()];
        ModelFolder.Save(folder.Path, Shapes.Mistral, CharacterTokenizer.FromText("abc"), tensors);
        File.Delete(folder.File("model.safetensors"));
        SafetensorsWriter.Write(folder.File(First), tensors[..5]);
        SafetensorsWriter.Write(folder.File(Second), tensors[5..]);
        var places = tensors.Select((tensor, i) => (tensor.Name, File: i < 5 ? First : Second)).ToDictionary(pair => pair.Name, pair => pair.File);
        File.WriteAllText(folder.File(Index), JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = places }));
        return tensors;
    }

    private static TensorView Converted(TensorView tensor, TensorType type) =>
        type == TensorType.F32 ? tensor : tensor with { Type = type, Data = tensor.Data.ToArray().Chunk(4).SelectMany(number => number[2..]).ToArray() };

    // What transformers writes: Conv1D keeps [in, out], and c_attn is the three side by side.
    private static IEnumerable<TensorView> Gpt2(TensorView[] tensors, string prefix, bool buffers)
    {
        Dictionary<string, TensorView> ours = tensors.ToDictionary(tensor => tensor.Name);
        yield return ours[TensorNames.Embedding] with { Name = prefix + "wte.weight" };
        yield return ours[TensorNames.Positions] with { Name = prefix + "wpe.weight" };
        yield return ours[TensorNames.FinalNorm] with { Name = prefix + "ln_f.weight" };
        yield return ours[TensorNames.FinalNormBias] with { Name = prefix + "ln_f.bias" };
        for (int layer = 0; layer < Shapes.Gpt.Layers; layer++)
        {
            foreach ((string module, string name) in new[]
            {
                (TensorNames.AttentionNorm, "ln_1"), (TensorNames.FeedForwardNorm, "ln_2"), (TensorNames.Output, "attn.c_proj"), (TensorNames.Up, "mlp.c_fc"), (TensorNames.Down, "mlp.c_proj"),
            })
            {
                yield return Turned(ours[TensorNames.Weight(layer, module)]) with { Name = $"{prefix}h.{layer}.{name}.weight" };
                yield return ours[TensorNames.Bias(layer, module)] with { Name = $"{prefix}h.{layer}.{name}.bias" };
            }

            string[] fused = [TensorNames.Query, TensorNames.Key, TensorNames.Value];
            TensorView[] weights = [.. fused.Select(module => ours[TensorNames.Weight(layer, module)])];
            yield return Turned(weights[0] with { Shape = [24, 8], Data = weights.SelectMany(part => part.Data.ToArray()).ToArray() }) with { Name = $"{prefix}h.{layer}.attn.c_attn.weight" };
            yield return ours[TensorNames.Bias(layer, TensorNames.Query)] with
            {
                Name = $"{prefix}h.{layer}.attn.c_attn.bias",
                Shape = [24],
                Data = fused.SelectMany(module => ours[TensorNames.Bias(layer, module)].Data.ToArray()).ToArray(),
            };
            if (buffers)
            {
                yield return new TensorView($"{prefix}h.{layer}.attn.bias", TensorType.F32, [1, 1, 8, 8], new byte[256]);
                yield return new TensorView($"{prefix}h.{layer}.attn.masked_bias", TensorType.F32, [], new byte[4]);
            }
        }
    }

    private static TensorView Turned(TensorView tensor)
    {
        if (tensor.Shape.Count != 2)
        {
            return tensor;
        }

        (int rows, int columns) = (tensor.Shape[0], tensor.Shape[1]);
        byte[][] numbers = [.. tensor.Data.ToArray().Chunk(tensor.Data.Length / (rows * columns))];
        return tensor with
        {
            Shape = [columns, rows],
            Data = Enumerable.Range(0, columns).SelectMany(column => Enumerable.Range(0, rows).SelectMany(row => numbers[(row * columns) + column])).ToArray(),
        };
    }
}
