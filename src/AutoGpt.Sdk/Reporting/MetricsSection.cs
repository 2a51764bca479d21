using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace AutoGpt.Sdk;

/// <summary>What a run cost, and where its time went.</summary>
internal static class MetricsSection
{
    private const double Width = 1000;

    public static void Write(StringBuilder page, ReportText text, RunMetrics metrics, AgentLimits limits)
    {
        RunTimes times = metrics.Times;
        page.Append("<section>\n<h2>What it took</h2>\n<dl class=\"tiles\">\n");
        string lost = metrics.Tokens.Lost > 0 ? Invariant($", {metrics.Tokens.Lost:N0} lost") : "";
        Tile("Time", ReportText.Duration(times.Elapsed), $"of {ReportText.Duration(limits.MaxDuration)}");
        Tile("Steps", Invariant($"{metrics.Steps.Started:N0}"), Invariant($"of {limits.MaxSteps:N0}") + Unsuccessful(metrics.Steps));
        Tile("Plans", Invariant($"{metrics.Plans:N0}"), Invariant($"of {(long)limits.MaxReplans + 1:N0}"));
        Tile("Tokens", Invariant($"{metrics.Tokens.Total:N0}"), Invariant($"of {limits.MaxTokens:N0}: {metrics.Tokens.Planning:N0} planning, {metrics.Tokens.Judging:N0} judging{lost}"));
        if (metrics.Cost > 0)
        {
            Tile("Cost", Invariant($"{metrics.Cost:0.####}"), Invariant($"of {limits.MaxCost:0.####}"));
        }

        if (times.Parallelism is { } parallelism)
        {
            Tile("Side by side", Invariant($"{parallelism:0.##} steps"), $"{ReportText.Duration(times.Busy)} of work in {ReportText.Duration(times.Tools)}");
        }

        if (metrics.LongestStep is { } longest)
        {
            Tile("Longest step", ReportText.Duration(longest.Time), Invariant($"{text.Line(longest.Tool, 40)}, step {longest.Step} of plan {longest.Plan}"));
        }

        if (metrics.Steps.Retries > 0)
        {
            Tile("Called again", Invariant($"{metrics.Steps.Retries:N0} times"), "");
        }

        page.Append("</dl>\n");
        if (times.Elapsed > TimeSpan.Zero)
        {
            Bar(page, times);
        }

        page.Append("</section>\n");

        // Values are figures, or escaped.
        void Tile(string name, string value, string more) =>
            page.Append(CultureInfo.InvariantCulture, $"<div><dt>{name}</dt><dd><strong>{value}</strong> <small>{more}</small></dd></div>\n");
    }

    private static string Unsuccessful(StepCounts steps)
    {
        (int Count, string What)[] counts =
        [
            (steps.Failed, "failed"), (steps.TimedOut, "timed out"), (steps.Refused, "refused"), (steps.Unknown, "unknown"), (steps.Cancelled, "cancelled"), (steps.Skipped, "skipped"),
            (steps.Unfinished, "not ended"), (steps.NotReached, "not reached"),
        ];
        string told = string.Join(", ", counts.Where(count => count.Count > 0).Select(count => Invariant($"{count.Count:N0} {count.What}")));
        return told.Length > 0 ? ": " + told : "";
    }

    private static void Bar(StringBuilder page, RunTimes times)
    {
        (string Name, string Kind, TimeSpan Time)[] phases =
            [("planning", "planning", times.Planning), ("tools", "tools", times.Tools), ("judging", "judging", times.Judging), ("anything else", "other", times.Other)];
        page.Append(CultureInfo.InvariantCulture, $"<svg class=\"phases\" role=\"img\" aria-label=\"Where the time went\" viewBox=\"0 0 {Width} 10\" preserveAspectRatio=\"none\">\n");
        double x = 0;
        foreach ((_, string kind, TimeSpan time) in phases.Where(phase => phase.Time > TimeSpan.Zero))
        {
            double width = time / times.Elapsed * Width;
            page.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{x:0.##}\" y=\"0\" width=\"{width:0.##}\" height=\"10\"/>\n");
            x += width;
        }

        page.Append("</svg>\n<ul class=\"legend\">\n");
        foreach ((string name, string kind, TimeSpan time) in phases.Where(phase => phase.Time > TimeSpan.Zero))
        {
            page.Append(CultureInfo.InvariantCulture, $"<li><span class=\"key {kind}\"></span>{name} {ReportText.Duration(time)} ({time / times.Elapsed * 100:0} %)</li>\n");
        }

        page.Append("</ul>\n");
    }
}
