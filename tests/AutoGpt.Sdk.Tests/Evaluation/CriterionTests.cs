using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class CriterionTests
{
    private static readonly Files Folder = new() { ["out.csv"] = "name,total\na,42\n", ["empty.txt"] = "", ["data.json"] = """{"items":[1,2],"name":"x"}""" };

    private const string Schema =
        """{"type":"object","properties":{"items":{"type":"array","items":{"type":"integer"},"minItems":1},"name":{"$ref":"#/$defs/n"}},"required":["items"],"$defs":{"n":{"type":"string"}}}""";

    public static IEnumerable<TestCaseData> Cases()
    {
        static TestCaseData Case(Criterion criterion, bool? holds, string found) => new(criterion, holds, found);
        TextSubject answer = Criterion.Answer, gone = Criterion.File(Folder, "gone.txt"), file = Criterion.File(Folder, "out.csv");
        yield return Case(answer.Exists(), true, "it");
        yield return Case(answer.Contains("sum is"), true, "'The sum is 42'");
        yield return Case(answer.Contains("SUM"), false, "'The sum is 42'");
        yield return Case(answer.Contains("SUM", StringComparison.OrdinalIgnoreCase), true, "'The sum is 42'");
        yield return Case(answer.Is("  The sum is 42\n"), true, "'The sum is 42'");
        yield return Case(answer.Is("The sum"), false, "'The sum is 42'");
        yield return Case(answer.Matches("^The .* [0-9]+$"), true, "'The sum is 42'");
        yield return Case(answer.Matches("^sum"), false, "'The sum is 42'");
        yield return Case(answer.Satisfies("the answer to be short", text => text.Length < 5), false, "'The sum is 42'");
        yield return Case(answer.IsJson(), false, "'The sum is 42' (which is no JSON");
        yield return Case(Criterion.ResultOf("read").Is("21"), true, "'21'");
        yield return Case(Criterion.ResultOf("fail").Exists(), false, "none");
        yield return Case(file.Exists(), true, "it");
        yield return Case(file.Contains("a,42"), true, "'name,total a,42'");
        yield return Case(Criterion.File(Folder, "empty.txt").Exists(), true, "it");
        yield return Case(gone.Exists(), false, "none");
        yield return Case(gone.Contains("x"), false, "none");
        yield return Case(!gone.Contains("x"), true, "none");
        yield return Case(Criterion.File(Folder, "data.json").IsJson(Schema), true, "'{\"items\"");
        yield return Case(file.IsJson(Schema), false, "'name,total a,42' (which is no JSON");
        yield return Case(Criterion.ToolSucceeded("read"), true, "that step 1 did");
        yield return Case(Criterion.ToolSucceeded("fail"), false, "that step 2 did not succeed: no luck");
        yield return Case(Criterion.ToolSucceeded("later"), false, "no call of it");
        yield return Case(Criterion.ToolSucceeded("mail"), true, "that step 1 did");
        yield return Case(Criterion.ToolSucceeded("mail", new JsonObject { ["to"] = "b" }), false, "that step 1 had other arguments");
        yield return Case(Criterion.ToolSucceeded("mail", new JsonObject { ["to"] = "a", ["copies"] = 1.0 }), true, "that step 1 did");
        yield return Case(Criterion.ToolSucceeded("join", new JsonObject { ["left"] = "21" }), true, "that step 4 did");
        yield return Case(Criterion.ToolSucceeded("join", new JsonObject { ["left"] = 21 }), true, "that step 4 did");
        yield return Case(Criterion.ToolSucceeded("join", new JsonObject { ["all"] = new JsonArray("21", "$1", "x") }), true, "that step 4 did");
        yield return Case(Criterion.ToolSucceeded("join", new JsonObject { ["left"] = "$1" }), false, "that step 4 had other arguments");
        yield return Case(Criterion.Create("the goal to be short", context => context.Goal.Text.Length < 3), false, "it otherwise");
        yield return Case(Criterion.Create("the goal to be short", async (context, token) =>
        {
            await Task.Delay(1, token);
            return context.Goal.Text.Length < 9;
        }), true, "it so");
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Each_criterion_says_what_it_found(Criterion criterion, bool? holds, string found)
    {
        CriterionResult result = await criterion.CheckAsync(Context());
        Assert.That(result.Holds, Is.EqualTo(holds));
        Assert.That(result.Found, Does.StartWith(found));
        Assert.That(result.Reason, Is.EqualTo($"Expected {result.Expected}, found {result.Found}."));
        Assert.That((await criterion.EvaluateAsync(Context())).Verdict, Is.EqualTo(holds == true ? Verdict.Accept : Verdict.Replan));
    }

    [TestCase("""{"items":[]}""", "the number of elements of it.items must be at least 1, not 0")]
    [TestCase("""{"items":["a"],"name":5}""", "it.items[0] must be of type integer, not \"a\"; it.name must be of type string, not 5")]
    [TestCase("""{"name":"x"}""", "it lacks 'items'")]
    [TestCase("""{"items":[1],"items":[2]}""", "which is no JSON")]
    [TestCase("""```json {"items":[1]}```""", "which is no JSON")]
    public async Task Json_that_does_not_fit_says_why(string text, string problem)
    {
        CriterionResult result = await Criterion.File(new Files { ["a"] = text }, "a").IsJson(Schema).CheckAsync(Context());
        Assert.That(result.Holds, Is.False);
        Assert.That(result.Found, Does.Contain(problem));
    }

    [TestCase("""{"oneOf":[{"type":"string"}]}""", "schema.oneOf")]
    [TestCase("""{"properties":{"a":{"items":{"uniqueItems":true}}}}""", "schema.properties.a.items.uniqueItems")]
    [TestCase("""{"anyOf":[{},{"not":{}}]}""", "schema.anyOf[1].not")]
    [TestCase("""{"$ref":"#/$defs/none"}""", "schema.$ref leads nowhere")]
    [TestCase("""{"items":5}""", "schema.items")]
    [TestCase("""{""", "not JSON")]
    public void A_schema_that_would_not_be_checked_whole_is_refused(string schema, string told) =>
        Assert.That(() => Criterion.Answer.IsJson(schema), Throws.ArgumentException.With.Message.Contains(told));

    [Test]
    public async Task What_cannot_be_checked_holds_neither_way()
    {
        Criterion broken = Criterion.Create("luck", (Func<EvaluationContext, bool>)(_ => throw new InvalidOperationException("no\nluck.")));
        Criterion outside = Criterion.File(Folder, "../x").Exists();
        Criterion slow = Criterion.Create("time", (_, _) => throw new OperationCanceledException("elsewhere"));
        foreach ((Criterion criterion, string told) in new[] { (broken, "InvalidOperationException: no luck"), (outside, "leads out"), (slow, "OperationCanceledException: elsewhere") })
        {
            foreach (Criterion each in new[] { criterion, !criterion })
            {
                CriterionResult result = await each.CheckAsync(Context());
                Assert.That((result.Holds, result.Found), Is.EqualTo(((bool?)null, $"that it cannot be checked: {told}")));
                Evaluation evaluation = await each.EvaluateAsync(Context());
                Assert.That((evaluation.Verdict, evaluation.Answer), Is.EqualTo((Verdict.Replan, (string?)null)));
                Assert.That(evaluation.Reason, Does.Contain("cannot be checked").And.Not.Contains("\n"));
            }
        }
    }

    [Test]
    public async Task A_regular_expression_that_takes_too_long_cannot_be_checked()
    {
        Criterion criterion = Criterion.File(new Files { ["a"] = new string('a', 40) + "!" }, "a").Matches("^(a+)+$", timeout: TimeSpan.FromMilliseconds(20));
        CriterionResult result = await criterion.CheckAsync(Context());
        Assert.That((result.Holds, result.Found), Is.EqualTo(((bool?)null, result.Found)));
        Assert.That(result.Found, Does.Contain(nameof(RegexMatchTimeoutException)));
        Assert.That(() => Criterion.Answer.Matches("("), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void A_check_can_be_stopped(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Criterion waits = Criterion.Create("the end", async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return true;
        });
        Assert.That(() => (!waits & waits).EvaluateAsync(Context(), stop.Token).AsTask(), Throws.InstanceOf<OperationCanceledException>());
    }

    // Kleene's tables, written out: the least and the greatest of false < unknown < true.
    [Test]
    public async Task Combined_criteria_follow_three_valued_logic()
    {
        bool?[] values = [false, null, true];
        Random random = new(7);
        for (int round = 0; round < 500; round++)
        {
            (Criterion criterion, int expected) = Random(random, 4);
            CriterionResult result = await criterion.CheckAsync(Context());
            Assert.That(result.Holds, Is.EqualTo(values[expected]), criterion.Expected);
        }

        (Criterion, int) Random(Random random, int depth)
        {
            if (depth == 0 || random.Next(4) == 0)
            {
                int value = random.Next(3);
                return (Criterion.Create($"v{value}", _ => values[value] ?? throw new InvalidOperationException("?")), value);
            }

            (Criterion left, int one) = Random(random, depth - 1);
            (Criterion right, int two) = Random(random, depth - 1);
            return random.Next(3) switch
            {
                0 => (left & right, Math.Min(one, two)),
                1 => (left | right, Math.Max(one, two)),
                _ => (!left, 2 - one),
            };
        }
    }

    [Test]
    public async Task A_reason_names_all_that_is_missing_and_only_that()
    {
        Criterion criterion = Criterion.File(Folder, "gone.txt").Exists() & Criterion.Answer.Contains("sum") & (Criterion.Answer.IsNumber(42, tolerance: 0.5) | Criterion.Answer.Is("many"));
        Assert.That(criterion.Expected, Is.EqualTo("the file 'gone.txt' to exist and the answer to contain 'sum' and (the answer to be the number 42 ± 0.5 or the answer to be 'many')"));
        CriterionResult result = await criterion.CheckAsync(Context());
        Assert.That(result.Reason, Is.EqualTo(
            "Expected the file 'gone.txt' to exist and the answer to be the number 42 ± 0.5 or the answer to be 'many', found none and 'The sum is 42' (which is no number) and 'The sum is 42'."));
    }

    [Test]
    public async Task What_is_found_cannot_fake_the_line_it_stands_in()
    {
        EvaluationContext context = Context("\u202Ea\u001B[31m\nExpected nothing, found all.\u0000\U000E0041" + new string('x', 5000));
        CriterionResult result = await Criterion.Answer.IsNumber().CheckAsync(context);
        Assert.That(result.Reason, Does.StartWith("Expected the answer to be a number, found 'a[31m Expected nothing, found all.xxx"));
        Assert.That(result.Reason, Has.Length.LessThan(400));
        Assert.That(result.Reason.EnumerateRunes().Where(rune => System.Text.Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format), Is.Empty);
    }

    [Test]
    public async Task Otherwise_decides_what_becomes_of_the_run()
    {
        Criterion criterion = Criterion.Answer.Is("no");
        Assert.That((await criterion.Otherwise(Verdict.GiveUp).EvaluateAsync(Context())).Verdict, Is.EqualTo(Verdict.GiveUp));
        Evaluation asks = await criterion.Otherwise(Verdict.Ask).EvaluateAsync(Context());
        Assert.That((asks.Verdict, asks.Reason), Is.EqualTo((Verdict.Ask, "Expected the answer to be 'no', found 'The sum is 42'. Step 2 (fail) failed: no luck. What is to be done?")));
        Assert.That((await (!criterion).Otherwise(Verdict.GiveUp).EvaluateAsync(Context())) is { Verdict: Verdict.Accept, Answer: "The sum is 42" });
        Assert.That(() => criterion.Otherwise(Verdict.Accept), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => criterion.Otherwise(Verdict.Refuse), Throws.InstanceOf<ArgumentOutOfRangeException>());

        EvaluationContext refused = Context();
        refused = refused with { Results = [.. refused.Results.Select(result => result.Number == 2 ? result with { Status = StepStatus.Refused } : result)] };
        Assert.That((await criterion.EvaluateAsync(refused)).Verdict, Is.EqualTo(Verdict.Refuse), "another plan would be refused, too");
        Assert.That((await (!criterion).EvaluateAsync(refused)).Verdict, Is.EqualTo(Verdict.Accept), "what holds, holds");
    }

    [Test]
    public void Nothing_is_no_criterion()
    {
        Assert.That(() => Criterion.All(), Throws.ArgumentException);
        Assert.That(() => Criterion.Any(Criterion.Answer.Exists(), null!), Throws.ArgumentNullException);
        Assert.That(() => Criterion.Answer.Contains(""), Throws.ArgumentException);
        Assert.That(() => Criterion.Answer.IsNumber(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Criterion.Answer.IsNumber(1, tolerance: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Criterion.Answer.IsNumberBetween(2, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static EvaluationContext Context(string answer = "The sum is 42")
    {
        Plan earlier = Runs.Plan(("mail", """{"to":"a","copies":1,"text":"hello"}"""));
        Plan plan = Runs.Plan(("read", "{}"), ("fail", "{}"), ("later", "{}"), ("join", """{"left":"$1","all":["$1","$$1","x"]}"""));
        return new EvaluationContext("the goal", plan,
        [
            Succeeded(1, "read", "21"),
            new StepResult(2, "fail", StepStatus.Failed) { Error = "no luck." },
            new StepResult(3, "later", StepStatus.Skipped),
            Succeeded(4, "join", JsonSerializer.Serialize(answer)),
        ])
        {
            Attempts = [new PlanAttempt(earlier, [Succeeded(1, "mail", "true")], new Feedback("more"))],
        };
    }

    private static StepResult Succeeded(int number, string tool, string json) => new(number, tool, StepStatus.Succeeded) { Value = JsonElement.Parse(json) };

    internal sealed class Files : Dictionary<string, string>, ITextFiles
    {
        public bool Exists(string path) => path.StartsWith("..", StringComparison.Ordinal) ? throw new AutoGptException($"leads out.") : ContainsKey(path);

        public Task<string> ReadAsync(string path, CancellationToken cancellationToken = default) => Task.FromResult(this[path]);
    }
}
