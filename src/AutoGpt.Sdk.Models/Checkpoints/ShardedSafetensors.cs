using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Weights split over several safetensors files as Hugging Face does it: an index says which file of the same folder has which tensor. Each tensor is in
/// exactly the file the index names. Thread-safe.
/// </summary>
internal sealed class ShardedSafetensors : ITensorSource
{
    private const int MaximumShards = 1_000;

    private readonly Dictionary<string, SafetensorsFile> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsFile> _shards = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    private ShardedSafetensors()
    {
    }

    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Maps every file that the index names.</summary>
    /// <param name="index">model.safetensors.index.json.</param>
    public static ShardedSafetensors Open(string index)
    {
        var source = new ShardedSafetensors();
        try
        {
            source.Read(index);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public bool TryGet(string name, out TensorView tensor)
    {
        tensor = default;
        return _tensors.TryGetValue(name, out SafetensorsFile? shard) && shard.TryGet(name, out tensor);
    }

    public void Dispose()
    {
        foreach (SafetensorsFile shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private void Read(string index)
    {
        Dictionary<string, string> places = ReadIndex(index);
        string folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        foreach ((string name, string shard) in places)
        {
            if (!_shards.TryGetValue(shard, out SafetensorsFile? file))
            {
                if (_shards.Count == MaximumShards)
                {
                    throw new CheckpointException(index, $"it names more than {MaximumShards} files.");
                }

                file = SafetensorsFile.Open(Path.Combine(folder, shard));
                _shards.Add(shard, file);
            }

            _tensors.Add(name, file);
            _names.Add(name);
        }

        foreach ((string shard, SafetensorsFile file) in _shards)
        {
            var held = new HashSet<string>(file.Names, StringComparer.Ordinal);
            if (held.FirstOrDefault(name => !places.TryGetValue(name, out string? place) || place != shard) is string stray)
            {
                throw new CheckpointException(index, $"'{shard}' has the tensor '{stray}', which the index does not place there. The files belong to different models.");
            }

            if (places.FirstOrDefault(pair => pair.Value == shard && !held.Contains(pair.Key)) is { Key: string missing })
            {
                throw new CheckpointException(index, $"'{shard}' lacks the tensor '{missing}', which the index places there. The files belong to different models, or one is an older copy.");
            }
        }
    }

    private static Dictionary<string, string> ReadIndex(string index)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(CheckpointBytes.Read(index), StrictJson.Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map"u8, out JsonElement map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointException(index, "it has no weight_map and is no index of weights.");
            }

            return map.EnumerateObject().ToDictionary(pair => pair.Name, pair => Shard(index, pair), StringComparer.Ordinal);
        }
        catch (Exception exception) when (StrictJson.IsMalformed(exception))
        {
            throw new CheckpointException(index, $"it is not valid JSON: {exception.Message}", exception);
        }
    }

    // A plain name of the same folder: an index from elsewhere must not make this program open any file it likes.
    private static string Shard(string index, JsonProperty place)
    {
        string? name = place.Value.ValueKind == JsonValueKind.String ? place.Value.GetString() : null;
        bool plain = name is not null && name.EndsWith(".safetensors", StringComparison.Ordinal)
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return plain
            ? name!
            : throw new CheckpointException(index, $"the tensor '{place.Name}' is said to lie in {place.Value.GetRawText()}, which is no name of a safetensors file beside the index.");
    }
}
