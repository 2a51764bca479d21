using System.Collections;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Resources;

namespace AutoGpt.Samples.TextTasks.Translation;

/// <summary>The messages of the .NET SDK in English and in simplified Chinese: its assemblies and their satellites, which every machine with an SDK has (MIT).</summary>
internal static class ResourcePairs
{
    /// <summary>Reads pairs of messages.</summary>
    /// <param name="sdk">An SDK's folder.</param>
    public static IEnumerable<(string English, string Chinese)> Read(string sdk)
    {
        foreach (string satellite in Directory.EnumerateFiles(sdk, "*.resources.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string folder = Path.GetDirectoryName(satellite)!;
            if (Path.GetFileName(folder) != "zh-Hans")
            {
                continue;
            }

            string neutral = Path.Combine(Path.GetDirectoryName(folder)!, Path.GetFileName(satellite).Replace(".resources.dll", ".dll", StringComparison.Ordinal));
            if (!File.Exists(neutral))
            {
                continue;
            }

            Dictionary<string, string> english = Strings(neutral, ".resources");
            foreach ((string key, string chinese) in Strings(satellite, ".zh-Hans.resources"))
            {
                if (english.TryGetValue(key, out string? message))
                {
                    yield return (message, chinese);
                }
            }
        }
    }

    // By table and key; of an assembly nothing is run.
    private static Dictionary<string, string> Strings(string assembly, string ending)
    {
        Dictionary<string, string> strings = [];
        using PEReader file = new(File.OpenRead(assembly));
        if (!file.HasMetadata || file.PEHeaders.CorHeader is null)
        {
            return strings;
        }

        MetadataReader metadata = file.GetMetadataReader();
        foreach (ManifestResource resource in metadata.ManifestResources.Select(metadata.GetManifestResource))
        {
            string name = metadata.GetString(resource.Name);
            if (!name.EndsWith(ending, StringComparison.Ordinal) || !resource.Implementation.IsNil)
            {
                continue;
            }

            BlobReader blob = file.GetSectionData(file.PEHeaders.CorHeader.ResourcesDirectory.RelativeVirtualAddress).GetReader();
            blob.Offset = (int)resource.Offset;
            using MemoryStream table = new(blob.ReadBytes(blob.ReadInt32()));
            using ResourceReader reader = new(table);
            for (IDictionaryEnumerator each = reader.GetEnumerator(); each.MoveNext();)
            {
                if (Text(each) is string text)
                {
                    strings[$"{name[..^ending.Length]}/{each.Key}"] = text;
                }
            }
        }

        return strings;
    }

    // Tables hold pictures and other objects too, which are nothing to translate and need types that are not here.
    private static string? Text(IDictionaryEnumerator each)
    {
        try
        {
            return each.Value as string;
        }
        catch (Exception exception) when (exception is NotSupportedException or TypeLoadException or BadImageFormatException or FileNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
