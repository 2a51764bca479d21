using ScottPlot;
using ScottPlot.Plottables;

namespace AutoGpt.Sdk.Training;

/// <summary>Curves over the iterations of a run.</summary>
internal static class HistoryPlot
{
    /// <summary>Training and validation loss.</summary>
    public static Plot Losses(IReadOnlyList<TrainingProgress> history)
    {
        Plot plot = Empty("loss (nats per token)");
        Add(plot, "training", history, report => report.Loss, 0);
        Add(plot, "validation", history, report => report.ValidationLoss, 6);
        plot.ShowLegend();
        return plot;
    }

    /// <summary>One curve.</summary>
    public static Plot Of(IReadOnlyList<TrainingProgress> history, string label, Func<TrainingProgress, double?> value)
    {
        Plot plot = Empty(label);
        Add(plot, label, history, value, 0);
        return plot;
    }

    private static Plot Empty(string label)
    {
        Plot plot = new();
        plot.XLabel("iteration");
        plot.YLabel(label);
        return plot;
    }

    private static void Add(Plot plot, string name, IReadOnlyList<TrainingProgress> history, Func<TrainingProgress, double?> value, float markerSize)
    {
        (double Iteration, double Value)[] points = [.. history.Select(report => ((double)report.Iteration, Value: value(report) ?? double.NaN)).Where(point => double.IsFinite(point.Value))];
        if (points.Length == 0)
        {
            return;
        }

        Scatter line = plot.Add.Scatter(Array.ConvertAll(points, point => point.Iteration), Array.ConvertAll(points, point => point.Value));
        line.LegendText = name;
        line.LineWidth = 2;
        line.MarkerSize = points.Length == 1 ? 6 : markerSize;
    }
}
