using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

/// <summary>The gate before callers that are no agent of ours: the real FunctionInvokingChatClient on a scripted model.</summary>
public sealed class ProtectTests
{
    private static readonly ToolRule Small = ToolRule.Allow("pay", """{"properties":{"amount":{"type":"integer","minimum":1,"maximum":100}},"required":["amount"]}""");

    [Test]
    public async Task A_chat_client_calls_through_the_gate()
    {
        List<int> paid = [];
        AIFunction pay = AIFunctionFactory.Create((int amount) => { paid.Add(amount); return "paid"; }, "pay");
        ActionGate gate = new([pay], [new ToolPolicyGuard(Small)]);
        ScriptedChatClient model = new([Call(50), Call(5000), Call("50"), Done()]);
        using FunctionInvokingChatClient client = new(model) { IncludeDetailedErrors = true };
        await client.GetResponseAsync("pay", new ChatOptions { Tools = [gate.Protect(pay)] });
        string[] told = [.. model.Requests[^1].SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => $"{result.Exception?.Message ?? result.Result}")];
        Assert.That(paid, Is.EqualTo([50]));
        Assert.That(told, Is.EqualTo(["paid", "No rule allows this call of 'pay': arguments.amount must be at most 100, not 5000.", "No rule allows this call of 'pay': arguments.amount must be integer, not \"50\"."]));
    }

    [Test]
    public async Task Approval_is_asked_once_by_the_gate_even_of_a_tool_that_wants_approval()
    {
        TestTool inner = new("pay", """{"type":"object","properties":{"amount":{"type":"integer"}}}""", readOnly: false);
        ApprovalRequiredAIFunction tool = new(inner);
        Approval approval = new(request => request.Arguments["amount"]!.GetValue<int>() == 1);
        AIFunction guarded = new ActionGate([tool], approval: approval).Protect(tool, "chat-7");
        using FunctionInvokingChatClient client = new(new ScriptedChatClient([Call(1), Call(2), Done()]));
        await client.GetResponseAsync("pay", new ChatOptions { Tools = [guarded] });
        Assert.That(inner.Calls, Is.EqualTo(["""{"amount":1}"""]));
        Assert.That(approval.Asked.Select(request => (request.RunId, request.Step)), Is.EqualTo([("chat-7", 1), ("chat-7", 2)]));
    }

    [Test]
    public void A_refusal_is_an_exception_whose_message_is_the_reason_in_one_line()
    {
        TestTool tool = new("pay", readOnly: false);
        ActionGate gate = new([tool], [new Deny("no\r\n\u001b[2Kyes\u202e")]);
        Assert.That(async () => await gate.Protect(tool).InvokeAsync(), Throws.InstanceOf<ActionRefusedException>().With.Message.EqualTo("no [2Kyes"));
    }

    [Test]
    public void Nothing_leads_round_the_gate()
    {
        TestTool tool = new("pay", readOnly: false);
        ActionGate gate = new([tool]);
        AIFunction guarded = gate.Protect(tool);
        Assert.That(guarded.GetService<TestTool>(), Is.Null);
        Assert.That((guarded.Name, guarded.Description, guarded.JsonSchema.ToString()), Is.EqualTo((tool.Name, tool.Description, tool.JsonSchema.ToString())));
        Assert.That(() => gate.Protect(new TestTool("pay")), Throws.ArgumentException, "another object under a known name");
        Assert.That(() => gate.Protect(guarded), Throws.ArgumentException);
    }

    [TestCase("node")]
    [TestCase("value")]
    [TestCase("object")]
    public async Task Arguments_of_whatever_kind_are_decided_about_as_the_tool_gets_them(string kind)
    {
        TestTool tool = new("pay", readOnly: false);
        JsonObject node = new() { ["amount"] = 5 };
        AIFunction guarded = new ActionGate([tool], [new ToolPolicyGuard(ToolRule.Allow("pay", """{"properties":{"a":{"properties":{"amount":{"const":5}}}}}"""))]).Protect(tool);
        object given = kind switch { "node" => node, "value" => System.Text.Json.JsonDocument.Parse("""{"amount":5}""").RootElement, _ => new Dictionary<string, object?> { ["amount"] = 5 } };
        await guarded.InvokeAsync(new AIFunctionArguments { ["a"] = given });
        Assert.That(tool.Calls, Is.EqualTo(["""{"a":{"amount":5}}"""]));
    }

    [Test]
    public void Arguments_that_cannot_be_read_are_refused_and_kept()
    {
        TestTool tool = new("pay");
        MemoryAuditLog audit = new();
        AIFunction guarded = new ActionGate([tool], audit: audit).Protect(tool);
        Assert.That(async () => await guarded.InvokeAsync(new AIFunctionArguments { ["a"] = new Action(() => { }) }), Throws.InstanceOf<ActionRefusedException>());
        Assert.That(async () => await guarded.InvokeAsync(new AIFunctionArguments { ["a"] = JsonNode.Parse("""{"b":1,"b":2}""") }), Throws.InstanceOf<ActionRefusedException>());
        Assert.That(tool.Calls, Is.Empty);
        Assert.That(audit.Entries.OfType<ActionDecided>().Select(entry => entry.IsPermitted), Is.EqualTo([false, false]));
    }

    [Test]
    public async Task The_audit_log_keeps_decision_and_end()
    {
        TestTool tool = new("pay");
        TestTool broken = TestTool.Throwing("broken", "no");
        MemoryAuditLog audit = new();
        ActionGate gate = new([tool, broken], audit: audit);
        await gate.Protect(tool).InvokeAsync();
        Assert.That(async () => await gate.Protect(broken).InvokeAsync(), Throws.InvalidOperationException);
        Assert.That(audit.Entries, Is.EqualTo(new AuditEntry[]
        {
            new ActionDecided("external", 1, "pay", true), new ActionEnded(1, StepStatus.Succeeded),
            new ActionDecided("external", 1, "broken", true), new ActionEnded(3, StepStatus.Failed),
        }));
    }

    private static ChatResponse Call(object amount) =>
        new(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent(Guid.NewGuid().ToString("n"), "pay", new Dictionary<string, object?> { ["amount"] = amount })]));

    private static ChatResponse Done() => new(new ChatMessage(ChatRole.Assistant, "done"));

    private sealed class Deny(string reason) : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(new ActionDecision(ActionPermission.Deny, reason));
    }

    private sealed class Approval(Func<ActionRequest, bool> decide) : IApprovalHandler
    {
        public List<ActionRequest> Asked { get; } = [];

        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            Asked.Add(request);
            return ValueTask.FromResult(decide(request));
        }
    }
}
