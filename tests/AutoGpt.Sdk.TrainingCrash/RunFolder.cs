using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.TrainingCrash;

/// <summary>Reads what a run left in its output folder, with nothing of the trainer's own reading.</summary>
internal static class RunFolder
{
    // What differs from run to run: they are times.
    private static readonly string[] s_times = ["tokensPerSecond", "seconds", "remainingSeconds"];

    /// <summary>Updates of the newest complete checkpoint of a name, wherever a kill left it; null where there is none.</summary>
    public static int? Newest(string folder, string name) => Places(folder, name).Where(IsComplete).Max(Iteration);

    /// <summary>What a kill left of a checkpoint that was being replaced.</summary>
    public static string Moment(string folder, string name)
    {
        string fresh = Path.Combine(folder, $".{name}.new");
        return !Directory.Exists(fresh) ? Directory.Exists(Path.Combine(folder, name)) ? "in place" : "none"
            : !IsComplete(fresh) ? "half written"
            : Directory.Exists(Path.Combine(folder, name)) ? "written, not in place"
            : "between two moves";
    }

    /// <summary>Every way in which two folders differ, times apart.</summary>
    public static IEnumerable<string> Differences(string folder, string expected)
    {
        string[] names = [.. Files(folder)], expectedNames = [.. Files(expected)];
        foreach (string name in names.Except(expectedNames))
        {
            yield return $"{name} was left behind";
        }

        foreach (string name in expectedNames.Except(names))
        {
            yield return $"{name} is missing";
        }

        foreach (string name in names.Intersect(expectedNames).Where(name => name.Contains('/')))
        {
            if (!File.ReadAllBytes(Path.Combine(folder, name)).SequenceEqual(File.ReadAllBytes(Path.Combine(expected, name))))
            {
                yield return $"{name} differs from that of the run left alone";
            }
        }

        string[] lines = Metrics(folder), expectedLines = Metrics(expected);
        if (!lines.SequenceEqual(expectedLines))
        {
            int at = lines.Zip(expectedLines).TakeWhile(pair => pair.First == pair.Second).Count();
            yield return $"metrics.jsonl has {lines.Length} lines instead of {expectedLines.Length}; line {at + 1} is {lines.ElementAtOrDefault(at)} instead of {expectedLines.ElementAtOrDefault(at)}";
        }
    }

    private static IEnumerable<string> Places(string folder, string name) =>
        new[] { Path.Combine(folder, name), Path.Combine(folder, $".{name}.new") }
            .Concat(new[] { $".{name}.old", name == "last" ? "earlier" : "" }.Where(each => each.Length > 0).Select(each => Path.Combine(folder, each)).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories))
            .Where(Directory.Exists);

    private static bool IsComplete(string checkpoint)
    {
        string manifest = Path.Combine(checkpoint, "manifest.json");
        try
        {
            return File.Exists(manifest) && JsonNode.Parse(File.ReadAllText(manifest))!["files"]!.AsObject().All(file =>
                Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(checkpoint, file.Key)))) == (string?)file.Value!["sha256"]);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or IOException)
        {
            return false;
        }
    }

    private static int? Iteration(string checkpoint) => (int)JsonNode.Parse(File.ReadAllText(Path.Combine(checkpoint, "training.json")))!["iteration"]!;

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static string[] Metrics(string folder) => [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line =>
    {
        JsonObject report = JsonNode.Parse(line)!.AsObject();
        foreach (string time in s_times)
        {
            report.Remove(time);
        }

        return report.ToJsonString();
    })];
}
