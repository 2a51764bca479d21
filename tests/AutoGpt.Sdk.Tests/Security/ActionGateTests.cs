using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

public sealed class ActionGateTests
{
    private static readonly ActionDecision Ask = new(ActionPermission.Ask, "ask");
    private static readonly ActionDecision Deny = new(ActionPermission.Deny, "deny");

    private static IEnumerable<TestCaseData> Decisions()
    {
        yield return new TestCaseData(true, Array.Empty<ActionDecision>(), "allowed");
        yield return new TestCaseData(false, Array.Empty<ActionDecision>(), "asked");
        yield return new TestCaseData(false, new[] { ActionDecision.Abstain }, "asked");
        yield return new TestCaseData(false, new[] { ActionDecision.Allow }, "allowed");
        yield return new TestCaseData(false, new[] { ActionDecision.Allow, ActionDecision.Abstain }, "allowed");
        yield return new TestCaseData(true, new[] { Ask, ActionDecision.Allow }, "asked");
        yield return new TestCaseData(true, new[] { ActionDecision.Allow, Deny, ActionDecision.Allow }, "denied");
        yield return new TestCaseData(true, new[] { Ask, Deny }, "denied");
    }

    [TestCaseSource(nameof(Decisions))]
    public async Task The_strictest_decision_holds(bool readOnly, ActionDecision[] decisions, string expected)
    {
        TestTool tool = new("tool", TestTool.Text, readOnly: readOnly);
        Approval yes = new(true);
        Approval no = new(false);
        bool withYes = (await RequestAsync(tool, decisions, yes)).Permit is not null;
        bool withNo = (await RequestAsync(tool, decisions, no)).Permit is not null;
        bool alone = (await RequestAsync(tool, decisions, null)).Permit is not null;
        Assert.That((withYes, withNo, alone, yes.Asked.Count), Is.EqualTo(expected switch
        {
            "allowed" => (true, true, true, 0),
            "asked" => (true, false, false, 1),
            _ => (false, false, false, 0),
        }));
    }

    [Test]
    public async Task A_tool_the_agent_was_not_given_is_refused_even_under_a_known_name()
    {
        ActionGate gate = new([new TestTool("tool")], [new Guard(_ => ActionDecision.Allow)]);
        (ActionPermit? other, _) = await gate.RequestAsync(new TestTool("other"), Request("other"));
        (ActionPermit? fake, string? reason) = await gate.RequestAsync(new TestTool("tool"), Request("tool"));
        Assert.That((other, fake), Is.EqualTo(((ActionPermit?)null, (ActionPermit?)null)));
        Assert.That(reason, Does.Contain("not given"));
    }

    [Test]
    public async Task ApprovalRequiredAIFunction_asks_even_when_a_guard_allows()
    {
        ApprovalRequiredAIFunction tool = new(new TestTool("tool"));
        Approval approval = new(true);
        ActionGate gate = new([tool], [new Guard(_ => ActionDecision.Allow)], approval);
        Assert.That((await gate.RequestAsync(tool, Request("tool"))).Permit, Is.Not.Null);
        Assert.That(approval.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_approval_is_bound_to_the_arguments_shown_and_used_once()
    {
        TestTool tool = new("tool", TestTool.Text, readOnly: false);
        ActionRequest request = Request("tool");
        Approval approval = new(true) { OnAsk = shown => { shown.Arguments["text"] = "forged by the handler"; request.Arguments["text"] = "swapped while asking"; } };
        ActionGate gate = new([tool], [new Guard(seen => { seen.Arguments["text"] = "forged by a guard"; return Ask; })], approval);
        (ActionPermit? permit, _) = await gate.RequestAsync(tool, request);
        Assert.That(approval.Asked.Single(), Is.EqualTo("""{"text":"x"}"""), "what a guard does to its copy is not shown");
        Assert.That(permit!.Redeem().ToJsonString(), Is.EqualTo("""{"text":"x"}"""));
        Assert.That(permit.Redeem, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Each_call_is_asked_about_anew()
    {
        TestTool tool = new("tool", TestTool.Text, readOnly: false);
        Approval approval = new(true);
        ActionGate gate = new([tool], approval: approval);
        await gate.RequestAsync(tool, Request("tool"));
        await gate.RequestAsync(tool, Request("tool"));
        Assert.That(approval.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Nobody_is_asked_about_a_call_that_cannot_be_made()
    {
        int asked = 0;
        TestTool name = new("name", result: "Ann"), pay = new("pay", """{"type":"object","properties":{"amount":{"type":"number"}},"required":["amount"]}""", readOnly: false);
        AgentResult result = await Runs.Agent(new ScriptedPlanner(Runs.Plan(("name", "{}"), ("pay", """{"amount":"$1"}"""))), [name, pay], parts =>
        {
            parts.Options.MaxReplans = 0;
            parts.Approval = new CountingApproval(() => asked++);
        }).RunAsync("goal");
        Assert.That((asked, pay.Calls.Count), Is.EqualTo((0, 0)));
        Assert.That(result.Steps[1].Error, Is.EqualTo("What it refers to does not fit: arguments.amount must be of type number, not \"Ann\"."));
    }

    private sealed class CountingApproval(Action asked) : IApprovalHandler
    {
        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            asked();
            return ValueTask.FromResult(true);
        }
    }

    [Test]
    public async Task Parallel_steps_are_approved_one_after_the_other_each_by_its_own_answer()
    {
        TestTool tool = new("tool", TestTool.Text, readOnly: false);
        OneAtATime approval = new();
        AutonomousAgent agent = Runs.Agent(
            new ScriptedPlanner(Runs.Plan([.. Enumerable.Range(0, 4).Select(index => ("read", "{}")), ("tool", """{"text":"yes"}"""), ("tool", """{"text":"no"}""")])),
            [tool, new ApprovalRequiredAIFunction(new TestTool("read"))], parts => parts.Approval = approval);
        AgentResult result = await agent.RunAsync("goal");
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Refused));
        Assert.That((approval.Most, approval.Count), Is.EqualTo((1, 6)));
        Assert.That(tool.Calls, Is.EqualTo(["""{"text":"yes"}"""]));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task A_handler_that_can_takes_several_questions_at_once(CancellationToken cancellationToken)
    {
        TestTool tool = new("tool");
        Together approval = new();
        ActionGate gate = new([tool], [new Guard(_ => Ask)], approval);
        (ActionPermit? Permit, string?)[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => gate.RequestAsync(tool, Request("tool"), cancellationToken).AsTask()));
        Assert.That(answers.Select(answer => answer.Permit), Has.None.Null);
    }

    [Test]
    public async Task What_fails_is_refused()
    {
        TestTool tool = new("tool", readOnly: true);
        (ActionPermit? byGuard, string? why) = await new ActionGate([tool], [new Guard(_ => throw new IOException("broken"))]).RequestAsync(tool, Request("tool"));
        Approval throwing = new(true) { OnAsk = _ => throw new IOException("gone") };
        (ActionPermit? byApproval, string? whyNot) = await new ActionGate([tool], [new Guard(_ => Ask)], throwing).RequestAsync(tool, Request("tool"));
        Assert.That((byGuard, byApproval), Is.EqualTo(((ActionPermit?)null, (ActionPermit?)null)));
        Assert.That((why, whyNot), Is.EqualTo(("The guard Guard failed: broken", "The approval failed: gone")));
    }

    [Test]
    public async Task Reasons_reach_the_person_without_control_characters()
    {
        TestTool tool = new("tool");
        Approval approval = new(true);
        await new ActionGate([tool], [new Guard(_ => new ActionDecision(ActionPermission.Ask, "ok?\u001b[2K\r\nApproved: \u202Eyes"))], approval).RequestAsync(tool, Request("tool"));
        Assert.That(approval.Reasons.Single(), Is.EqualTo("ok?[2K Approved: yes"));
    }

    [Test]
    public async Task A_refused_step_refuses_the_run_and_never_calls_the_tool()
    {
        TestTool tool = new("tool", readOnly: false);
        AgentResult result = await Runs.Agent(new ScriptedPlanner(Runs.Plan(("tool", "{}"))), [tool]).RunAsync("goal");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Refused).And.Property("Reason").Contains("nobody to approve"));
        Assert.That(tool.Calls, Is.Empty);
    }

    private static ActionRequest Request(string tool) => new("run", 1, tool, new JsonObject { ["text"] = "x" });

    private static async Task<(ActionPermit? Permit, string? Reason)> RequestAsync(TestTool tool, ActionDecision[] decisions, IApprovalHandler? approval) =>
        await new ActionGate([tool], decisions.Select(decision => new Guard(_ => decision)), approval).RequestAsync(tool, Request(tool.Name));

    private sealed class Guard(Func<ActionRequest, ActionDecision> decide) : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(decide(request));
    }

    private sealed class OneAtATime : IApprovalHandler
    {
        private int _inside;

        public int Most { get; private set; }

        public int Count { get; private set; }

        public async ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            Count++;
            Most = Math.Max(Most, Interlocked.Increment(ref _inside));
            await Task.Delay(5, cancellationToken); // Long enough for the other steps to arrive.
            Interlocked.Decrement(ref _inside);
            return request.Tool == "read" || request.Arguments["text"]!.GetValue<string>() == "yes";
        }
    }

    // Says yes as soon as three are asking.
    private sealed class Together : IApprovalHandler
    {
        private readonly TaskCompletionSource _all = new();
        private int _asking;

        public bool AsksConcurrently => true;

        public async ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref _asking) == 3)
            {
                _all.SetResult();
            }

            await _all.Task.WaitAsync(cancellationToken);
            return true;
        }
    }

    private sealed class Approval(bool answer) : IApprovalHandler
    {
        public List<string> Asked { get; } = [];

        public List<string> Reasons { get; } = [];

        public Action<ActionRequest>? OnAsk { get; init; }

        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            Asked.Add(request.Arguments.ToJsonString());
            Reasons.Add(reason);
            OnAsk?.Invoke(request);
            return ValueTask.FromResult(answer);
        }
    }
}
