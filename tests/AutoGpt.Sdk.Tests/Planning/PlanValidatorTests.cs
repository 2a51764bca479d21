using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

public sealed class PlanValidatorTests
{
    private const string Schema =
        """
        {"type":"object","properties":{"path":{"type":"string"},"unit":{"enum":["lines","words"]},"count":{"type":"integer","minimum":1},
        "texts":{"type":"array","items":{"type":"string"},"maxItems":2}},"required":["path"]}
        """;

    private const string Forms =
        """
        [{"type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false},
         {"type":"object","properties":{"text":{"type":"string"},"of":{"type":"string"}},"required":["text","of"],"additionalProperties":false}]
        """;

    private static readonly AIFunction[] Tools =
    [
        new TestTool("tool", Schema),
        new TestTool("formed", """{"type":"object"}""", (_, _) => Task.FromResult<object?>(null), forms: Forms),
    ];

    [TestCase("tool", """{"path":"a"}""", null)]
    [TestCase("tool", """{"path":"a","unit":"words","count":3,"texts":["x","y"]}""", null)]
    [TestCase("nope", """{}""", "names the tool 'nope', which does not exist")]
    [TestCase("tool", """{}""", "arguments lacks 'path'")]
    [TestCase("tool", """{"path":1}""", "arguments.path must be of type string, not 1")]
    [TestCase("tool", """{"path":"a","unit":"pages"}""", "arguments.unit must be one of \"lines\", \"words\", not \"pages\"")]
    [TestCase("tool", """{"path":"a","count":1.5}""", "arguments.count must be of type integer")]
    [TestCase("tool", """{"path":"a","count":0}""", "must be at least 1")]
    [TestCase("tool", """{"path":"a","texts":["1","2","3"]}""", "must be at most 2")]
    [TestCase("tool", """{"path":"a","extra":1}""", "has no member 'extra'")]
    [TestCase("tool", """{"path":"$1"}""", "refers to $1, which is not a step before it")]
    [TestCase("tool", """{"path":"a","texts":["$7"]}""", "refers to $7")]
    [TestCase("formed", """{"path":"a"}""", null)]
    [TestCase("formed", """{"text":"a","of":"b"}""", null)]
    [TestCase("formed", """{"text":"a"}""", "lacks 'of'")]
    [TestCase("formed", """{"path":"a","of":"b"}""", "has no member 'of'")]
    public void One_step(string tool, string arguments, string? problem)
    {
        IReadOnlyList<string> problems = PlanValidator.Validate(Runs.Plan((tool, arguments)), Tools);
        Assert.That(problems, problem is null ? Is.Empty : Has.Exactly(1).Items.And.All.Contains(problem).And.All.Contains("tep 1"));
        Assert.That(problems, Has.All.Not.Contains("\n"));
    }

    [Test]
    public void A_reference_fits_any_type() =>
        Assert.That(PlanValidator.Validate(Runs.Plan(("tool", """{"path":"a"}"""), ("tool", """{"path":"a","count":"$1","unit":"$1"}""")), Tools), Is.Empty);

    [Test]
    public void Too_many_or_no_steps()
    {
        Assert.That(PlanValidator.Validate(Runs.Plan(("tool", """{"path":"a"}"""), ("tool", """{"path":"a"}""")), Tools, maxSteps: 1), Has.One.Contains("2 steps"));
        Assert.That(PlanValidator.Validate(new Plan(), Tools), Has.One.Contains("no steps"));
        Assert.That(PlanValidator.Validate(Plan.Ask("?"), Tools), Is.Empty);
    }

    [Test]
    public void Wrong_numbers_and_cycles()
    {
        Plan plan = Runs.Plan(("tool", """{"path":"a"}"""), ("tool", """{"path":"$2"}"""));
        Assert.That(PlanValidator.Validate(plan, Tools), Has.One.Contains("Step 2 refers to $2"));
        Assert.That(PlanValidator.Validate(plan with { Steps = [plan.Steps[0] with { Number = 2, After = [1] }] }, Tools), Has.Count.EqualTo(2));
    }
}
