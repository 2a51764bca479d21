using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models.Tests.Backends;

/// <summary>
/// A trained network of a stranger: stories260K in llama2.c's format (https://github.com/karpathy/llama2.c). Set AUTOGPT_STORIES to a folder with stories260K.bin
/// and tok512.bin.
/// </summary>
public sealed class StoriesTests
{
    [TestCase(SimdWeightFormat.AsStored)]
    [TestCase(SimdWeightFormat.Int8)]
    public void It_tells_its_story(SimdWeightFormat format)
    {
        string? folder = Environment.GetEnvironmentVariable("AUTOGPT_STORIES");
        if (folder is null)
        {
            Assert.Ignore("AUTOGPT_STORIES is not set");
        }

        string[] tokens = ReadTokens(File.ReadAllBytes(Path.Combine(folder, "tok512.bin")));
        (TransformerConfig config, TensorList tensors) = ReadNetwork(File.ReadAllBytes(Path.Combine(folder, "stories260K.bin")));
        using SimdBackend backend = SimdBackend.Create(config, tensors, new SimdBackendOptions { Weights = format, KeyValues = KeyValueFormat.F16 });
        using IBackendSequence sequence = backend.CreateSequence(100);
        float[] logits = new float[config.VocabularySize];
        StringBuilder story = new();
        int[] ids = [1, .. Encode("Once upon a time", tokens)];
        for (int step = 0; step < 60; step++)
        {
            sequence.Append(ids, LogitsWanted.Last, logits);
            ids = [Array.IndexOf(logits, logits.Max())];
            story.Append(tokens[ids[0]]);
        }

        TestContext.Out.WriteLine(story);
        Assert.That(story.ToString(), Does.StartWith(", there was a little girl named Lily."));
    }

    // The longest token each time is enough for four words.
    private static List<int> Encode(string text, string[] tokens)
    {
        List<int> ids = [];
        for (string rest = " " + text; rest.Length > 0;)
        {
            int id = Enumerable.Range(3, tokens.Length - 3).Where(index => tokens[index].Length > 0 && rest.StartsWith(tokens[index], StringComparison.Ordinal)).MaxBy(index => tokens[index].Length);
            ids.Add(id);
            rest = rest[tokens[id].Length..];
        }

        return ids;
    }

    private static string[] ReadTokens(byte[] file)
    {
        List<string> tokens = [];
        for (int at = 4; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            tokens.Add(Encoding.UTF8.GetString(file, at + 8, length));
            at += 8 + length;
        }

        return [.. tokens];
    }

    private static (TransformerConfig Config, TensorList Tensors) ReadNetwork(byte[] file)
    {
        int[] header = [.. MemoryMarshal.Cast<byte, int>(file.AsSpan(0, 28))];
        TransformerConfig config = new()
        {
            Width = header[0], FeedForwardWidth = header[1], Layers = header[2], Heads = header[3], KeyValueHeads = header[4],
            VocabularySize = Math.Abs(header[5]), ContextLength = header[6], TiedHead = header[5] > 0,
        };
        int keyWidth = config.KeyValueHeads * config.HeadSize;
        int at = 28;
        List<TensorView> views = [Next(TensorNames.Embedding, config.VocabularySize, config.Width)];
        Layers(TensorNames.AttentionNorm, config.Width);
        Layers(TensorNames.Query, config.Width, config.Width);
        Layers(TensorNames.Key, keyWidth, config.Width);
        Layers(TensorNames.Value, keyWidth, config.Width);
        Layers(TensorNames.Output, config.Width, config.Width);
        Layers(TensorNames.FeedForwardNorm, config.Width);
        Layers(TensorNames.Gate, config.FeedForwardWidth, config.Width);
        Layers(TensorNames.Down, config.Width, config.FeedForwardWidth);
        Layers(TensorNames.Up, config.FeedForwardWidth, config.Width);
        views.Add(Next(TensorNames.FinalNorm, config.Width));
        return (config, new TensorList(views));

        void Layers(string module, params int[] shape)
        {
            for (int layer = 0; layer < config.Layers; layer++)
            {
                TensorView view = Next(TensorNames.Weight(layer, module), shape);
                views.Add(module is TensorNames.Query or TensorNames.Key ? view with { Data = Halves(view.Data, config.HeadSize, 4 * config.Width) } : view);
            }
        }

        TensorView Next(string name, params int[] shape)
        {
            int bytes = 4 * shape.Aggregate(1, (product, size) => product * size);
            at += bytes;
            return new TensorView(name, TensorType.F32, shape, file.AsMemory(at - bytes, bytes));
        }
    }

    // Neighbours are rotated together there, element i and i + size/2 here.
    private static byte[] Halves(ReadOnlyMemory<byte> rows, int headSize, int rowBytes)
    {
        byte[] result = new byte[rows.Length];
        for (int row = 0; row < rows.Length / rowBytes; row++)
        {
            int within = row % headSize;
            int target = row - within + (within / 2) + (within % 2 * headSize / 2);
            rows.Span.Slice(row * rowBytes, rowBytes).CopyTo(result.AsSpan(target * rowBytes));
        }

        return result;
    }
}
