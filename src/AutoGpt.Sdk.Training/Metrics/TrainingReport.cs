using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AutoGpt.Sdk.Models;
using ScottPlot;

namespace AutoGpt.Sdk.Training;

/// <summary>One page about a run: where it stands, its curves, what it was trained with. A file of its own: no script, nothing loaded from elsewhere.</summary>
internal static class TrainingReport
{
    private const int Width = 860;
    private const int Height = 360;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The HTML file, replaced if it is there.</param>
    /// <param name="history">Progress reports in order.</param>
    /// <param name="settings">The <see cref="TrainingSettings"/>.</param>
    public static void Write(string path, IReadOnlyList<TrainingProgress> history, JsonElement? settings)
    {
        StringBuilder page = new();
        page.Append("""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>Training</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem; color: #1b1b1b; background: #fff; }
            svg { max-width: 100%; height: auto; }
            table { border-collapse: collapse; }
            th, td { text-align: left; padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums; }
            pre { overflow-x: auto; background: #f5f5f5; padding: .8rem; }
            </style>
            </head>
            <body>
            <h1>Training</h1>

            """);
        Figures(page, history);
        foreach ((string title, Plot plot) in Plots(history))
        {
            using (plot)
            {
                page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n{plot.GetSvgXml(Width, Height)}\n");
            }
        }

        if (settings is JsonElement given)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Settings</h2>\n<pre>{WebUtility.HtmlEncode(JsonSerializer.Serialize(given, ReportJson.Default.JsonElement))}</pre>\n");
        }

        page.Append("</body>\n</html>\n");
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static void Figures(StringBuilder page, IReadOnlyList<TrainingProgress> history)
    {
        if (history.Count == 0)
        {
            page.Append("<p>No report yet.</p>\n");
            return;
        }

        TrainingProgress last = history[^1];
        TrainingProgress? best = history.Where(report => report.ValidationLoss is not null).MinBy(report => report.ValidationLoss);
        page.Append("<table>\n");
        Row("iterations", $"{last.Iteration:N0} of {last.Iterations:N0}");
        Row("tokens", $"{last.Tokens:N0}");
        Row("tokens a second", $"{last.TokensPerSecond:N0}");
        Row("training loss", $"{last.Loss:0.0000}");
        Row("best validation loss", best is null ? (FormattableString)$"none measured" : $"{best.ValidationLoss:0.0000} at iteration {best.Iteration:N0}, perplexity {Math.Exp(best.ValidationLoss!.Value):0.00}");
        page.Append("</table>\n");

        void Row(string name, FormattableString value) => page.Append(CultureInfo.InvariantCulture, $"<tr><th>{name}</th><td>{value.ToString(CultureInfo.InvariantCulture)}</td></tr>\n");
    }

    private static IEnumerable<(string Title, Plot Plot)> Plots(IReadOnlyList<TrainingProgress> history)
    {
        yield return ("Loss", HistoryPlot.Losses(history));
        yield return ("Learning rate", HistoryPlot.Of(history, "learning rate", report => report.LearningRate));
        yield return ("Gradient norm", HistoryPlot.Of(history, "norm before clipping", report => report.GradientNorm));
        yield return ("Speed", HistoryPlot.Of(history, "tokens a second", report => report.TokensPerSecond));
    }
}
