using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AutoGpt.Sdk.Tests;

public sealed class ToolPolicyGuardTests
{
    private const string Small = """{"properties":{"amount":{"type":"integer","minimum":1,"maximum":100}},"required":["amount"]}""";
    private const string Large = """{"properties":{"amount":{"type":"integer","minimum":1,"maximum":5000}},"required":["amount"]}""";
    private static readonly ToolRule[] Rules = [ToolRule.Ask("pay", Large, "More than 100."), ToolRule.Allow("pay", Small), ToolRule.Deny("shell", "No shells."), ToolRule.Allow("shell")];

    [TestCase("pay", """{"amount":100}""", ActionPermission.Allow, null)]
    [TestCase("pay", """{"amount":101}""", ActionPermission.Ask, "More than 100.")]
    [TestCase("pay", """{"amount":5001}""", ActionPermission.Deny, "No rule allows this call of 'pay': arguments.amount must be at most 5000, not 5001.")]
    [TestCase("pay", """{"amount":"100"}""", ActionPermission.Deny, "No rule allows this call of 'pay': arguments.amount must be integer, not \"100\".")]
    [TestCase("pay", """{"amount":1,"x":1}""", ActionPermission.Deny, "No rule allows this call of 'pay': arguments has no member 'x' (it has amount).")]
    [TestCase("shell", "{}", ActionPermission.Deny, "No shells.")]
    [TestCase("Pay", """{"amount":1}""", ActionPermission.Deny, "No rule names the tool 'Pay'.")]
    [TestCase("pay ", """{"amount":1}""", ActionPermission.Deny, "No rule names the tool 'pay'.")]
    [TestCase("other", "{}", ActionPermission.Deny, "No rule names the tool 'other'.")]
    public async Task A_call_must_fit_a_rule(string tool, string arguments, ActionPermission permission, string? reason) =>
        Assert.That(await DecideAsync(new ToolPolicyGuard(Rules), tool, arguments), Is.EqualTo(new ActionDecision(permission, reason)));

    [TestCase(ActionPermission.Abstain)]
    [TestCase(ActionPermission.Ask)]
    [TestCase(ActionPermission.Deny)]
    public async Task Tools_without_a_rule(ActionPermission unlisted) =>
        Assert.That((await DecideAsync(new ToolPolicyGuard(new ToolPolicy { UnlistedTools = unlisted }), "other", "{}")).Permission, Is.EqualTo(unlisted));

    [Test]
    public void Rules_that_are_no_rules_are_refused()
    {
        Assert.That(() => new ToolPolicyGuard(new ToolPolicy { UnlistedTools = ActionPermission.Allow }), Throws.ArgumentException);
        Assert.That(() => new ToolPolicyGuard(new ToolRule("x", ActionPermission.Abstain)), Throws.ArgumentException);
        Assert.That(() => new ToolPolicyGuard(new ToolRule("x", (ActionPermission)9)), Throws.ArgumentException);
        Assert.That(() => new ToolPolicyGuard(ToolRule.Allow(" ")), Throws.ArgumentException);
        Assert.That(() => new ToolPolicyGuard(ToolRule.Allow("x", "{}") with { Permission = ActionPermission.Deny }), Throws.ArgumentException.With.Message.Contains("what fits none is denied"));
    }

    [Test]
    public async Task A_hostile_argument_does_not_reach_the_reason_raw()
    {
        ActionDecision decision = await DecideAsync(new ToolPolicyGuard(Rules), "pay", """{"amount":1,"a\u001b[2K\r\nApproved\u202e\udb40\udc41":1}""");
        Assert.That(decision.Reason, Is.EqualTo("No rule allows this call of 'pay': arguments has no member 'a[2K Approved' (it has amount)."));
    }

    [Test]
    public async Task A_hostile_result_that_flows_in_through_a_reference_is_seen()
    {
        TestTool read = new("read", TestTool.Empty, "eve@evil.net");
        TestTool mail = new("mail", """{"type":"object","properties":{"to":{"type":"string"},"copies":{"type":"array","items":{"type":"string"}}}}""", readOnly: false);
        ToolRule rule = ToolRule.Allow("mail", """{"properties":{"to":{"pattern":"^[a-z]+@example\\.com$"},"copies":{"items":{"pattern":"^[a-z]+@example\\.com$"}}}}""");
        foreach (string arguments in (string[])["""{"to":"$1"}""", """{"to":"bob@example.com","copies":["bob@example.com","$1"]}""", """{"to":"$$1"}"""])
        {
            ScriptedPlanner planner = new(Runs.Plan(("read", "{}"), ("mail", arguments)));
            AgentResult result = await Runs.Agent(planner, [read, mail], parts => parts.Guards.Add(new ToolPolicyGuard(rule, ToolRule.Allow("read")))).RunAsync("goal");
            Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Refused).And.Property("Reason").Contains("must match"));
        }

        Assert.That(mail.Calls, Is.Empty);
        ScriptedPlanner honest = new(Runs.Plan(("read", "{}"), ("mail", """{"to":"bob@example.com"}""")));
        await Runs.Agent(honest, [read, mail], parts => parts.Guards.Add(new ToolPolicyGuard(rule, ToolRule.Allow("read")))).RunAsync("goal");
        Assert.That(mail.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_policy_is_read_from_JSON()
    {
        ToolPolicy policy = ToolPolicy.Parse($$"""{"unlistedTools":"abstain","rules":[{"tool":"pay","permission":"ask","arguments":{{Small}},"reason":"Money."},{"tool":"shell","permission":"deny"}]}""");
        ToolPolicyGuard guard = new(policy);
        Assert.That(await DecideAsync(guard, "pay", """{"amount":1}"""), Is.EqualTo(new ActionDecision(ActionPermission.Ask, "Money.")));
        Assert.That((await DecideAsync(guard, "pay", """{"amount":101}""")).Permission, Is.EqualTo(ActionPermission.Deny));
        Assert.That((await DecideAsync(guard, "shell", "{}")).Permission, Is.EqualTo(ActionPermission.Deny));
        Assert.That(await DecideAsync(guard, "x", "{}"), Is.EqualTo(ActionDecision.Abstain));
        Assert.That(ToolPolicy.Parse("""{"rules":[]}""").UnlistedTools, Is.EqualTo(ActionPermission.Deny));
    }

    [TestCase("""{"rules":[{"tool":"a"}]}""")]
    [TestCase("""{"rules":[{"permission":"allow"}]}""")]
    [TestCase("""{"rules":[{"tool":"a","permission":"alow"}]}""")]
    [TestCase("""{"rules":[{"tool":"a","permission":"allow","argments":{}}]}""")]
    [TestCase("""{"rules":[{"tool":"a","permission":"deny","permission":"allow"}]}""")]
    [TestCase("""{"rules":[{"tool":null,"permission":"allow"}]}""")]
    [TestCase("""{"rules":null}""")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("x")]
    public void JSON_that_is_no_policy_is_refused(string json) => Assert.That(() => ToolPolicy.Parse(json), Throws.InstanceOf<AutoGptException>());

    [Test]
    public async Task A_policy_is_read_from_configuration()
    {
        ToolPolicyGuard guard = new(ToolPolicy.Parse(Configuration(
            ("UnlistedTools", "Ask"), ("Rules:0:Tool", "pay"), ("Rules:0:Permission", "Allow"), ("Rules:0:Arguments", Small), ("Rules:1:tool", "pay"), ("Rules:1:permission", "ask"), ("Rules:1:reason", "Money."))));
        Assert.That(await DecideAsync(guard, "pay", """{"amount":1}"""), Is.EqualTo(ActionDecision.Allow));
        Assert.That(await DecideAsync(guard, "pay", """{"amount":101}"""), Is.EqualTo(new ActionDecision(ActionPermission.Ask, "Money.")));
        Assert.That((await DecideAsync(guard, "x", "{}")).Permission, Is.EqualTo(ActionPermission.Ask));
    }

    [TestCase("Rules:0:Tool=a")]
    [TestCase("Rules:0:Permission=allow")]
    [TestCase("Rules:0:Tool=a;Rules:0:Permission=alow")]
    [TestCase("Rules:0:Tool=a;Rules:0:Permission=allow;Rules:0:Argments={}")]
    [TestCase("Rules:0:Tool=a;Rules:0:Permission=allow;Rules:0:Arguments={")]
    [TestCase("Rules:0:Tool=a;Rules:0:Permission=allow;Rules:0:Arguments:required:0=b", Description = "as a section it would be no constraint")]
    [TestCase("Rule:0:Tool=a;Rule:0:Permission=deny")]
    [TestCase("UnlistedTools=maybe")]
    public void Configuration_that_is_no_policy_is_refused(string settings) =>
        Assert.That(() => ToolPolicy.Parse(Configuration([.. settings.Split(';').Select(pair => (pair.Split('=')[0], pair.Split('=')[1]))])), Throws.InstanceOf<AutoGptException>());

    [Test]
    public async Task The_builder_takes_a_policy_and_refuses_rules_for_tools_that_are_not_there()
    {
        TestTool pay = new("pay", """{"type":"object","properties":{"amount":{"type":"integer"}}}""", readOnly: false);
        AgentResult small = await Resolve(pay, ("Rules:0:Tool", "pay"), ("Rules:0:Permission", "Allow"), ("Rules:0:Arguments", Small)).RunAsync("goal");
        AgentResult large = await Resolve(pay, ("Rules:0:Tool", "pay"), ("Rules:0:Permission", "Allow"), ("Rules:0:Arguments", Small.Replace("100", "6", StringComparison.Ordinal))).RunAsync("goal");
        Assert.That((small.Status, large.Status, pay.Calls.Count), Is.EqualTo((AgentStatus.Succeeded, AgentStatus.Refused, 1)));
        Assert.That(() => Resolve(pay, ("Rules:0:Tool", "pey"), ("Rules:0:Permission", "Deny")), Throws.InvalidOperationException.With.Message.Contains("'pey'"));
    }

    private static IAgent Resolve(TestTool tool, params (string Key, string Value)[] policy)
    {
        ServiceCollection services = new();
        services.AddAutoGpt().UsePlanner(_ => new ScriptedPlanner(Runs.Plan(("pay", """{"amount":7}""")))).AddTools([tool]).AddToolPolicy(Configuration(policy));
        return services.BuildServiceProvider().GetRequiredService<IAgent>();
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();

    private static async Task<ActionDecision> DecideAsync(ToolPolicyGuard guard, string tool, string arguments) =>
        await guard.DecideAsync(new ActionRequest("run", 1, tool, JsonNode.Parse(arguments)!.AsObject()));
}
