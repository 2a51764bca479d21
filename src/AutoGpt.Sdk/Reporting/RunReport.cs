using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// One page about one run, made from its events: what was wanted, each plan with its steps, when they ran, what they were given and gave, how they were judged, what it cost. The page is a file of
/// its own – no script, nothing loaded from elsewhere –, and everything from models, tools and files in it is escaped and stripped of control and bidirectional characters.
/// </summary>
public static class RunReport
{
    private const int LongestText = 20_000;
    private const double TimelineWidth = 600;
    private const int RowHeight = 22;
    private const int LabelWidth = 180;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The page.</summary>
    /// <param name="events">The run's events, as a journal reads them. The run need not have ended.</param>
    /// <returns>HTML in UTF-8's repertoire, to be written to a file as UTF-8.</returns>
    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>.</exception>
    public static string ToHtml(IEnumerable<AgentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        RunHistory run = RunHistory.Of(events);
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>{Text(Short(run.Started.Goal.Text, 80))}</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>

            """);
        Head(page, run);
        foreach ((PlanHistory plan, int index) in run.Plans.Select((plan, index) => (plan, index)))
        {
            Plan(page, run, plan, index + 1);
        }

        page.Append("</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Head(StringBuilder page, RunHistory run)
    {
        (string name, string kind) = run.Result is null ? ("not ended", "open") : (Name(run.Result.Status), run.Result.Status == AgentStatus.Succeeded ? "good" : "bad");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Text(run.Started.Goal.Text)}</h1>\n<p><span class=\"status {kind}\">{name}</span></p>\n");
        foreach ((string label, string? text) in (ReadOnlySpan<(string, string?)>)[("Answer", run.Result?.Answer), ("Question", run.Result?.Question), ("Reason", run.Result?.Reason)])
        {
            if (!string.IsNullOrEmpty(text))
            {
                page.Append(CultureInfo.InvariantCulture, $"<h2>{label}</h2>\n<pre>{Long(text)}</pre>\n");
            }
        }

        long tokens = run.Result?.Tokens ?? run.Plans.Sum(plan => plan.Plan.Tokens + (plan.Evaluated?.Evaluation.Tokens ?? 0));
        page.Append("<dl>\n");
        Fact(page, "Run", run.Started.RunId);
        Fact(page, "Began", run.Started.Timestamp.UtcDateTime.ToString("u", CultureInfo.InvariantCulture));
        Fact(page, "Took", Seconds(run.Result?.Elapsed ?? run.Last - run.Started.Timestamp));
        Fact(page, "Plans", $"{run.Plans.Count} of {run.Started.Limits.MaxReplans + 1}");
        Fact(page, "Steps", $"{run.Plans.Sum(plan => plan.Steps.Count(step => step.Starts.Count > 0))} of {run.Started.Limits.MaxSteps}");
        Fact(page, "Tokens", string.Create(CultureInfo.InvariantCulture, $"{tokens:N0} of {run.Started.Limits.MaxTokens:N0}"));
        Fact(page, "Seed", run.Started.Seed.ToString(CultureInfo.InvariantCulture));
        foreach (RunResumed resumed in run.Resumptions)
        {
            Fact(page, "Resumed", resumed.Timestamp.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)
                + (resumed.InFlight.Count > 0 ? $", while step {string.Join(", ", resumed.InFlight)} was running" : ""));
        }

        foreach ((string key, string value) in run.Started.Properties ?? new Dictionary<string, string>())
        {
            Fact(page, key, value);
        }

        page.Append("</dl>\n");
    }

    private static void Plan(StringBuilder page, RunHistory run, PlanHistory plan, int number)
    {
        page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>Plan {number}</h2>\n<p>Made in {Seconds(plan.Planning)}, {plan.Plan.Tokens:N0} tokens");
        if (plan.Plan.Confidence is { } confidence)
        {
            page.Append(CultureInfo.InvariantCulture, $", {confidence * 100:0} % sure at its least certain decision");
        }

        page.Append(".</p>\n");
        if (plan.Plan.Question is { } question)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>It asks: {Text(question)}</p>\n");
        }

        if (plan.Steps.Count > 0)
        {
            Timeline(page, run, plan);
            page.Append("<ol>\n");
            foreach (StepHistory step in plan.Steps)
            {
                Step(page, step);
            }

            page.Append("</ol>\n");
        }

        if (plan.Evaluated?.Evaluation is { } evaluation)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>Judged: <strong>{Name(evaluation.Verdict)}</strong>");
            page.Append(evaluation.Confidence is { } sure ? string.Create(CultureInfo.InvariantCulture, $" ({sure * 100:0} % sure)") : "");
            page.Append(evaluation.Reason is { } reason ? $" – {Text(reason)}" : "").Append("</p>\n");
        }

        page.Append(plan.Feedback is { } feedback ? $"<p>For the next plan: {Text(feedback.Reason)}</p>\n" : "").Append("</section>\n");
    }

    private static void Step(StringBuilder page, StepHistory step)
    {
        string status = step.Result is { } result ? Name(result.Status) : step.Starts.Count > 0 ? "running" : "waiting";
        int[] after = [.. PlanReferences.Collect(step.Step.Arguments).Concat(step.Step.After).Distinct().Order()];
        page.Append(CultureInfo.InvariantCulture, $"<li id=\"{step.Step.Number}\"><details{(Kind(step) == "bad" ? " open=\"\"" : "")}><summary><code>{Text(step.Step.Tool)}</code> <span class=\"status {Kind(step)}\">{status}</span>");
        string[] more =
        [
            .. after.Length > 0 ? (string[])["after " + string.Join(", ", after)] : [],
            .. step.Result is { } ended && ended.Elapsed > TimeSpan.Zero ? (string[])[Seconds(ended.Elapsed)] : [],
            .. step.Result is { Attempts: > 1 } again ? (string[])[string.Create(CultureInfo.InvariantCulture, $"{again.Attempts} attempts")] : [],
            .. step.Starts.Count > 1 ? (string[])[string.Create(CultureInfo.InvariantCulture, $"begun {step.Starts.Count} times")] : [],
        ];
        page.Append(CultureInfo.InvariantCulture, $" <small>{string.Join(" · ", more)}</small></summary>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h3>Given</h3>\n<pre>{Long(step.Step.Arguments.ToJsonString(Readable))}</pre>\n");
        if (step.Result?.Value is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h3>Gave</h3>\n<pre>{Long(step.Result.Text)}</pre>\n");
        }

        if (step.Result?.Error is { } error)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h3>Error</h3>\n<pre>{Long(error)}</pre>\n");
        }

        page.Append("</details></li>\n");
    }

    // Bars over the time from the plan to its last event; a step that was cut off by the end of a process has a bar for each time it began.
    private static void Timeline(StringBuilder page, RunHistory run, PlanHistory plan)
    {
        DateTimeOffset end = plan.Steps.Select(step => step.Ended ?? step.Starts.LastOrDefault(plan.Made)).Append(plan.Made).Max();
        end = plan.Steps.Any(step => step.Ended is null && step.Starts.Count > 0) && run.Last > end ? run.Last : end;
        double scale = TimelineWidth / Math.Max((end - plan.Made).TotalMilliseconds, 1e-3);
        page.Append(CultureInfo.InvariantCulture, $"<svg role=\"img\" aria-label=\"When the steps ran\" viewBox=\"0 0 {LabelWidth + TimelineWidth} {(plan.Steps.Count * RowHeight) + 20}\">\n");
        foreach ((StepHistory step, int row) in plan.Steps.Select((step, row) => (step, row)))
        {
            int y = row * RowHeight;
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{y + 15}\">{step.Step.Number}. {Text(Short(step.Step.Tool, 20))}</text>\n");
            for (int part = 0; part < step.Starts.Count; part++)
            {
                DateTimeOffset from = step.Starts[part];
                DateTimeOffset to = part + 1 < step.Starts.Count ? CutOff(run, from, step.Starts[part + 1]) : step.Ended ?? end;
                double x = LabelWidth + ((from - plan.Made).TotalMilliseconds * scale);
                double width = Math.Max((to - from).TotalMilliseconds * scale, 2);
                page.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(part + 1 < step.Starts.Count ? "open" : Kind(step))}\" x=\"{x:0.##}\" y=\"{y + 3}\" width=\"{width:0.##}\" height=\"{RowHeight - 6}\"><title>{Seconds(to - from)}</title></rect>\n");
            }
        }

        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth}\" y=\"{(plan.Steps.Count * RowHeight) + 14}\">0</text><text x=\"{LabelWidth + TimelineWidth}\" y=\"{(plan.Steps.Count * RowHeight) + 14}\" text-anchor=\"end\">{Seconds(end - plan.Made)}</text>\n</svg>\n");
    }

    // When a process ended nobody wrote down; it was between the step's beginning and the resumption.
    private static DateTimeOffset CutOff(RunHistory run, DateTimeOffset from, DateTimeOffset again) =>
        run.Resumptions.Select(resumed => resumed.Timestamp).Where(time => time >= from && time <= again).DefaultIfEmpty(again).Min();

    private static string Kind(StepHistory step) => step.Result switch
    {
        null => "open",
        { Succeeded: true } => "good",
        { Status: StepStatus.Skipped or StepStatus.Cancelled } => "open",
        _ => "bad",
    };

    private static void Fact(StringBuilder page, string name, string value) =>
        page.Append(CultureInfo.InvariantCulture, $"<dt>{Text(name)}</dt><dd>{Text(Short(value, 500))}</dd>\n");

    private static string Text(string text) => HtmlEncoder.Default.Encode(PrintableText.Of(text));

    private static string Long(string text) => text.Length <= LongestText ? Text(text)
        : Text(text[..LongestText]) + string.Create(CultureInfo.InvariantCulture, $"\n… and {text.Length - LongestText:N0} characters more");

    private static string Short(string text, int length) => text.Length <= length ? text : text[..length] + "…";

    private static string Seconds(TimeSpan time) => time.TotalSeconds >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:N1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:N1} ms");

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --good: #2a7d46; --bad: #b3362c; --open: #8a7a2f; }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin-bottom: .25rem; }
        h3 { font-size: .85rem; margin: .5rem 0 0; }
        section { border-top: 1px solid var(--line); margin-top: 1.5rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
        dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
        pre { border: 1px solid var(--line); border-radius: .3rem; padding: .5rem; margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20rem; overflow-y: auto; }
        summary { cursor: pointer; } li { margin: .3rem 0; }
        .status { border-radius: .8rem; color: #fff; padding: .05rem .6rem; font-size: .85rem; }
        .status.good { background: var(--good); } .status.bad { background: var(--bad); } .status.open { background: var(--open); }
        svg { width: 100%; height: auto; font-size: 12px; } svg text { fill: currentColor; }
        rect.good { fill: var(--good); } rect.bad { fill: var(--bad); } rect.open { fill: var(--open); opacity: .6; }
        """;
}
