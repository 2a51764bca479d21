using System.Text.Json;
using AutoGpt.Sdk;
using static System.FormattableString;

namespace AutoGpt.Cli.Output;

/// <summary>Shows figures of runs to a person, in plain lines.</summary>
internal static class MetricsView
{
    private const int BarWidth = 40;

    public static void Write(RunMetrics run)
    {
        Line("goal", Printable.Line(run.Goal));
        Line("run", Printable.Line(run.RunId));
        Line("status", run.Status is { } status ? Name(status) : "not ended");
        Line("plans", Invariant($"{run.Plans:N0}") + (run.Resumptions > 0 ? Invariant($", gone on with {run.Resumptions:N0} times") : ""));
        Line("steps", Invariant($"{run.Steps.Started:N0} of {run.Steps.Planned:N0} planned") + Counts(run.Steps));
        Line("tokens", Invariant($"{run.Tokens.Total:N0}: {run.Tokens.Planning:N0} planning, {run.Tokens.Judging:N0} judging") + (run.Tokens.Lost > 0 ? Invariant($", {run.Tokens.Lost:N0} lost") : ""));
        Line("time", Seconds(run.Times.Elapsed));
        Phase("planning", run.Times.Planning, run.Times);
        Phase("tools", run.Times.Tools, run.Times);
        Phase("judging", run.Times.Judging, run.Times);
        Phase("other", run.Times.Other, run.Times);
        if (run.Times.Parallelism is { } parallelism)
        {
            Line("at once", Invariant($"{parallelism:0.##} steps on average while any ran"));
        }

        if (run.LongestStep is { } longest)
        {
            Line("longest", Invariant($"{Seconds(longest.Time)}: step {longest.Step} of plan {longest.Plan}, {Printable.Line(longest.Tool, 60)}"));
        }
    }

    public static void Write(RunStatistics runs)
    {
        Line("runs", Invariant($"{runs.Runs:N0} ended") + (runs.Unfinished > 0 ? Invariant($", {runs.Unfinished:N0} not") : ""));
        Line("statuses", string.Join(", ", runs.Statuses.Select(count => Invariant($"{count.Value:N0} {Name(count.Key)}"))));
        if (runs is not { SuccessRate: { } rate, SuccessInterval: { } interval })
        {
            return;
        }

        Line("success", Invariant($"{rate * 100:0.#} % (95 % confidence: {interval.Least * 100:0.#} to {interval.Most * 100:0.#} %)"));
        Line("pass^k", string.Join("  ", runs.PassAll.Take(8).Select((share, index) => Invariant($"{index + 1}: {share * 100:0.#} %"))));
        Line("tokens", runs.TokensPerSuccess is { } tokens ? Invariant($"{tokens:N0} for each success") : "no success to count them by");
        Console.Out.WriteLine(Invariant($"{"",-10}{"mean",12}{"median",12}{"90 %",12}{"99 %",12}{"most",12}"));
        Row("seconds", runs.Seconds!, "N2");
        Row("tokens", runs.Tokens!, "N0");
        Row("steps", runs.Steps!, "N1");
        Row("plans", runs.Plans!, "N1");
    }

    private static void Row(string name, Distribution values, string format)
    {
        string[] columns = [.. new[] { values.Mean, values.Median, values.P90, values.P99, values.Maximum }.Select(value => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture).PadLeft(12))];
        Console.Out.WriteLine($"{name,-10}{string.Concat(columns)}");
    }

    private static string Counts(StepCounts steps)
    {
        (int Count, string What)[] counts =
        [
            (steps.Succeeded, "succeeded"), (steps.Failed, "failed"), (steps.Refused, "refused"), (steps.TimedOut, "timed out"), (steps.Cancelled, "cancelled"), (steps.Unknown, "unknown"),
            (steps.Skipped, "skipped"), (steps.Unfinished, "not ended"), (steps.NotReached, "not reached"), (steps.Retries, "called again"),
        ];
        string told = string.Join(", ", counts.Where(count => count.Count > 0).Select(count => Invariant($"{count.Count:N0} {count.What}")));
        return told.Length > 0 ? ": " + told : "";
    }

    private static void Phase(string name, TimeSpan time, RunTimes times)
    {
        if (time > TimeSpan.Zero)
        {
            Line("  " + name, Invariant($"{Seconds(time),10}  {time / times.Elapsed * 100,3:0} %  {new string('#', (int)Math.Round(time / times.Elapsed * BarWidth))}"));
        }
    }

    private static string Seconds(TimeSpan time) => Invariant($"{time.TotalSeconds:N3} s");

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static void Line(string name, string value) => Console.Out.WriteLine($"{name,-10}{value}".TrimEnd());
}
