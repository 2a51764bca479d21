using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class BestOfPlannerTests
{
    private static readonly TestTool[] Tools = [new("read", TestTool.Path), new("delete", TestTool.Path)];
    private static readonly PlanningContext Context = new("Read a.txt.", Tools);

    [Test]
    public async Task Takes_the_plan_the_evaluator_thinks_best_of(CancellationToken cancellationToken)
    {
        string[] texts = ["b.txt", "a.txt", "c.txt", "a.txt"];
        int asked = 0;
        ScriptedLanguageModel model = new((_, options) => new ScriptedReply(Read(texts[asked++])) { Usage = new TokenUsage(10, 1) });
        Judge judge = new(plan => plan.Steps[0].Arguments["path"]!.GetValue<string>() switch
        {
            "a.txt" => new Evaluation(Verdict.Accept) { Confidence = 0.9, Tokens = 3, Reason = "as asked" },
            "b.txt" => new Evaluation(Verdict.Accept) { Confidence = 0.6, Tokens = 3 },
            _ => new Evaluation(Verdict.GiveUp) { Confidence = 0.99, Tokens = 3, Reason = "another file" },
        });
        Plan plan = await new BestOfPlanner(model, judge).PlanAsync(Context, cancellationToken);
        Assert.That(plan.Steps[0].Arguments["path"]!.GetValue<string>(), Is.EqualTo("a.txt"));
        Assert.That(plan.Tokens, Is.EqualTo(44 + 9), "four plans and three verdicts: one plan came twice");
        Assert.That(plan.Candidates!.Select(candidate => (candidate.Taken, Math.Round(candidate.Score!.Value, 3), candidate.Reason)), Is.EqualTo([(false, 0.8, (string?)null), (true, 0.95, "as asked"), (false, 0.005, "another file")]));
        Assert.That(model.Options.Select(options => (options.Sampling.Temperature, options.Seed)), Is.EqualTo([(0f, 0), (0.8f, 1), (0.8f, 2), (0.8f, 3)]));
    }

    [Test]
    public async Task The_model_itself_judges_where_nobody_else_does(CancellationToken cancellationToken)
    {
        int plans = 0;
        ScriptedLanguageModel model = new((prompt, _) => prompt.Task == PromptTasks.Review
            ? new ScriptedReply(prompt.Sections.Single(section => section.Name == "plan").Text.Contains("delete", StringComparison.Ordinal) ? """{"verdict":"ask"}""" : """{"verdict":"accept"}""") { LogProbabilities = [Math.Log(0.7)] }
            : $$$"""{"steps":[{"tool":"{{{(plans++ == 0 ? "delete" : "read")}}}","arguments":{"path":"a.txt"}}]}""");
        Plan plan = await new BestOfPlanner(model, options: new BestOfPlannerOptions { Candidates = 2 }).PlanAsync(Context, cancellationToken);
        Assert.That(plan.Steps[0].Tool, Is.EqualTo("read"));
    }

    [Test]
    public async Task Who_cannot_pay_for_more_takes_what_is_there(CancellationToken cancellationToken)
    {
        int asked = 0;
        ScriptedLanguageModel model = new((_, _) => new ScriptedReply(Read($"{asked++}.txt")) { Usage = new TokenUsage(10, 5) });
        Plan plan = await new BestOfPlanner(model, new Judge(_ => throw new InvalidOperationException("never asked"))).PlanAsync(Context with { TokensLeft = 30 }, cancellationToken);
        Assert.That((plan.Steps[0].Arguments["path"]!.GetValue<string>(), plan.Tokens), Is.EqualTo(("0.txt", 30L)));
    }

    [Test]
    public async Task A_judge_that_fails_makes_no_plan_better(CancellationToken cancellationToken)
    {
        int asked = 0;
        ScriptedLanguageModel model = new((_, _) => Read($"{asked++}.txt"));
        Judge judge = new(plan => plan.Steps[0].Arguments["path"]!.GetValue<string>() == "0.txt" ? throw new ModelOutputException("no verdict", 5) : new Evaluation(Verdict.Ask) { Confidence = 0.9 });
        Plan plan = await new BestOfPlanner(model, judge, new BestOfPlannerOptions { Candidates = 2 }).PlanAsync(Context, cancellationToken);
        Assert.That(plan.Steps[0].Arguments["path"]!.GetValue<string>(), Is.EqualTo("1.txt"));
    }

    [Test]
    public async Task What_fails_after_there_is_a_plan_costs_that_plan_nothing(CancellationToken cancellationToken)
    {
        int asked = 0;
        ScriptedLanguageModel model = new((_, _) => ++asked == 2 ? throw new AutoGptException("The provider is busy.") : new ScriptedReply(Read($"{asked}.txt")) { Usage = new TokenUsage(10, 1) });
        Judge judge = new(plan => plan.Steps[0].Arguments["path"]!.GetValue<string>() == "1.txt" ? throw new AutoGptException("The judge is out.") : new Evaluation(Verdict.Ask));
        Plan plan = await new BestOfPlanner(model, judge, new BestOfPlannerOptions { Candidates = 3 }).PlanAsync(Context, cancellationToken);
        Assert.That((plan.Steps[0].Arguments["path"]!.GetValue<string>(), plan.Tokens, plan.Candidates!.Count), Is.EqualTo(("3.txt", 22L, 2)));
    }

    [Test]
    public void A_model_that_only_plans_needs_a_judge()
    {
        ScriptedLanguageModel trained = new() { Description = new ModelDescription("mini", "x") { TrainedTools = "1" } };
        Assert.That(() => new BestOfPlanner(trained), Throws.ArgumentException.With.Message.Contains("cannot judge"));
        Assert.That(() => new BestOfPlanner(trained, new OutcomeEvaluator()), Throws.Nothing);
    }

    private static string Read(string path) => $$$"""{"steps":[{"tool":"read","arguments":{"path":"{{{path}}}"}}]}""";

    private sealed class Judge(Func<Plan, Evaluation> judge) : IEvaluator
    {
        public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default)
        {
            Assert.That(context.Results, Is.Empty);
            return ValueTask.FromResult(judge(context.Plan));
        }
    }
}
