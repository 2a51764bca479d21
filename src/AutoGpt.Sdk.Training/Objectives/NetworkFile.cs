using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>A network's weights in a folder, as <c>model.safetensors</c>.</summary>
internal static class NetworkFile
{
    private const string Name = "model.safetensors";

    public static void Save(string folder, IReadOnlyList<TensorView> weights) =>
        SafetensorsWriter.Write(Path.Combine(folder, Name), weights, new Dictionary<string, string> { ["format"] = "pt" });

    public static void Load(string folder, Action<ITensorSource> take)
    {
        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(folder, Name));
        take(weights);
    }
}
