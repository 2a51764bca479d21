using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>The file that tells which batch made a run fail.</summary>
internal static class FailedBatch
{
    /// <summary>Writes the batches of an update.</summary>
    /// <returns>The file, or null where none of them can be told.</returns>
    public static string? Write(string path, int iteration, IEnumerable<TrainingStep> steps)
    {
        JsonNode?[] batches = [.. steps.Select(step => step.Describe?.Invoke()).OfType<JsonNode>()];
        if (batches.Length == 0)
        {
            return null;
        }

        JsonObject text = new() { ["iteration"] = iteration, ["batches"] = new JsonArray(batches) };
        AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text.ToJsonString()));
        return path;
    }
}
