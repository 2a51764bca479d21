using ScottPlot;
using ScottPlot.Plottables;

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
        using var plot = new Plot();
        Add(plot, "training", history.Where(report => report.Loss is not null).Select(report => (report.Iteration, report.Loss!.Value)), 0);
        Add(plot, "validation", history.Where(report => report.ValidationLoss is not null).Select(report => (report.Iteration, report.ValidationLoss!.Value)), 6);
        plot.XLabel("iteration");
        plot.YLabel("loss (nats per token)");
        plot.ShowLegend();
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.tmp.png");
        plot.SavePng(temporary, width, height);
        File.Move(temporary, full, overwrite: true);
    }

    private static void Add(Plot plot, string name, IEnumerable<(int Iteration, double Loss)> points, float markerSize)
    {
        (int Iteration, double Loss)[] all = [.. points];
        if (all.Length == 0)
        {
            return;
        }

        Scatter line = plot.Add.Scatter(Array.ConvertAll(all, point => (double)point.Iteration), Array.ConvertAll(all, point => point.Loss));
        line.LegendText = name;
        line.LineWidth = 2;
        line.MarkerSize = all.Length == 1 ? 6 : markerSize;
    }
}
