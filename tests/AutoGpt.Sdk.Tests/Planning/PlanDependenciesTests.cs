using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

public sealed class PlanDependenciesTests
{
    private const string CopySchema =
        """{"type":"object","properties":{"path":{"type":"string","x-quotedAs":"path"},"to":{"type":"string","x-quotedAs":"path"}}}""";

    private const string ConcatSchema = """{"type":"object","properties":{"paths":{"type":"array","items":{"type":"string","x-quotedAs":"path"}}}}""";
    private const string PathOrText = """{"type":"object","properties":{"path":{"type":"string","x-quotedAs":"path"},"text":{"type":"string"}}}""";

    private static readonly AIFunction[] Tools =
    [
        new TestTool("read", TestTool.Path), new TestTool("write", TestTool.Path, readOnly: false), new TestTool("copy", CopySchema, readOnly: false),
        new TestTool("concat", ConcatSchema), new TestTool("count", PathOrText), new TestTool("list"), new TestTool("mail", readOnly: false),
    ];

    [TestCase("read a|read a|read b", "", "", "", TestName = "reads never wait")]
    [TestCase("write a|read b|read a", "", "", "1", TestName = "a read waits for the write of its path")]
    [TestCase("read a|write a", "", "1", TestName = "a write waits for the read before it")]
    [TestCase("write a|write a", "", "1", TestName = "a write waits for a write")]
    [TestCase("write a|write b", "", "", TestName = "other paths do not wait")]
    [TestCase("write x/../a|read ./A", "", "1", TestName = "paths are compared as places")]
    [TestCase("""write d\a|read d//a""", "", "1", TestName = "slashes of both kinds")]
    [TestCase("copy a>b|read b|read a|read c", "", "1", "1", "", TestName = "every path counts")]
    [TestCase("write a|concat b,a", "", "1", TestName = "paths in arrays count")]
    [TestCase("write a|list|write b", "", "1", "2", TestName = "a tool without paths might read anything")]
    [TestCase("read a|list|list", "", "", "", TestName = "but only writes matter to it")]
    [TestCase("mail|mail|read a", "", "1", "1,2", TestName = "tools that declare nothing keep their order")]
    [TestCase("write a|count $1|count text", "", "1", "", TestName = "a path from a step might be any; no path is none")]
    public void Order(string plan, params string[] expected)
    {
        (string, string)[] steps = [.. plan.Split('|').Select(Step)];
        IReadOnlyDictionary<int, IReadOnlySet<int>> found = PlanDependencies.Find(Runs.Plan(steps), Tools);
        Assert.That(Enumerable.Range(1, steps.Length).Select(number => string.Join(',', found[number].Order())), Is.EqualTo(expected));
    }

    [Test]
    public void References_and_After_count()
    {
        Plan plan = Runs.Plan(("count", """{"text":"x"}"""), ("count", """{"text":"y"}"""), ("count", """{"text":"$1"}"""));
        plan = plan with { Steps = [plan.Steps[0], plan.Steps[1] with { After = [1] }, plan.Steps[2]] };
        IReadOnlyDictionary<int, IReadOnlySet<int>> found = PlanDependencies.Find(plan, Tools);
        Assert.That((found[2].Single(), found[3].Single()), Is.EqualTo((1, 1)));
    }

    private static (string Tool, string Arguments) Step(string text)
    {
        string[] parts = text.Split(' ');
        string value = parts.Length > 1 ? parts[1].Replace("\\", "\\\\", StringComparison.Ordinal) : "";
        return (parts[0], parts[0] switch
        {
            "copy" => $$"""{"path":"{{value.Split('>')[0]}}","to":"{{value.Split('>')[1]}}"}""",
            "concat" => $$"""{"paths":["{{string.Join("\",\"", value.Split(','))}}"]}""",
            "count" when value == "text" => """{"text":"x"}""",
            "list" or "mail" => "{}",
            _ => $$"""{"path":"{{value}}"}""",
        });
    }
}
