using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk.Training;

/// <summary>The files of a checkpoint with their sizes and hashes, <c>manifest.json</c>. It is written last: a folder without it was not finished.</summary>
internal sealed record CheckpointManifest(IReadOnlyDictionary<string, CheckpointManifest.Entry> Files)
{
    private const string Name = "manifest.json";

    /// <summary>Describes all files of a folder.</summary>
    public static void Write(string folder)
    {
        Dictionary<string, Entry> files = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            files.Add(Path.GetRelativePath(folder, file).Replace('\\', '/'), Entry.Of(file));
        }

        using FileStream stream = File.Create(Path.Combine(folder, Name));
        JsonSerializer.Serialize(stream, new CheckpointManifest(files), ManifestJson.Default.CheckpointManifest);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>What is wrong with a folder; null where every file is as it was written.</summary>
    public static string? FindDamage(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return $"it has no {Name}: writing it did not end";
        }

        try
        {
            CheckpointManifest manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.CheckpointManifest) ?? throw new JsonException("it is null");
            foreach ((string name, Entry entry) in manifest.Files)
            {
                string file = Path.Combine(folder, name);
                if (!File.Exists(file))
                {
                    return $"{name} is missing";
                }

                if (Entry.Of(file) != entry)
                {
                    return $"{name} is not as it was written";
                }
            }

            return null;
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            return $"{Name} cannot be read: {exception.Message}";
        }
    }

    /// <summary>A file.</summary>
    /// <param name="Length">Bytes.</param>
    /// <param name="Sha256">The hash, in hexadecimal digits.</param>
    internal sealed record Entry(long Length, string Sha256)
    {
        public static Entry Of(string file)
        {
            using FileStream stream = File.OpenRead(file);
            return new Entry(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckpointManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
