using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace AutoGpt.Sdk.Tests;

/// <summary>The page about a run. It is written so that it is well-formed XML too, whose parser is the judge.</summary>
public sealed class RunReportTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Elements =
    [
        "html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2", "h3", "p", "pre", "dl", "dt", "dd", "ol", "ul", "li", "div", "details", "summary", "code", "span",
        "small", "strong", "svg", "path", "rect",
    ];

    [TestCase("<script>alert(1)</script>")]
    [TestCase("\"><img src=x onerror=alert(1)>")]
    [TestCase("]]></pre></main><svg onload='x'/>")]
    [TestCase("a & b &amp; <c> \u202Eback\u202C \u001B[31mred\u0007 \u0000 \uD800 ✓ 漢字 😀")]
    public void Whatever_a_text_holds_it_stays_text(string hostile)
    {
        Plan plan = new() { Steps = [new PlanStep(1, hostile, new JsonObject { [hostile] = hostile }) { After = [] }, new PlanStep(2, "b", [])], Confidence = .5 };
        XDocument page = Parse(
            new RunStarted(hostile, hostile, new AgentLimits(), 1) { Properties = new Dictionary<string, string> { [hostile] = hostile } },
            new PlanCreated(plan),
            new StepStarted(plan.Steps[0]),
            new StepCompleted(new StepResult(1, hostile, StepStatus.Succeeded) { Value = JsonSerializer.SerializeToElement(hostile.Replace("\uD800", "", StringComparison.Ordinal)) }),
            new StepCompleted(new StepResult(2, "b", StepStatus.Failed) { Error = hostile }),
            new PlanEvaluated(new Evaluation(Verdict.Replan) { Reason = hostile }),
            new ReplanRequested(new Feedback(hostile)),
            new PlanCreated(Sdk.Plan.Ask(hostile)),
            new RunCompleted(new AgentResult(hostile, AgentStatus.NeedsInput) { Question = hostile, Reason = hostile, Answer = hostile }));
        Assert.That(page.Descendants().Select(element => element.Name.LocalName).Distinct(), Is.SubsetOf(Elements));
        Assert.That(page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName), Has.None.StartsWith("on").And.None.EqualTo("href").And.None.EqualTo("src"));
        Assert.That(page.Descendants().Attributes("style").Select(attribute => attribute.Value), Has.All.Match("^left:[0-9.]+%$"));
        Assert.That(page.Descendants().Attributes("id").Select(attribute => attribute.Value), Is.Unique);
        string shown = PrintableText.Of(hostile);
        Assert.That(shown, Does.Not.Contain("\u202E").And.Not.Contain("\u001B"));
        foreach (string element in (string[])["h1", "pre", "dd", "dt", "code", "p"])
        {
            Assert.That(page.Descendants(element).Select(found => found.Value), Has.Some.Contains(shown), element);
        }

        // The answer, the question, the reason, the result and the error.
        Assert.That(page.Descendants("pre").Count(pre => pre.Value == shown), Is.GreaterThanOrEqualTo(4));
    }

    [Test]
    public void Bars_lie_where_the_times_say()
    {
        Plan plan = Runs.Plan(("a", "{}"), ("b", "{}"));
        XDocument page = Parse(
            new RunStarted("r", "goal", new AgentLimits(), 0) { Timestamp = Noon },
            new PlanCreated(plan) { Timestamp = Noon.AddSeconds(1) },
            new StepStarted(plan.Steps[0]) { Timestamp = Noon.AddSeconds(2) },
            new StepStarted(plan.Steps[1]) { Timestamp = Noon.AddSeconds(3) },
            new StepCompleted(new StepResult(2, "b", StepStatus.Succeeded)) { Timestamp = Noon.AddSeconds(5) },
            new StepCompleted(new StepResult(1, "a", StepStatus.TimedOut)) { Timestamp = Noon.AddSeconds(11) });
        // Ten seconds are a thousand wide.
        Assert.That(Bars(page), Is.EqualTo([(100d, 900d, "bad"), (200d, 200d, "good")]));
        Assert.That(page.Descendants("p").Select(p => p.Value), Has.Some.StartsWith("Made in 1 s"));
        Assert.That(page.Descendants("div").Single(div => (string?)div.Attribute("class") == "axis").Descendants("span").Select(span => (span.Value, (string)span.Attribute("style")!)),
            Is.EqualTo([("0 s", "left:0%"), ("2 s", "left:20%"), ("4 s", "left:40%"), ("6 s", "left:60%"), ("8 s", "left:80%"), ("10 s", "left:100%")]));
    }

    [Test]
    public void A_run_that_was_cut_off_and_resumed_shows_both_of_its_parts()
    {
        Plan plan = Runs.Plan(("a", "{}"), ("b", "{}"));
        AgentEvent[] events =
        [
            new RunStarted("r", "goal", new AgentLimits(), 0) { Timestamp = Noon },
            new PlanCreated(plan) { Timestamp = Noon },
            new StepStarted(plan.Steps[0]) { Timestamp = Noon.AddSeconds(1) },
            new StepStarted(plan.Steps[1]) { Timestamp = Noon.AddSeconds(2) },
            new RunResumed([1, 2]) { Timestamp = Noon.AddHours(9) },
            new StepStarted(plan.Steps[0]) { Timestamp = Noon.AddHours(9).AddSeconds(1) },
        ];
        XDocument page = Parse(events);
        Assert.That(Statuses(page), Is.EqualTo(["not ended", "running", "cut off"]));
        Assert.That(page.Descendants("small").Select(small => small.Value), Has.Some.EqualTo("called 2 times"));
        Assert.That(page.Descendants("dd").Select(dd => dd.Value), Has.Some.EqualTo("2026-01-02 21:00:00Z, while step 1, 2 was running"));
        Assert.That(page.Descendants("dd").Select(dd => dd.Value), Has.Some.StartsWith("3 s "), "the nine hours in which nobody worked are no part of the run");

        page = Parse([.. events, new StepCompleted(new StepResult(1, "a", StepStatus.Succeeded)) { Timestamp = Noon.AddHours(9).AddSeconds(8) }]);
        // Ten seconds of work are a thousand wide: the first part is known to have lasted two, the second began its step after one more.
        Assert.That(Bars(page), Is.EqualTo([(100d, 100d, "open"), (300d, 700d, "good"), (200d, 4d, "open")]));
        Assert.That(page.Descendants("path").Where(path => (string?)path.Attribute("class") == "resumed").Select(path => (string?)path.Attribute("d")), Is.All.EqualTo("M200 0V10").And.Exactly(2).Items);
        Assert.That(page.Descendants("title").Last().Value, Is.EqualTo("at least 0 s, then its process ended"));
    }

    [Test]
    public void Long_texts_are_cut_and_say_so()
    {
        Plan plan = Runs.Plan(("a", "{}"));
        XDocument page = Parse(
            new RunStarted("r", "goal", new AgentLimits(), 0),
            new PlanCreated(plan),
            new StepCompleted(new StepResult(1, "a", StepStatus.Succeeded) { Value = JsonSerializer.SerializeToElement(new string('x', 21_000)) }));
        Assert.That(page.Descendants("pre").Last().Value, Does.EndWith("x\n… and 1,000 characters more"));
    }

    [Test]
    public void Events_without_a_beginning_are_refused()
    {
        Assert.That(() => RunReport.ToHtml([]), Throws.ArgumentException);
        Assert.That(() => RunReport.ToHtml([new RunResumed([])]), Throws.ArgumentException);
    }

    [Test]
    public void A_page_stays_a_page_whatever_the_run_did()
    {
        string huge = new('漢', 1_000_000);
        string text = new('y', 5000);
        Plan plan = new() { Steps = [.. Enumerable.Range(1, 5000).Select(number => new PlanStep(number, "tool", new JsonObject { ["text"] = text }))] };
        JsonElement value = JsonSerializer.SerializeToElement(new string('x', 50_000_000));
        AgentEvent[] events =
        [
            new RunStarted(huge, huge, new AgentLimits(), 0) { Properties = Enumerable.Range(0, 10_000).ToDictionary(number => $"key {number}", _ => "value") },
            .. Enumerable.Repeat(new PlanCreated(Runs.Plan(("a", "{}"))), 299),
            new PlanCreated(plan),
            .. plan.Steps.Select(step => new StepStarted(step)),
            .. plan.Steps.Select(step => new StepCompleted(step.Number == 4711
                ? new StepResult(4711, "tool", StepStatus.Failed) { Error = huge }
                : new StepResult(step.Number, "tool", StepStatus.Succeeded) { Value = step.Number < 2 ? value : null })),
            new RunCompleted(new AgentResult(huge, AgentStatus.Failed) { Answer = huge, Reason = huge, Question = huge }),
        ];
        string html = RunReport.ToHtml(events);
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(html), Is.LessThan(10_000_000));
        Assert.That(html, Does.Contain("and 980,000 characters more").And.Contains("and 200 plans more, which are not shown"));

        html = RunReport.ToHtml([events[0], .. events.Skip(300)]);
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(html), Is.LessThan(10_000_000));
        Assert.That(html, Does.Contain("and 49,980,000 characters more").And.Contain("and 4,700 steps more, which are not shown").And.Contains("id=\"plan-1-step-300\"").And.Contains("<span class=\"number\">4711</span>"), "what went wrong is shown before anything else");
    }

    [Test]
    public void A_plan_that_was_not_valid_is_shown_as_it_was()
    {
        // The planner is not trusted, and a plan is recorded before it is checked: two steps of one number, and one that refers to itself.
        Plan plan = new() { Steps = [new PlanStep(1, "a", []), new PlanStep(1, "b", new JsonObject { ["x"] = "$1" }), new PlanStep(-7, "c", []) { After = [99] }] };
        XDocument page = Parse(new RunStarted("r", "goal", new AgentLimits(), 0), new PlanCreated(plan), new RunCompleted(new AgentResult("r", AgentStatus.Failed) { Reason = "The plan is not valid." }));
        Assert.That(page.Descendants("code").Select(code => code.Value), Is.EqualTo(["a", "b", "c"]));
        Assert.That(Statuses(page), Is.EqualTo(["failed", "waiting", "waiting", "waiting"]));
        Assert.That(page.Descendants().Attributes("id").Select(attribute => attribute.Value), Is.EqualTo(["plan-1-step-1", "plan-1-step-2", "plan-1-step-3"]));
    }

    [Test]
    public void The_page_is_the_same_in_every_culture()
    {
        AgentEvent[] events =
        [
            new RunStarted("r", "goal", new AgentLimits(), -7) { Timestamp = Noon },
            new PlanCreated(Runs.Plan(("a", "{}")) with { Tokens = 12_345, Confidence = 0.5 }) { Timestamp = Noon.AddSeconds(1.5) },
            new StepStarted(Runs.Plan(("a", "{}")).Steps[0]) { Timestamp = Noon.AddSeconds(1.6) },
            new StepCompleted(new StepResult(1, "a", StepStatus.Succeeded)) { Timestamp = Noon.AddSeconds(2.75) },
            new PlanEvaluated(new Evaluation(Verdict.Accept) { Tokens = 1_234 }) { Timestamp = Noon.AddSeconds(3) },
        ];
        string expected = RunReport.ToHtml(events);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "~" } };
            Assert.That(RunReport.ToHtml(events), Is.EqualTo(expected));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.That(expected, Does.Contain("12,345").And.Contains("1,234").And.Contains("<dd>-7</dd>"));
    }

    public static IEnumerable<TestCaseData> Damaged()
    {
        RunStarted started = new("r", "goal", new AgentLimits(), 0) { Timestamp = Noon };
        PlanCreated created = new(Runs.Plan(("a", "{}"))) { Timestamp = Noon };
        StepStarted begun = new(created.Plan.Steps[0]);
        StepCompleted ended = new(new StepResult(1, "a", StepStatus.Succeeded));
        yield return Case("no goal", started with { Goal = null! });
        yield return Case("no limits", started with { Limits = null! });
        yield return Case("no text", started with { Goal = new Goal((string)null!) });
        yield return Case("no plan", started, new PlanCreated(null!));
        yield return Case("no step", started, new PlanCreated(new Plan { Steps = [null!] }));
        yield return Case("no arguments", started, new PlanCreated(new Plan { Steps = [new PlanStep(1, "a", null!)] }));
        yield return Case("no result", started, created, new StepCompleted(null!));
        yield return Case("no evaluation", started, created, new PlanEvaluated(null!));
        yield return Case("no end", started, new RunCompleted(null!));
        yield return Case("begun twice", started, started);
        yield return Case("a step before its plan", started, begun);
        yield return Case("a step of another plan", started, created, new StepStarted(new PlanStep(9, "a", [])));
        yield return Case("a result of another plan", started, created, new StepCompleted(new StepResult(9, "a", StepStatus.Succeeded)));
        yield return Case("a judgement before its plan", started, new PlanEvaluated(new Evaluation(Verdict.Accept)));
        yield return Case("feedback before its plan", started, new ReplanRequested(new Feedback("x")));
        yield return Case("after the end", started, new RunCompleted(new AgentResult("r", AgentStatus.Failed)), created);
        yield return Case("longer than time", started with { Timestamp = DateTimeOffset.MinValue }, created with { Timestamp = DateTimeOffset.MaxValue }, begun with { Timestamp = DateTimeOffset.MinValue },
            ended with { Timestamp = DateTimeOffset.MaxValue }, created with { Timestamp = DateTimeOffset.MinValue }, ended with { Timestamp = DateTimeOffset.MaxValue });

        static TestCaseData Case(string name, params AgentEvent[] events) => new TestCaseData((object)events).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Damaged))]
    public void A_damaged_journal_is_a_typed_error(AgentEvent[] events)
    {
        Assert.That(() => RunReport.ToHtml(events), Throws.InstanceOf<AutoGptException>().With.Message.Contains($"vent {events.Length} of the run"));
        Assert.That(() => RunMetrics.Of(events), Throws.InstanceOf<AutoGptException>());
        Assert.That(() => new RecordedStepExecutor(events), Throws.InstanceOf<AutoGptException>());
    }

    [Test]
    public void Everything_can_be_reached_with_the_keyboard_and_read_in_both_colours()
    {
        Plan plan = Runs.Plan(("a", "{}"));
        XDocument page = Parse(new RunStarted("r", "goal", new AgentLimits(), 0), new PlanCreated(plan), new StepCompleted(new StepResult(1, "a", StepStatus.Succeeded)));
        Assert.That(page.Descendants("details").Select(details => details.Elements().First().Name.LocalName), Is.All.EqualTo("summary"));
        Assert.That(page.Descendants("pre").Select(pre => (string?)pre.Attribute("tabindex")), Is.All.EqualTo("0"), "what scrolls can be scrolled without a mouse");

        // WCAG 2.2: 4.5 for text, 3 for bars.
        string css = page.Descendants("style").Single().Value;
        string[] themes = css.Split("prefers-color-scheme: dark");
        foreach (string theme in (string[])[themes[0], themes[1][..themes[1].IndexOf("}\n", StringComparison.Ordinal)]])
        {
            Dictionary<string, double> light = Regex.Matches(theme, "--([a-z]+): #([0-9a-f]{3,6})").ToDictionary(match => match.Groups[1].Value, match => Luminance(match.Groups[2].Value));
            double Contrast(string one, string other) => (Math.Max(light[one], light[other]) + 0.05) / (Math.Min(light[one], light[other]) + 0.05);
            foreach (string text in (string[])["text", "soft"])
            {
                Assert.That(Contrast(text, "page"), Is.GreaterThan(4.5), text);
                Assert.That(Contrast(text, "card"), Is.GreaterThan(4.5), text);
            }

            foreach (string status in (string[])["good", "bad", "open"])
            {
                Assert.That(Contrast("on", status), Is.GreaterThan(4.5), status);
            }

            foreach (string bar in (string[])["good", "bad", "open", "planning", "tools", "judging", "other"])
            {
                Assert.That(Contrast(bar, "page"), Is.GreaterThan(3), bar);
            }
        }
    }

    private static double Luminance(string hex)
    {
        string full = hex.Length == 3 ? string.Concat(hex.Select(digit => $"{digit}{digit}")) : hex;
        double[] linear = [.. full.Chunk(2).Select(pair => Convert.ToInt32(new string(pair), 16) / 255.0).Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    // Bars of steps, not of phases.
    private static (double X, double Width, string Kind)[] Bars(XDocument page) =>
        [.. page.Descendants("rect").Where(bar => bar.Parent!.Attribute("class")!.Value == "bars").Select(bar => (Number(bar, "x"), Number(bar, "width"), (string)bar.Attribute("class")!))];

    private static string[] Statuses(XDocument page) =>
        [.. page.Descendants("span").Where(span => ((string?)span.Attribute("class"))?.StartsWith("status", StringComparison.Ordinal) == true).Select(span => span.Value)];

    private static double Number(XElement element, string attribute) => double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);

    private static XDocument Parse(params AgentEvent[] events)
    {
        using StringReader text = new(RunReport.ToHtml(events));
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    [Test]
    public void Says_why_this_plan_and_why_this_step()
    {
        Plan plan = new()
        {
            Steps =
            [
                new PlanStep(1, "read", new JsonObject { ["path"] = "a.txt" }) { Why = "It <holds> the figures.", Candidates = [new ToolCandidate("read", 0.81), new ToolCandidate("list…", 0.17)] },
                new PlanStep(2, PlanStep.SubGoal, new JsonObject { ["goal"] = "Add them up." }), new PlanStep(3, "write", new JsonObject { ["text"] = "$1.rows[0]" }),
            ],
            Candidates =
            [
                new PlanCandidate([new PlanStep(1, "delete", [])], false) { Confidence = 0.9, Score = 0.2, Reason = "It leaves a file of the goal aside." },
                new PlanCandidate([new PlanStep(1, "read", []), new PlanStep(2, "write", [])], true) { Score = 0.95 },
            ],
            Cost = 0.125m,
        };
        AgentEvent[] events =
        [
            new RunStarted("r", "goal", new AgentLimits(), 0), new PlanCreated(plan), new StepStarted(plan.Steps[0]),
            new StepCompleted(new StepResult(1, "read", StepStatus.Succeeded) { Value = JsonDocument.Parse("""{"rows":["first row",2]}""").RootElement }),
            new StepStarted(plan.Steps[1]), new PlanExtended(new Plan { Steps = [new PlanStep(4, "sum", [])], Cost = 0.125m }, 2), new StepStarted(new PlanStep(4, "sum", [])),
        ];
        string page = RunReport.ToHtml(events.Select((happened, index) => happened with { Sequence = index + 1, Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(index) }));
        Assert.That(page, Does.Contain("Why: It &lt;holds&gt; the figures."));
        Assert.That(page, Does.Contain("<code>read</code> 81 % · <code>list…</code> 17 %"));
        Assert.That(page, Does.Contain("2 plans were looked at").And.Contain("<code>delete</code> <small>90 % sure · score 0.20 · It leaves a file of the goal aside.</small>"));
        Assert.That(page, Does.Contain("<strong>taken</strong>: <code>read → write</code> <small>score 0.95</small>"));
        Assert.That(page, Does.Contain("What $1.rows[0] was").And.Contain("first row"));
        Assert.That(page, Does.Contain("<strong>0.25</strong> <small>of 1</small>"));

        // Its part stands below the sub-goal, further in, before what comes after it.
        int subGoal = page.IndexOf("title=\"subgoal\"", StringComparison.Ordinal), part = page.IndexOf("class=\"depth-1\" title=\"sum\"", StringComparison.Ordinal), after = page.IndexOf("title=\"write\"", StringComparison.Ordinal);
        Assert.That(new[] { subGoal, part, after }, Is.Ordered.And.All.GreaterThan(0));
        Assert.DoesNotThrow(() => XDocument.Parse(page));
    }
}
