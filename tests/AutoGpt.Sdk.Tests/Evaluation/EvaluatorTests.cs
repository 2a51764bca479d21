using System.Text.Json;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

public sealed class EvaluatorTests
{
    private static readonly Plan ThreeSteps = Runs.Plan(("read", "{}"), ("finish", "{}"), ("read", "{}"));

    [TestCase("SSS", Verdict.Accept, null)]
    [TestCase("SFK", Verdict.Replan, "Step 2 (finish) failed: e2")]
    [TestCase("TKK", Verdict.Replan, "Step 1 (read) timed out: e1")]
    [TestCase("FKR", Verdict.Refuse, "Step 3 (read) was refused: e3")]
    public async Task Outcome(string statuses, Verdict verdict, string? reason)
    {
        Evaluation evaluation = await new OutcomeEvaluator().EvaluateAsync(Context(statuses));
        Assert.That((evaluation.Verdict, evaluation.Reason), Is.EqualTo((verdict, reason)));
    }

    [Test]
    public async Task The_answer_is_the_last_finish_or_else_the_last_step_in_plan_order()
    {
        EvaluationContext context = Context("SSS");
        Assert.That((await new OutcomeEvaluator().EvaluateAsync(context)).Answer, Is.EqualTo("r2"));
        context = context with { Plan = Runs.Plan(("read", "{}"), ("read", "{}"), ("read", "{}")), Results = [.. context.Results.Reverse()] };
        Assert.That((await new OutcomeEvaluator().EvaluateAsync(context)).Answer, Is.EqualTo("r3"));
    }

    [TestCase("accept", Verdict.Accept)]
    [TestCase("replan", Verdict.Replan)]
    [TestCase("ask", Verdict.Ask)]
    [TestCase("giveUp", Verdict.GiveUp)]
    public async Task A_judge_decodes_its_verdict(string verdict, Verdict expected)
    {
        ScriptedLanguageModel model = new(new ScriptedReply($$"""{"verdict":"{{verdict}}","reason":"because"}""") { Usage = new TokenUsage(8, 2) });
        Evaluation evaluation = await new LanguageModelEvaluator(model).EvaluateAsync(Context("SSS"));
        Assert.That((evaluation.Verdict, evaluation.Reason, evaluation.Tokens), Is.EqualTo((expected, "because", 10L)));
        Assert.That(evaluation.Answer, Is.EqualTo(expected == Verdict.Accept ? "r2" : null));
        Assert.That(model.Prompts[0].Sections.Select(section => section.Name), Is.EqualTo(["goal", "results"]));
        Assert.That(model.Prompts[0].Sections[1].Text, Does.Contain("step 1 read {}: r1"));
        Assert.That(model.Prompts[0].Task, Is.EqualTo(PromptTasks.Judge));
    }

    [TestCase("""{"verdict":"refuse"}""")]
    [TestCase("""{"verdict":"ask"}""")]
    [TestCase("fine")]
    public void A_judge_that_gives_no_verdict_is_an_error(string reply)
    {
        ScriptedLanguageModel model = new((_, _) => reply) { Description = new ModelDescription("m", "p") { StructuredOutput = StructuredOutput.ValidatedWithRepair } };
        Assert.That(() => new LanguageModelEvaluator(model).EvaluateAsync(Context("SSS")).AsTask(), Throws.InstanceOf<ModelOutputException>().With.Message.Contains("verdict"));
        Assert.That(model.Prompts, Has.Count.EqualTo(2));
    }

    [TestCase(new[] { Verdict.Accept, Verdict.Accept }, Verdict.Accept)]
    [TestCase(new[] { Verdict.Accept, Verdict.Replan, Verdict.Accept }, Verdict.Replan)]
    [TestCase(new[] { Verdict.Ask, Verdict.Replan }, Verdict.Ask)]
    [TestCase(new[] { Verdict.GiveUp, Verdict.Ask }, Verdict.GiveUp)]
    [TestCase(new[] { Verdict.GiveUp, Verdict.Refuse }, Verdict.Refuse)]
    public async Task The_strictest_verdict_holds_and_all_tokens_count(Verdict[] verdicts, Verdict expected)
    {
        CompositeEvaluator evaluator = new(verdicts.Select(verdict => new Fixed(verdict)));
        Evaluation evaluation = await evaluator.EvaluateAsync(Context("SSS") with { TokensLeft = 100 });
        Assert.That((evaluation.Verdict, evaluation.Tokens), Is.EqualTo((expected, 3L * verdicts.Length)));
    }

    private static EvaluationContext Context(string statuses) => new("goal", ThreeSteps, [.. statuses.Select((status, index) =>
    {
        StepResult result = new(index + 1, ThreeSteps.Steps[index].Tool, status switch
        {
            'S' => StepStatus.Succeeded,
            'F' => StepStatus.Failed,
            'T' => StepStatus.TimedOut,
            'R' => StepStatus.Refused,
            _ => StepStatus.Skipped,
        });
        return status == 'S'
            ? result with { Value = JsonDocument.Parse($"\"r{index + 1}\"").RootElement }
            : result with { Error = $"e{index + 1}" };
    })]);

    private sealed class Fixed(Verdict verdict) : IEvaluator
    {
        public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new Evaluation(verdict) { Tokens = 3, Reason = verdict.ToString() });
    }
}
