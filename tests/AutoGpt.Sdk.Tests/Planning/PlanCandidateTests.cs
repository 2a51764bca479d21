using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

/// <summary>Which of a model's plans is taken when its first choice has a fault.</summary>
public sealed class PlanCandidateTests
{
    private const string A = """{"tool":"read","arguments":{"path":"a.txt"}}""";
    private const string B = """{"tool":"read","arguments":{"path":"b.txt"}}""";
    private const string Both = """{"tool":"concat","arguments":{"texts":["$1","$2"]}}""";
    private const string Twice = """{"tool":"concat","arguments":{"texts":["$1","$1"]}}""";
    private const string Seven = """{"tool":"echo","arguments":{"text":"7"}}""";
    private const string Money = """{"tool":"echo","arguments":{"text":"about 1250.50"}}""";
    private const string Hello = """{"tool":"echo","arguments":{"text":"Hello there"}}""";
    private static readonly AIFunction[] Tools =
    [
        new TestTool("read", TestTool.Path),
        new TestTool("echo", TestTool.Text),
        new TestTool("write", TestTool.Path, readOnly: false),
        new TestTool("concat", """{"type":"object","properties":{"texts":{"type":"array","items":{"type":"string","x-reference":true}}},"required":["texts"]}"""),
    ];

    private static string Steps(params string[] steps) => $$"""{"steps":[{{string.Join(',', steps)}}]}""";

    private static ValueTask<Plan> PlanAsync(ICandidateModel model, string goal, int candidates = 8, double confidence = 0, string[]? after = null) =>
        new LanguageModelPlanner((ILanguageModel)model, new LanguageModelPlannerOptions { MaxCandidates = candidates, MaxRepairs = 0, MinConfidence = confidence, AskAboutUnusedFiles = true })
            .PlanAsync(new PlanningContext(goal, Tools) { Attempts = after is null ? [] : [Failed(after)] });

    // The last of the steps failed.
    private static PlanAttempt Failed(string[] steps) => new(
        ScriptedPlanner.Of(steps.Select(step => (JsonNode.Parse(step)!["tool"]!.GetValue<string>(), JsonNode.Parse(step)!["arguments"]!.ToJsonString()))),
        [.. steps.Select((_, index) => new StepResult(index + 1, "tool", index < steps.Length - 1 ? StepStatus.Succeeded : StepStatus.Failed))],
        new Feedback("It failed."));

    [TestCase("read a.txt and b.txt", new[] { A }, new[] { A, B })]
    [TestCase("say \"hello there\"", new[] { Seven }, new[] { Hello })]
    [TestCase("say “Hello there”", new[] { Seven }, new[] { Hello })]
    [TestCase("it's said that 'hello there' isn't rude", new[] { Seven }, new[] { Hello })]
    [TestCase("say 7", new[] { Hello }, new[] { Seven })]
    [TestCase("join a.txt and b.txt", new[] { A, B, Twice }, new[] { A, B, Both })]
    [TestCase("read a.txt", new[] { A, A }, new[] { A })]
    [TestCase("say 7, and 1,250.50", new[] { Hello }, new[] { Seven, Money })]
    [TestCase("the 7 of 17", new[] { Hello, Money }, new[] { Seven, """{"tool":"echo","arguments":{"text":"17"}}""" })]
    public async Task A_plan_without_a_fault_is_taken_before_one_with(string goal, string[] first, string[] second)
    {
        Choosing model = new(Steps(first), Steps(second), Steps(Hello));
        Plan plan = await PlanAsync(model, goal);
        Assert.That(plan.Steps.Select(step => step.Tool + step.Arguments.ToJsonString()), Is.EqualTo(second.Select(Written)));
        Assert.That((model.Listed, plan.Tokens), Is.EqualTo((2, 30L)), "no more than are needed, and both are paid for");
    }

    // Reading a.txt has just failed, after another text was said.
    [TestCase(new[] { A }, new[] { B })]
    [TestCase(new[] { Hello, A }, new[] { B, Seven })]
    [TestCase(new[] { Seven, A }, new[] { Hello, B })]
    public async Task What_has_just_failed_is_not_tried_again_while_there_is_something_else(string[] first, string[] second)
    {
        Choosing model = new(Steps(first), Steps(second), Steps(Hello));
        Plan plan = await PlanAsync(model, "do it", after: [Hello, A]);
        Assert.That(plan.Steps.Select(step => step.Tool + step.Arguments.ToJsonString()), Is.EqualTo(second.Select(Written)));
    }

    [Test]
    public async Task What_failed_may_be_tried_again_after_something_was_changed()
    {
        const string Write = """{"tool":"write","arguments":{"path":"a.txt"}}""";
        Choosing model = new(Steps(Write, A), Steps(B));
        Plan plan = await PlanAsync(model, "do it", after: [Hello, A]);
        Assert.That((plan.Steps.Count, model.Listed), Is.EqualTo((2, 1)));
    }

    [TestCase("read a.txt")]
    [TestCase("Since 3.5.2026 at 10:30 I read a.txt: e.g. now, it's (12*7) that isn't")]
    [TestCase("read a.txt, with a five\" pipe and a six\" one")]
    [TestCase("read \"a.txt.\"")]
    public async Task A_first_plan_without_a_fault_is_taken(string goal)
    {
        Choosing model = new(Steps(A), Steps(B));
        Assert.That((await PlanAsync(model, goal)).Steps, Has.Count.EqualTo(1));
        Assert.That(model.Listed, Is.EqualTo(1));
    }

    [Test]
    public async Task The_least_of_the_faults_is_put_up_with()
    {
        Choosing model = new(Steps(A), Steps(A, B, Twice), Steps(A, B), Steps(B));
        Plan plan = await PlanAsync(model, "say 12 and join a.txt and b.txt");
        Assert.That((plan.Steps.Count, model.Listed), Is.EqualTo((3, 4)), "the first of those that only leave the number aside");
    }

    [Test]
    public async Task A_file_that_no_plan_uses_asks_once_all_were_looked_at()
    {
        Choosing model = new(Steps(A), Steps(Hello), Steps(), Steps(A, B));
        Plan plan = await PlanAsync(model, "read a.txt and b.txt", candidates: 3);
        Assert.That(plan.Question, Does.StartWith("The plan does not use 'b.txt'."));
        Assert.That((model.Listed, plan.Tokens), Is.EqualTo((3, 45L)));
    }

    [Test]
    public async Task A_question_in_the_first_place_stands()
    {
        Choosing model = new(Steps(), Steps(A));
        Plan plan = await PlanAsync(model, "read a.txt");
        Assert.That((plan.IsQuestion, model.Listed), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task A_question_in_the_second_place_is_no_better_than_a_plan_with_a_fault()
    {
        Choosing model = new(Steps(Hello), Steps());
        Assert.That((await PlanAsync(model, "say 7")).Steps, Has.Count.EqualTo(1));
    }

    [TestCase(0.5, false)]
    [TestCase(0.9, true)]
    public async Task The_confidence_is_that_of_the_plan_taken(double bound, bool asks)
    {
        Choosing model = new(
            new ScriptedReply(Steps(Hello)) { LogProbabilities = [Math.Log(0.3)] },
            new ScriptedReply(Steps(Seven)) { LogProbabilities = [Math.Log(0.8)] });
        Plan plan = await PlanAsync(model, "say 7", confidence: bound);
        Assert.That((plan.IsQuestion, plan.Confidence), Is.EqualTo((asks, 0.8)).Within(1e-9));
    }

    [TestCase(0.95, false, 1)]
    [TestCase(0.85, false, 2)]
    [TestCase(0.95, true, 2)]
    public async Task A_plan_the_model_is_sure_of_may_leave_a_number_aside_but_no_file(double confidence, bool file, int listed)
    {
        Choosing model = new(new ScriptedReply(Steps(Hello)) { LogProbabilities = [Math.Log(confidence)] }, Steps(Seven, A));
        Plan plan = await PlanAsync(model, file ? "say hello to a.txt" : "say hello, I leave at 7");
        Assert.That((plan.Steps.Count, model.Listed), Is.EqualTo((listed, listed)));
    }

    [TestCase("average of 3, 3 and 6", """{"tool":"mean","arguments":{"numbers":[3,3,6]}}""")]
    [TestCase("log done and once more done", """{"tool":"log","arguments":{"text":"done"}},{"tool":"log","arguments":{"text":"done"}}""")]
    [TestCase("join a.txt, b.txt and a.txt", """{"tool":"concat","arguments":{"texts":["a.txt","b.txt","a.txt"]}}""")]
    public async Task Not_everything_that_is_there_twice_is_a_slip(string goal, string steps)
    {
        AIFunction[] tools =
        [
            new TestTool("mean", """{"type":"object","properties":{"numbers":{"type":"array","items":{"type":"number"}}},"required":["numbers"]}"""),
            new TestTool("log", TestTool.Text, readOnly: false),
            new TestTool("concat", """{"type":"object","properties":{"texts":{"type":"array","items":{"type":"string"}}},"required":["texts"]}"""),
        ];
        Choosing model = new(Steps(steps), Steps(steps));
        await new LanguageModelPlanner(model, new LanguageModelPlannerOptions { MaxCandidates = 8 }).PlanAsync(new PlanningContext(goal, tools));
        Assert.That(model.Listed, Is.EqualTo(1));
    }

    [Test]
    public async Task A_first_plan_that_is_cut_off_is_a_failure()
    {
        Choosing model = new(new ScriptedReply("{") { Finish = FinishReason.Length }, Steps(A));
        ModelOutputException error = (await Assert.ThrowsAsync<ModelOutputException>(() => PlanAsync(model, "read a.txt").AsTask()))!;
        Assert.That(error, Has.Message.Contains("cut off").And.Property("Tokens").EqualTo(15).And.Property("TokenLimitReached").False);
    }

    [Test]
    public async Task What_is_not_valid_and_what_is_cut_off_later_is_passed_over()
    {
        Choosing model = new("nonsense", new ScriptedReply("{") { Finish = FinishReason.Length }, Steps(A));
        Plan plan = await PlanAsync(model, "read a.txt");
        Assert.That((plan.Steps.Count, plan.Tokens), Is.EqualTo((1, 45L)));
    }

    [Test]
    public async Task What_comes_to_nothing_after_a_plan_is_paid_for()
    {
        Choosing model = new(Steps(Hello), "nonsense", "nonsense");
        Plan plan = await PlanAsync(model, "say 7");
        Assert.That((plan.Steps.Count, plan.Tokens), Is.EqualTo((1, 45L)));
    }

    [Test]
    public async Task A_list_that_breaks_off_leaves_the_plan_in_hand()
    {
        Choosing model = new(Steps(Hello), new ScriptedReply("") { Failure = new AutoGptException("The line is dead.") });
        Plan plan = await PlanAsync(model, "say 7");
        Assert.That((plan.Steps.Count, plan.Tokens), Is.EqualTo((1, 15L)));
    }

    [Test]
    public async Task A_list_that_breaks_off_before_there_is_a_plan_fails_as_it_says()
    {
        Choosing model = new("nonsense", new ScriptedReply("") { Failure = new AutoGptException("The line is dead.") });
        ModelOutputException error = (await Assert.ThrowsAsync<ModelOutputException>(() => PlanAsync(model, "say 7").AsTask()))!;
        Assert.That(error, Has.Message.Contains("no valid plan").And.Property("Tokens").EqualTo(15));
        Assert.That(async () => await PlanAsync(new Choosing(), "say 7"), Throws.InstanceOf<ModelOutputException>().With.Message.Contains("gave no plan at all"));
    }

    [Test]
    public async Task Nothing_but_failures_is_a_failure_that_is_paid_for()
    {
        Choosing model = new("nonsense", new ScriptedReply("{") { Finish = FinishReason.Length });
        ModelOutputException error = (await Assert.ThrowsAsync<ModelOutputException>(() => PlanAsync(model, "read a.txt").AsTask()))!;
        Assert.That(error, Has.Message.Contains("no valid plan").And.Property("Tokens").EqualTo(30));
    }

    [TestCase(30, 1, 15)]
    [TestCase(45, 2, 30)]
    public async Task A_plan_in_hand_is_not_risked_for_a_better_one(int left, int listed, long tokens)
    {
        Choosing model = new(Steps(Hello), Steps(Hello, A), Steps(Seven));
        Plan plan = await new LanguageModelPlanner(model, new LanguageModelPlannerOptions { MaxCandidates = 8, MaxTokens = 20 })
            .PlanAsync(new PlanningContext("say 7", Tools) { TokensLeft = left });
        Assert.That((model.Listed, plan.Tokens), Is.EqualTo((listed, tokens)));
    }

    [Test]
    public async Task A_list_of_nonsense_ends_with_the_tokens()
    {
        Choosing model = new("nonsense", "nonsense", "nonsense");
        ModelOutputException error = (await Assert.ThrowsAsync<ModelOutputException>(() =>
            new LanguageModelPlanner(model, new LanguageModelPlannerOptions { MaxCandidates = 8 }).PlanAsync(new PlanningContext("say 7", Tools) { TokensLeft = 20 }).AsTask()))!;
        Assert.That((error.TokenLimitReached, error.Tokens, model.Listed), Is.EqualTo((true, 30L, 2)));
    }

    [TestCase(0.05, 3)]
    [TestCase(0.045, 3)]
    [TestCase(0.02, 1)]
    public async Task No_candidate_is_asked_for_that_the_cost_limit_does_not_pay_for(decimal left, int listed)
    {
        // A candidate reads ten tokens and writes five, for 0.015 together; the next may write ten, for 0.01.
        Choosing model = new(Steps(Seven), Steps(Seven), Steps(Seven), Steps(Seven)) { Description = new ModelDescription("priced", "test") { StructuredOutput = StructuredOutput.Masked, LogProbabilities = true, Price = new TokenPrice(1000, 1000) } };
        Plan plan = await new LanguageModelPlanner(model, new LanguageModelPlannerOptions { MaxCandidates = 8, MaxTokens = 10 }).PlanAsync(new PlanningContext("say \"hello there\"", Tools) { CostLeft = left });
        Assert.That((model.Listed, plan.Cost), Is.EqualTo((listed, 0.015m * listed)));
    }

    private static string Written(string step)
    {
        PlanStep parsed = new(1, (string)System.Text.Json.Nodes.JsonNode.Parse(step)!["tool"]!, System.Text.Json.Nodes.JsonNode.Parse(step)!["arguments"]!.AsObject());
        return parsed.Tool + parsed.Arguments.ToJsonString();
    }

    /// <summary>A model with several choices, and a count of those that were asked for.</summary>
    private sealed class Choosing(params ScriptedReply[] choices) : ILanguageModel, ICandidateModel
    {
        public int Listed { get; private set; }

        public ModelDescription Description { get; init; } = new("choosing", "test") { StructuredOutput = StructuredOutput.Masked, LogProbabilities = true };

        public IAsyncEnumerable<GenerationUpdate> GenerateAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("It has candidates.");

        public async IAsyncEnumerable<Completion> GenerateCandidatesAsync(
            Prompt prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (ScriptedReply choice in choices)
            {
                Listed++;
                yield return await new ScriptedLanguageModel(choice with { Usage = new TokenUsage(10, 5) }).CompleteAsync(prompt, options, cancellationToken);
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;
    }
}
