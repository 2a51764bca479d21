using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// A network for a task as a folder: config.json, whose <c>model_type</c> says for what and whose parts have the form of a causal model's config.json; tokenizer.json; model.safetensors.
/// </summary>
internal static class TaskFolder
{
    private const string ConfigName = "config.json";
    private const string TokenizerName = "tokenizer.json";
    private const string TensorsName = "model.safetensors";

    /// <summary>Writes a folder, config.json last: one that a crash left half written does not open.</summary>
    public static void Save(string path, string kind, JsonObject config, ITokenizer tokenizer, IReadOnlyList<TensorView> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Directory.CreateDirectory(path);
        string file = Path.Combine(path, ConfigName);
        File.Delete(file);
        SafetensorsWriter.Write(Path.Combine(path, TensorsName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.Write(Path.Combine(path, TokenizerName), TokenizerFile.Write(tokenizer));
        JsonObject whole = new() { ["model_type"] = kind };
        foreach ((string name, JsonNode? value) in config)
        {
            whole[name] = value?.DeepClone();
        }

        AtomicFile.Write(file, Encoding.UTF8.GetBytes(whole.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
    }

    /// <summary>Reads config.json.</summary>
    /// <exception cref="CheckpointException">It is absent, damaged, or for another task.</exception>
    public static TaskConfig ReadConfig(string path, string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = Path.Combine(path, ConfigName);
        try
        {
            JsonObject config = JsonNode.Parse(CheckpointBytes.Read(file).AsSpan()) as JsonObject ?? throw new CheckpointException(file, "it is not a JSON object.");
            string? found = (string?)config["model_type"];
            return found == kind ? new TaskConfig(file, config) : throw new CheckpointException(file, $"model_type is '{found}'; '{kind}' is expected.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException(file, $"it is not valid: {exception.Message}", exception);
        }
    }

    /// <summary>Puts a model together from a folder; the network is in evaluation mode. Where that fails the network is disposed.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="config">Its config.json.</param>
    /// <param name="create">Makes the network.</param>
    /// <param name="load">Gives it the weights.</param>
    /// <param name="complete">Makes the model of network and tokenizer.</param>
    /// <exception cref="CheckpointException">A file is absent or damaged, or the files do not fit each other.</exception>
    public static TModel Load<TNetwork, TModel>(string path, TaskConfig config, Func<TNetwork> create, Action<TNetwork, ITensorSource> load, Func<TNetwork, ITokenizer, TModel> complete)
        where TNetwork : Module
    {
        TNetwork? network = null;
        try
        {
            network = create();
            using SafetensorsFile weights = OpenWeights(path);
            load(network, weights);
            network.eval();
            return complete(network, ReadTokenizer(path, config));
        }
        catch (ArgumentException exception)
        {
            network?.Dispose();
            throw new CheckpointException(config.File, exception.Message, exception);
        }
        catch
        {
            network?.Dispose();
            throw;
        }
    }

    private static ITokenizer ReadTokenizer(string path, TaskConfig config)
    {
        string file = Path.Combine(path, TokenizerName);
        ConfigFile network = config.Parse("network");
        return TokenizerFile.Load(CheckpointBytes.Read(file), file, network.BeginOfText, network.EndsOfText);
    }

    private static SafetensorsFile OpenWeights(string path) => SafetensorsFile.Open(Path.Combine(path, TensorsName));

    /// <summary>A shape as a part of config.json.</summary>
    public static JsonNode Write(TransformerConfig config, ITokenizer tokenizer) => JsonNode.Parse(TransformerConfigFile.Write(config, tokenizer))!;
}

/// <summary>A task's config.json.</summary>
/// <param name="File">What errors call it.</param>
/// <param name="Fields">What it says.</param>
internal sealed record TaskConfig(string File, JsonObject Fields)
{
    public TransformerConfig Shape(string part) => Parse(part).Config;

    public ConfigFile Parse(string part) =>
        TransformerConfigFile.Parse(Encoding.UTF8.GetBytes((Fields[part] ?? throw new CheckpointException(File, $"'{part}' is missing.")).ToJsonString()), $"{File}: {part}");

    public string Text(string name) =>
        Fields[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new CheckpointException(File, $"'{name}' is missing or no text.");
}
