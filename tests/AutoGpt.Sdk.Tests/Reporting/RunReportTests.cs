using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace AutoGpt.Sdk.Tests;

/// <summary>The page about a run. It is written so that it is well-formed XML too, whose parser is the judge.</summary>
public sealed class RunReportTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Elements =
    [
        "html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "h3", "p", "pre", "dl", "dt", "dd", "ol", "li", "details", "summary", "code", "span", "small",
        "strong", "svg", "text", "rect",
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
        XElement[] bars = [.. page.Descendants("rect")];

        // Ten seconds are 600 wide, from 180 on.
        Assert.That(bars.Select(bar => (Number(bar, "x"), Number(bar, "width"), (string)bar.Attribute("class")!)), Is.EqualTo([(240d, 540d, "bad"), (300d, 120d, "good")]));
        Assert.That(page.Descendants("p").Select(p => p.Value), Has.Some.StartsWith("Made in 1,000.0 ms"));
    }

    [Test]
    public void A_run_that_was_cut_off_and_resumed_shows_both_of_its_parts()
    {
        Plan plan = Runs.Plan(("a", "{}"));
        AgentEvent[] events =
        [
            new RunStarted("r", "goal", new AgentLimits(), 0) { Timestamp = Noon },
            new PlanCreated(plan) { Timestamp = Noon },
            new StepStarted(plan.Steps[0]) { Timestamp = Noon.AddSeconds(1) },
            new RunResumed([1]) { Timestamp = Noon.AddSeconds(3) },
            new StepStarted(plan.Steps[0]) { Timestamp = Noon.AddSeconds(4) },
        ];
        XDocument page = Parse(events);
        Assert.That(page.Descendants("span").Select(span => span.Value), Is.EqualTo(["not ended", "running"]));
        Assert.That(page.Descendants("small").Single().Value, Is.EqualTo("begun 2 times"));
        Assert.That(page.Descendants("dd").Select(dd => dd.Value), Has.Some.Contains("while step 1 was running"));
        Assert.That(page.Descendants("rect").Count(), Is.EqualTo(2));

        page = Parse([.. events, new StepCompleted(new StepResult(1, "a", StepStatus.Succeeded)) { Timestamp = Noon.AddSeconds(6) }]);
        Assert.That(page.Descendants("rect").Select(bar => (Number(bar, "x"), Number(bar, "width"))), Is.EqualTo([(280d, 200d), (580d, 200d)]), "six seconds are 600 wide");
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

    private static double Number(XElement element, string attribute) => double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);

    private static XDocument Parse(params AgentEvent[] events)
    {
        using StringReader text = new(RunReport.ToHtml(events));
        using XmlReader reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
