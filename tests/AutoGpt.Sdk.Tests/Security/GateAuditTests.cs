using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

public sealed class GateAuditTests
{
    [Test]
    public async Task A_decision_is_stored_before_the_call_and_its_end_after_it()
    {
        List<string> order = [];
        TestTool tool = new("tool", TestTool.Empty, (_, _) => { order.Add("called"); return Task.FromResult<object?>("x"); }, readOnly: false);
        MemoryAuditLog audit = new() { OnAppend = entry => order.Add(entry.GetType().Name) };
        await RunAsync(tool, audit, new ScriptedAnswer(true));
        Assert.That(order, Is.EqualTo(["ActionDecided", "called", "ActionEnded"]));
        ActionDecided decided = (ActionDecided)audit.Entries[0];
        Assert.That((decided.IsPermitted, decided.WasApproved, decided.Tool, decided.Step), Is.EqualTo((true, true, "tool", 1)));
        Assert.That(decided.Reason, Does.Contain("may change things"));
        Assert.That(audit.Entries[1], Is.EqualTo(new ActionEnded(1, StepStatus.Succeeded)));
    }

    [Test]
    public async Task A_refusal_is_kept_with_its_reason()
    {
        MemoryAuditLog audit = new();
        AgentResult result = await RunAsync(new TestTool("tool", readOnly: false), audit, new ScriptedAnswer(false));
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Refused));
        ActionDecided decided = (ActionDecided)audit.Entries.Single();
        Assert.That((decided.IsPermitted, decided.WasApproved), Is.EqualTo((false, false)));
        Assert.That(decided.Reason, Does.StartWith("The call was not approved."));
    }

    [Test]
    public async Task Where_the_log_cannot_be_written_no_tool_is_called()
    {
        TestTool tool = new("tool");
        AgentResult result = await RunAsync(tool, new MemoryAuditLog { Fails = _ => true });
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Refused).And.Property("Reason").Contains("so that no tool is called: The disk is full."));
        Assert.That(tool.Calls, Is.Empty);
    }

    [Test]
    public async Task Where_the_end_cannot_be_written_nobody_takes_the_step_for_done_or_does_it_again()
    {
        TestTool tool = new("tool");
        AgentResult result = await RunAsync(tool, new MemoryAuditLog { Fails = entry => entry is ActionEnded });
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.NeedsInput).And.Property("Question").Contains("It ended as Succeeded"));
        Assert.That(tool.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task However_a_call_ends_is_kept()
    {
        MemoryAuditLog audit = new();
        await RunAsync(TestTool.Throwing("tool", "no"), audit);
        await RunAsync(TestTool.Deaf("tool"), audit, configure: parts => parts.Options.StepTimeout = TimeSpan.FromMilliseconds(20));
        using CancellationTokenSource stop = new();
        TestTool waiting = new("tool", TestTool.Empty, async (_, token) => { await stop.CancelAsync(); await Task.Delay(-1, token); return null; });
        await Runs.Agent(new ScriptedPlanner(Runs.Plan(("tool", "{}"))), [waiting], parts => parts.AuditLog = audit).RunAsync("goal", cancellationToken: stop.Token);
        Assert.That(audit.Entries.OfType<ActionEnded>().Select(entry => entry.Status), Is.EqualTo([StepStatus.Failed, StepStatus.TimedOut, StepStatus.Cancelled]));
    }

    [Test]
    public async Task A_question_that_was_withdrawn_is_kept()
    {
        MemoryAuditLog audit = new();
        using CancellationTokenSource stop = new();
        ActionGate gate = new([new TestTool("tool")], audit: audit, guards: [new Waiting(stop)]);
        Assert.That(async () => await gate.RequestAsync(new TestTool("tool"), new ActionRequest("run", 1, "tool", [])), Throws.Nothing);
        TestTool tool = new("tool");
        gate = new([tool], audit: audit, guards: [new Waiting(stop)]);
        Assert.That(async () => await gate.RequestAsync(tool, new ActionRequest("run", 1, "tool", []), stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(audit.Entries.OfType<ActionDecided>().Select(entry => entry.Reason), Is.EqualTo(["The agent was not given the tool 'tool'.", "The question was withdrawn."]));
    }

    [Test]
    public async Task Arguments_that_name_something_twice_are_refused_without_asking_anybody()
    {
        TestTool tool = new("tool", readOnly: false);
        MemoryAuditLog audit = new();
        ScriptedAnswer approval = new(true);
        JsonObject twice = JsonNode.Parse("""{"to":"bob@example.com","to":"eve@evil.net"}""")!.AsObject();
        (ActionPermit? permit, string? reason) = await new ActionGate([tool], approval: approval, audit: audit).RequestAsync(tool, new ActionRequest("run", 1, "tool", twice));
        Assert.That((permit, approval.Asked, audit.Entries.Count), Is.EqualTo(((ActionPermit?)null, 0, 1)));
        Assert.That(reason, Does.Contain("cannot be read"));
    }

    [Test]
    public async Task A_guard_that_decides_nothing_refuses()
    {
        TestTool tool = new("tool");
        foreach (ActionDecision? decision in new[] { null, new ActionDecision((ActionPermission)(-1)), new ActionDecision((ActionPermission)9) })
        {
            (ActionPermit? permit, string? reason) = await new ActionGate([tool], [new Fixed(decision!)]).RequestAsync(tool, new ActionRequest("run", 1, "tool", []));
            Assert.That((permit, reason), Is.EqualTo(((ActionPermit?)null, "The guard Fixed gave no decision.")));
        }
    }

    [Test]
    public async Task The_end_of_a_call_is_told_once()
    {
        TestTool tool = new("tool");
        ActionGate gate = new([tool]);
        (ActionPermit? permit, _) = await gate.RequestAsync(tool, new ActionRequest("run", 1, "tool", []));
        await gate.EndAsync(permit!, StepStatus.Succeeded);
        Assert.That(async () => await gate.EndAsync(permit!, StepStatus.Succeeded), Throws.InvalidOperationException);
    }

    private static async Task<AgentResult> RunAsync(TestTool tool, IAuditLog audit, IApprovalHandler? approval = null, Action<AgentComponents>? configure = null) =>
        await Runs.Agent(new ScriptedPlanner(Runs.Plan(("tool", "{}"))), [tool], parts =>
        {
            (parts.AuditLog, parts.Approval) = (audit, approval);
            configure?.Invoke(parts);
        }).RunAsync("goal", new AgentRunOptions { Limits = null });

    private sealed class ScriptedAnswer(bool answer) : IApprovalHandler
    {
        public int Asked { get; private set; }

        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            Asked++;
            return ValueTask.FromResult(answer);
        }
    }

    private sealed class Fixed(ActionDecision decision) : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(decision);
    }

    private sealed class Waiting(CancellationTokenSource stop) : IActionGuard
    {
        public async ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
        {
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return ActionDecision.Allow;
        }
    }
}
