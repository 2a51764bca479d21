using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static System.FormattableString;

namespace AutoGpt.Sdk;

/// <summary>A plan on a page: its steps, a line each with a bar for when it ran, which opens to what it was given and gave.</summary>
internal static class PlanSection
{
    private const int MostCandidates = 20;
    private const int MostDepth = 4;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="page">The page.</param>
    /// <param name="text">Writes the texts of the run.</param>
    /// <param name="run">The run.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="room">How many steps the page may still show.</param>
    public static void Write(StringBuilder page, ReportText text, RunHistory run, PlanHistory plan, int number, ref int room)
    {
        page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>Plan {number}</h2>\n<p>Made in {ReportText.Duration(plan.Planning)} with {plan.Plan.Tokens:N0} tokens");
        page.Append(plan.Plan.Confidence is { } confidence ? Invariant($", {confidence * 100:0} % sure at its least certain decision") : "").Append(".</p>\n");
        if (plan.Plan.Question is { } question)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>It asks: {text.Line(question)}</p>\n");
        }

        Candidates(page, text, plan.Plan);
        if (plan.Steps.Count > 0)
        {
            Steps(page, text, run, plan, number, ref room);
        }

        if (plan.Evaluation is { } evaluation)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>Judged in {ReportText.Duration(plan.Judging)}{(evaluation.Tokens > 0 ? Invariant($" with {evaluation.Tokens:N0} tokens") : "")}: <strong>{ReportText.Name(evaluation.Verdict)}</strong>");
            page.Append(evaluation.Confidence is { } sure ? Invariant($" ({sure * 100:0} % sure)") : "");
            page.Append(evaluation.Reason is { } reason ? $" – {text.Line(reason)}" : "").Append("</p>\n");
        }

        page.Append(plan.Plan.Answer is { } answer ? $"<p>Its answer: {text.Line(answer)}</p>\n" : "");
        page.Append(plan.Feedback is { } feedback ? $"<p>For the next plan: {text.Line(feedback.Reason)}</p>\n" : "").Append("</section>\n");
    }

    /// <summary>The plans that were looked at, and why the one was taken.</summary>
    private static void Candidates(StringBuilder page, ReportText text, Plan plan)
    {
        if (plan.Candidates is not { Count: > 1 } candidates)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<details><summary class=\"candidates\">{candidates.Count} plans were looked at</summary>\n<ol class=\"candidates\">\n");
        foreach (PlanCandidate candidate in candidates.Take(MostCandidates))
        {
            string[] said =
            [
                .. candidate.Confidence is { } sure ? (string[])[Invariant($"{sure * 100:0} % sure")] : [],
                .. candidate.Score is { } score ? (string[])[Invariant($"score {score:0.00}")] : [],
                .. candidate.Reason is { } reason ? (string[])[text.Line(reason, 300)] : [],
            ];
            string calls = string.Join(" → ", candidate.Steps.Take(MostCandidates).Select(step => text.Line(step.Tool, 60)));
            page.Append(CultureInfo.InvariantCulture, $"<li>{(candidate.Taken ? "<strong>taken</strong>: " : "")}<code>{(calls.Length > 0 ? calls : "a question")}</code> <small>{string.Join(" · ", said)}</small></li>\n");
        }

        page.Append("</ol></details>\n");
    }

    private static void Steps(StringBuilder page, ReportText text, RunHistory run, PlanHistory plan, int number, ref int room)
    {
        // Where there is no room for all, those that went wrong are what one looks for.
        StepHistory[] steps = InOrder(plan);
        StepHistory[] shown = room == 0 ? [] : steps.Length <= room ? steps
            : [.. steps.Index().OrderBy(pair => Kind(pair.Item) == "bad" ? 0 : 1).Take(room).OrderBy(pair => pair.Index).Select(pair => pair.Item)];
        room -= shown.Length;
        if (shown.Length > 0)
        {
            Timeline timeline = new(run, plan);
            timeline.WriteAxis(page);
            page.Append("<ol class=\"steps\">\n");
            foreach ((int index, StepHistory step) in shown.Index())
            {
                page.Append(CultureInfo.InvariantCulture, $"<li id=\"plan-{number}-step-{index + 1}\">");
                Step(page, text, timeline, plan, step);
                page.Append("</li>\n");
            }

            page.Append("</ol>\n");
        }

        if (shown.Length < plan.Steps.Count)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>… and {plan.Steps.Count - shown.Length:N0} steps more, which are not shown.</p>\n");
        }
    }

    // The parts of a sub-goal below it; a plan that was found to be invalid, and never ran, as it is written.
    private static StepHistory[] InOrder(PlanHistory plan)
    {
        StepHistory[] tree = [.. PlanTree.InOrder(plan.Plan).Select(step => plan.Step(step.Number)).OfType<StepHistory>().Distinct()];
        return tree.Length == plan.Steps.Count ? tree : [.. plan.Steps];
    }

    private static void Step(StringBuilder page, ReportText text, Timeline timeline, PlanHistory plan, StepHistory step)
    {
        int depth = Math.Min(PlanTree.Ancestors(plan.Plan, step.Step).Count(), MostDepth);
        string status = step.Result is { } came ? ReportText.Name(came.Status) : step.Spans is [] ? "waiting" : step.Spans[^1].IsCutOff ? "cut off" : "running";
        page.Append(CultureInfo.InvariantCulture, $"<details{(Kind(step) == "bad" ? " open=\"\"" : "")}><summary><span class=\"number\">{step.Step.Number}</span> <code class=\"depth-{depth}\" title=\"{text.Line(step.Step.Tool, 60)}\">{text.Line(step.Step.Tool, 60)}</code> <span class=\"status {Kind(step)}\">{status}</span>\n");
        timeline.WriteBars(page, step, Kind(step));
        page.Append(CultureInfo.InvariantCulture, $"<small class=\"time\">{(step.Spans.Count > 0 ? ReportText.Duration(timeline.Busy(step)) : "")}</small></summary>\n<div class=\"step\">\n");
        int[] after = [.. PlanReferences.Collect(step.Step.Arguments).Concat(step.Step.After).Distinct().Order().Take(100)];
        string[] more =
        [
            .. after.Length > 0 ? (string[])["after step " + string.Join(", ", after)] : [],
            .. step.Calls > 1 ? (string[])[Invariant($"called {step.Calls} times")] : [],
        ];
        page.Append(more.Length > 0 ? $"<p><small>{string.Join(" · ", more)}</small></p>\n" : "");
        if (step.Step.Why is { } why)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>Why: {text.Line(why)}</p>\n");
        }

        if (step.Step.Candidates is { Count: > 0 } weighed)
        {
            string tools = string.Join(" · ", weighed.Take(MostCandidates).Select(one => Invariant($"<code>{text.Line(one.Tool, 60)}</code> {one.Probability * 100:0.#} %")));
            page.Append(CultureInfo.InvariantCulture, $"<p>The model weighed {tools}</p>\n");
        }

        Block("Given", step.Step.Arguments.ToJsonString(Readable));
        foreach (PlanReference reference in References(step.Step).Take(MostCandidates))
        {
            if (plan.Step(reference.Step)?.Result is { Succeeded: true } result)
            {
                Block($"What {reference} was", Seen(reference, result));
            }
        }

        if (step.Result?.Value is not null)
        {
            Block("Gave", step.Result.Text);
        }

        if (step.Result?.Error is { } error)
        {
            Block("Error", error);
        }

        page.Append("</div></details>");

        void Block(string name, string content) => page.Append(CultureInfo.InvariantCulture, $"<h3>{name}</h3>\n<pre tabindex=\"0\">{text.Block(content)}</pre>\n");
    }

    private static IEnumerable<PlanReference> References(PlanStep step) =>
        step.Arguments.SelectMany(argument => PlanReferences.Values(argument.Value)).Select(PlanReferences.Read).OfType<PlanReference>().DistinctBy(reference => reference.ToString());

    private static string Seen(PlanReference reference, StepResult result)
    {
        try
        {
            return StepResult.TextOf(reference.Find(result));
        }
        catch (AutoGptException error)
        {
            return error.Message;
        }
    }

    private static string Kind(StepHistory step) => step.Result switch
    {
        null => "open",
        { Succeeded: true } => "good",
        { Status: StepStatus.Skipped or StepStatus.Cancelled } => "open",
        _ => "bad",
    };
}
