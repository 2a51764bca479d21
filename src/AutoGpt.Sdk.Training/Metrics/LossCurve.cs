using ScottPlot;

namespace AutoGpt.Sdk.Training;

/// <summary>Draws the losses of a run. Needs SkiaSharp's native library (on Linux the package SkiaSharp.NativeAssets.Linux.NoDependencies).</summary>
public static class LossCurve
{
    /// <summary>Draws training and validation loss over the iterations.</summary>
    /// <param name="path">The PNG file, replaced if it is there.</param>
    /// <param name="history">Progress reports in order.</param>
    /// <param name="width">Pixels, at least 1. Default 900.</param>
    /// <param name="height">Pixels, at least 1. Default 540.</param>
    public static void Write(string path, IReadOnlyList<TrainingProgress> history, int width = 900, int height = 540)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(history);
        using Plot plot = HistoryPlot.Losses(history);
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.tmp.png");
        plot.SavePng(temporary, width, height);
        File.Move(temporary, full, overwrite: true);
    }
}
