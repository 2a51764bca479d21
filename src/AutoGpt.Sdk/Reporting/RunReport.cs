using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk;

/// <summary>
/// One page about one run, made from its events: what was wanted, what came of it, what it cost and where the time went; each plan with its steps, when they ran, what they were given and gave, how
/// they were judged. The page is a file of its own – no script, nothing loaded from elsewhere –, and everything from models, tools and files in it is escaped and stripped of control and bidirectional
/// characters. It stays a page whatever the run did: long texts, and steps and plans beyond a few hundred, are cut with a note; steps that did not succeed are kept before others.
/// </summary>
public static class RunReport
{
    private const int MostSteps = 300;
    private const int MostPlans = 100;
    private const int MostFacts = 40;

    /// <summary>The page.</summary>
    /// <param name="events">The run's events, as a journal reads them. The run need not have ended.</param>
    /// <returns>HTML in UTF-8's repertoire, to be written to a file as UTF-8.</returns>
    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>.</exception>
    /// <exception cref="AutoGptException">The events are not those of a run: one is not whole, or does not follow from those before it.</exception>
    public static string ToHtml(IEnumerable<AgentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        RunHistory run = RunHistory.Of(events);
        StringBuilder page = new();
        ReportText text = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>{text.Line(run.Started.Goal.Text, 80)}</title>
            <style>{ReportStyle.Css}</style>
            </head>
            <body>
            <main>

            """);
        Head(page, text, run);
        MetricsSection.Write(page, text, RunMetrics.Of(run), run.Started.Limits);
        int steps = MostSteps;
        foreach ((int index, PlanHistory plan) in run.Plans.Index().Take(MostPlans))
        {
            PlanSection.Write(page, text, run, plan, index + 1, ref steps);
        }

        if (run.Plans.Count > MostPlans)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>… and {run.Plans.Count - MostPlans:N0} plans more, which are not shown.</p>\n");
        }

        Facts(page, text, run);
        page.Append("</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Head(StringBuilder page, ReportText text, RunHistory run)
    {
        (string name, string kind) = run.Result is null ? ("not ended", "open") : (ReportText.Name(run.Result.Status), run.Result.Status switch
        {
            AgentStatus.Succeeded => "good",
            AgentStatus.NeedsInput or AgentStatus.Cancelled => "open",
            _ => "bad",
        });
        page.Append(CultureInfo.InvariantCulture, $"<header>\n<h1>{text.Line(run.Started.Goal.Text)}</h1>\n<p><span class=\"status {kind}\">{name}</span></p>\n</header>\n");
        foreach ((string label, string? said) in (ReadOnlySpan<(string, string?)>)[("Answer", run.Result?.Answer), ("Question", run.Result?.Question), ("Reason", run.Result?.Reason)])
        {
            if (!string.IsNullOrEmpty(said))
            {
                page.Append(CultureInfo.InvariantCulture, $"<h2>{label}</h2>\n<pre tabindex=\"0\">{text.Block(said)}</pre>\n");
            }
        }
    }

    private static void Facts(StringBuilder page, ReportText text, RunHistory run)
    {
        page.Append("<section>\n<h2>About the run</h2>\n<dl>\n");
        Fact("Run", run.Started.RunId);
        Fact("Began", run.Started.Timestamp.UtcDateTime.ToString("u", CultureInfo.InvariantCulture));
        Fact("Seed", run.Started.Seed.ToString(CultureInfo.InvariantCulture));
        foreach (RunResumed resumed in run.Resumptions.Take(MostFacts).Select(resumption => resumption.Event))
        {
            Fact("Resumed", resumed.Timestamp.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)
                + (resumed.InFlight.Count > 0 ? $", while step {string.Join(", ", resumed.InFlight.Take(MostFacts))} was running" : ""));
        }

        foreach (string fact in run.Started.Goal.Facts.Take(MostFacts).Where(fact => fact is not null))
        {
            Fact("Given fact", fact);
        }

        foreach ((string key, string value) in (run.Started.Properties ?? new Dictionary<string, string>()).Take(MostFacts))
        {
            Fact(key, value);
        }

        page.Append("</dl>\n</section>\n");

        void Fact(string name, string value) => page.Append(CultureInfo.InvariantCulture, $"<dt>{text.Line(name, 100)}</dt><dd>{text.Line(value, 500)}</dd>\n");
    }
}
