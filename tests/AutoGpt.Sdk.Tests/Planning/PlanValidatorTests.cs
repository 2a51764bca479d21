using System.Text.Json;
using System.Text.Json.Nodes;
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

    [TestCase("$1.total", null)]
    [TestCase("$1.name", null)]
    [TestCase("$1.lines[0].price", null)]
    [TestCase("$1", "object")]
    [TestCase("$1.lines", "array")]
    [TestCase("$1.sum", "'sum', which quote does not return; it returns total, name, lines")]
    [TestCase("$1.total.net", "returns as number")]
    [TestCase("$1[0]", "returns as object")]
    public void References_are_held_to_what_tools_say_they_return(string reference, string? problem)
    {
        TestTool quote = new("quote")
        {
            Returns = JsonDocument.Parse(
                """
                {"type":"object","properties":{"total":{"type":"number"},"name":{"type":"string"},
                "lines":{"type":"array","items":{"type":"object","properties":{"price":{"type":"number"}}}}}}
                """).RootElement,
        };
        TestTool pay = new("pay", """{"type":"object","properties":{"amount":{"type":"number"},"note":{"type":"string"}},"required":["amount"]}""");
        Plan plan = Runs.Plan(("quote", "{}"), ("pay", $$"""{"amount":"{{reference}}","note":"$1"}"""));
        IReadOnlyList<string> problems = PlanValidator.Validate(plan, [quote, pay]);
        Assert.That(problems, problem is null ? Is.Empty : Has.One.Contains(problem));

        // Without a schema of what comes back nothing is known, and nothing is refused.
        Assert.That(PlanValidator.Validate(plan, [new TestTool("quote"), pay]), Is.Empty);
    }

    [Test]
    public void Steps_of_sub_goals_refer_to_what_is_before_them_in_the_tree()
    {
        Plan plan = new()
        {
            Steps =
            [
                Step(1, "tool", """{"path":"a"}"""), Step(2, PlanStep.SubGoal, """{"goal":"do it"}"""), Step(3, "tool", """{"path":"$2"}"""),
                Step(4, "tool", """{"path":"$1"}""") with { Parent = 2 }, Step(5, "tool", """{"path":"$4"}""") with { Parent = 2 },
            ],
        };
        Assert.That(PlanValidator.Validate(plan, Tools), Is.Empty);
        Assert.That(Problems(4, """{"path":"$2"}"""), Has.One.Contains("Step 5 refers to $2"), "no part uses the whole");
        Assert.That(Problems(4, """{"path":"$3"}"""), Has.One.Contains("Step 5 refers to $3"), "nor what comes after it");
        Assert.That(Problems(1, """{"goal":" "}"""), Has.One.Contains("does not say"));
        Assert.That(PlanValidator.Validate(plan with { Steps = [.. plan.Steps.Take(3), plan.Steps[3] with { Parent = 1 }, plan.Steps[4]] }, Tools), Has.One.Contains("numbered 4"), "a tool's step has no parts");

        IReadOnlyList<string> Problems(int index, string arguments) =>
            PlanValidator.Validate(plan with { Steps = [.. plan.Steps.Select((step, at) => at == index ? step with { Arguments = JsonNode.Parse(arguments)!.AsObject() } : step)] }, Tools);
    }

    private static PlanStep Step(int number, string tool, string arguments) => new(number, tool, JsonNode.Parse(arguments)!.AsObject());

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
        Assert.That(PlanValidator.Validate(plan with { Steps = [plan.Steps[0] with { Number = 2, After = [1] }] }, Tools), Has.One.Contains("numbered 2"));
    }
}
