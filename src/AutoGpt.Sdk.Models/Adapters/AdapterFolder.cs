using System.Runtime.InteropServices;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>A folder as PEFT lays it out. What only this library knows of an adapter is in the metadata of its tensors, which other programs leave alone.</summary>
internal static class AdapterFolder
{
    private const string ConfigName = "adapter_config.json";
    private const string TensorsName = "adapter_model.safetensors";
    private const string PickleName = "adapter_model.bin";
    private const string Prefix = "base_model.model.";
    private const string Down = ".lora_A.weight";
    private const string Up = ".lora_B.weight";
    private const string Embeddings = "prompt_embeddings";
    private const string ShapeKey = "autogpt.shape";
    private const string SampleKey = "autogpt.sample";

    public static ModelAdapter Read(string folder)
    {
        string configFile = Path.Combine(folder, ConfigName);
        string file = Path.Combine(folder, TensorsName);
        string pickle = Path.Combine(folder, PickleName);
        AdapterConfigFile config = AdapterConfigFile.Read(CheckpointBytes.Read(configFile), configFile);
        if (!File.Exists(file) && File.Exists(pickle))
        {
            throw new CheckpointException(pickle, $"pickles are not read, as they run code. Save the adapter with PEFT's safe_serialization, which writes {TensorsName}.");
        }

        using SafetensorsFile tensors = SafetensorsFile.Open(file);
        NetworkFingerprint? trainedOn = ReadFingerprint(file, tensors.Metadata);
        try
        {
            return config.Kind switch
            {
                AdapterKind.Lora => ReadLora(file, config, tensors, folder, trainedOn),
                AdapterKind.Prefix => new PrefixAdapter(config.Tokens, config.Layers, config.Heads, config.Width / config.Heads, ReadEmbeddings(file, tensors, config.Tokens, 2L * config.Layers * config.Width))
                {
                    Source = folder, BaseModel = config.BaseModel, TrainedOn = trainedOn,
                },
                _ => new PromptAdapter(config.Tokens, ReadEmbeddings(file, tensors, config.Tokens, config.Width)) { Source = folder, BaseModel = config.BaseModel, TrainedOn = trainedOn },
            };
        }
        catch (ArgumentException exception)
        {
            throw new CheckpointException(folder, exception.Message, exception);
        }
    }

    public static void Write(string folder, ModelAdapter adapter)
    {
        byte[] config = AdapterConfigFile.Write(adapter);
        Dictionary<string, string> metadata = new() { ["format"] = "pt" };
        if (adapter.TrainedOn is { } network)
        {
            metadata[ShapeKey] = Encoding.UTF8.GetString(TransformerConfigFile.Write(network.Shape));
            metadata[SampleKey] = Convert.ToBase64String(MemoryMarshal.AsBytes<float>([.. network.Sample]));
        }

        string configFile = Path.Combine(folder, ConfigName);
        Directory.CreateDirectory(folder);
        File.Delete(configFile);
        SafetensorsWriter.Write(Path.Combine(folder, TensorsName), Tensors(adapter), metadata);
        AtomicFile.Write(configFile, config);
    }

    private static IEnumerable<TensorView> Tensors(ModelAdapter adapter) => adapter switch
    {
        LoraAdapter lora => lora.Layers.SelectMany(layer => new[]
        {
            View(Prefix + layer.Path + Down, layer.Down, layer.Rank, layer.Inputs), View(Prefix + layer.Path + Up, layer.Up, layer.Outputs, layer.Rank),
        }),
        PrefixAdapter prefix => [View(Embeddings, prefix.KeyValues, prefix.VirtualTokens, prefix.KeyValues.Length / prefix.VirtualTokens)],
        PromptAdapter prompt => [View(Embeddings, prompt.Embeddings, prompt.VirtualTokens, prompt.Width)],
        _ => throw new ArgumentException($"{adapter.GetType()} has no file form.", nameof(adapter)),
    };

    private static TensorView View(string name, ReadOnlyMemory<float> values, int rows, int columns) =>
        new(name, TensorType.F32, [rows, columns], MemoryMarshal.AsBytes(values.Span).ToArray());

    private static LoraAdapter ReadLora(string file, AdapterConfigFile config, SafetensorsFile tensors, string folder, NetworkFingerprint? trainedOn)
    {
        List<LoraLayer> layers = [];
        HashSet<string> left = [.. tensors.Names];
        foreach (string name in tensors.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Down, StringComparison.Ordinal)))
        {
            string path = name[Prefix.Length..^Down.Length];
            float[] down = Matrix(file, tensors, name, out int rank, out _);
            float[] up = Matrix(file, tensors, Prefix + path + Up, out _, out int upRank);
            if (upRank != rank)
            {
                throw new CheckpointException(file, $"'{path}' has a lora_A of rank {rank} and a lora_B of rank {upRank}.");
            }

            layers.Add(new LoraLayer(path, rank, down, up, config.Scale(path, rank)));
            left.ExceptWith([name, Prefix + path + Up]);
        }

        if (left.Order(StringComparer.Ordinal).FirstOrDefault() is string stray)
        {
            throw new CheckpointException(file, $"tensor '{stray}' is no lora_A or lora_B of a linear layer, or its partner is missing. Only pairs of those are supported.");
        }

        LoraConfig lora = config.IsRestricted ? config.Lora! with { TargetModules = [.. layers.Select(layer => layer.Path)] } : config.Lora!;
        return new LoraAdapter(lora, layers) { Source = folder, BaseModel = config.BaseModel, TrainedOn = trainedOn };
    }

    private static float[] ReadEmbeddings(string file, SafetensorsFile tensors, long rows, long columns)
    {
        float[] values = Matrix(file, tensors, Embeddings, out int foundRows, out int foundColumns);
        return tensors.Names.Count > 1 ? throw new CheckpointException(file, $"it has {tensors.Names.Count} tensors; '{Embeddings}' alone is wanted.")
            : (foundRows, foundColumns) == (rows, columns) ? values
            : throw new CheckpointException(file, $"'{Embeddings}' is [{foundRows}, {foundColumns}] where {ConfigName} asks for [{rows}, {columns}].");
    }

    private static float[] Matrix(string file, SafetensorsFile tensors, string name, out int rows, out int columns)
    {
        if (!tensors.TryGet(name, out TensorView tensor) || tensor.Shape.Count != 2 || tensor.Count == 0)
        {
            throw new CheckpointException(file, $"there is no matrix '{name}'.");
        }

        (rows, columns) = (tensor.Shape[0], tensor.Shape[1]);
        float[] values = new float[tensor.Count];
        TensorReader.ReadSingles(tensor, values);
        return values;
    }

    private static NetworkFingerprint? ReadFingerprint(string file, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(ShapeKey, out string? shape) || !metadata.TryGetValue(SampleKey, out string? sample))
        {
            return null;
        }

        byte[] bytes = new byte[sample.Length];
        return Convert.TryFromBase64String(sample, bytes, out int count) && count % sizeof(float) == 0
            ? new NetworkFingerprint(TransformerConfigFile.Read(Encoding.UTF8.GetBytes(shape), $"{file} ({ShapeKey})"), MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, count)).ToArray())
            : throw new CheckpointException(file, $"its metadata '{SampleKey}' is damaged.");
    }
}
