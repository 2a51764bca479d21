using System.Text.RegularExpressions;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AutoGpt.Sdk.Tests;

/// <summary>What docs/concepts/guard.md shows, compiled and run.</summary>
public sealed class GuardPageTests
{
    private static readonly string Root = ProjectReferenceTests.Root();

    [Test]
    public void Every_snippet_of_the_page_stands_here()
    {
        string source = Squeeze(File.ReadAllText(Path.Combine(Root, "tests", "AutoGpt.Sdk.Tests", "Security", "GuardPageTests.cs")));
        string page = File.ReadAllText(Path.Combine(Root, "docs", "concepts", "guard.md"));
        string[] snippets = [.. Regex.Matches(page, "```csharp\n(.*?)```", RegexOptions.Singleline).SelectMany(match => match.Groups[1].Value.Split("\n\n")).Select(Squeeze)];
        Assert.That(snippets, Has.Length.GreaterThan(6));
        Assert.That(snippets.Where(snippet => !source.Contains(snippet, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Rules()
    {
        TestTool pay = new("pay", """{"type":"object","properties":{"payee":{},"amount":{}}}""", readOnly: false);
        AIFunction[] tools = [pay];
        ScriptedLanguageModel model = new("""{"steps":[{"tool":"pay","arguments":{"payee":"Acme Ltd","amount":9999}}]}""");
        ToolPolicyGuard guard = new(
            ToolRule.Allow("read_inbox"),
            ToolRule.Allow("send_mail", """
                {"properties": {"to": {"pattern": "^[a-z.]+@example\\.com$"}, "subject": {"type": "string", "maxLength": 200}, "body": {"type": "string"}},
                 "required": ["to", "subject", "body"]}
                """),
            ToolRule.Allow("pay", """{"properties": {"payee": {"enum": ["Acme Ltd"]}, "amount": {"exclusiveMinimum": 0, "maximum": 100}}, "required": ["payee", "amount"]}"""),
            ToolRule.Ask("pay", """{"properties": {"payee": {"enum": ["Acme Ltd"]}, "amount": {"exclusiveMinimum": 0, "maximum": 5000}}, "required": ["payee", "amount"]}""", "More than 100 euros."),
            ToolRule.Deny("run_command"));

        AutonomousAgent agent = AutonomousAgent.Create(model, tools, parts =>
        {
            parts.Guards.Add(guard);
            parts.Approval = new AskOnTheConsole();
        });
        Assert.That((await agent.RunAsync("Pay.")).Reason, Does.Contain("No rule allows this call of 'pay': arguments.amount must be at most 5000, not 9999."));
    }

    [Test]
    public void Policies()
    {
        ScriptedLanguageModel model = new();
        AIFunction[] tools = [new TestTool("pay")];
        ServiceCollection services = new();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Policy:Rules:0:Tool", "pay"), new("Policy:Rules:0:Permission", "ask")]).Build();
        ToolPolicy policy = ToolPolicy.Parse("""
            {"unlistedTools": "ask",
             "rules": [{"tool": "http_get", "permission": "allow", "arguments": {"properties": {"url": {"pattern": "^https://api\\.example\\.com/[a-z0-9/]*$"}}, "required": ["url"]}}]}
            """);

        services.AddAutoGpt()
            .UseModel(_ => model)
            .AddTools(tools)
            .AddToolPolicy(configuration.GetSection("Policy"));
        Assert.That(new ToolPolicyGuard(policy).Tools, Is.EqualTo(["http_get"]));
        Assert.That(services.BuildServiceProvider().GetRequiredService<IAgent>(), Is.Not.Null);
    }

    [Test]
    public async Task Other_callers()
    {
        TestTool pay = new("pay", readOnly: false);
        AIFunction[] tools = [pay];
        ToolPolicyGuard guard = new(ToolRule.Allow("pay"));
        MemoryAuditLog audit = new();
        ScriptedChatClient chatClient = new([new ChatResponse(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "pay")])), new ChatResponse(new ChatMessage(ChatRole.Assistant, "ok"))]);
        ActionGate gate = new(tools, [guard], new AskOnTheConsole(), audit);
        using FunctionInvokingChatClient client = new(chatClient);
        ChatResponse response = await client.GetResponseAsync("Pay the invoice.", new ChatOptions { Tools = [.. tools.Select(tool => gate.Protect(tool, "chat 7"))] });
        Assert.That((response.Text, pay.Calls.Count, audit.Entries.Count), Is.EqualTo(("ok", 1, 2)));
    }

    /// <summary>Compiled only: the page's paths are not for a test to write to. <see cref="FileAuditLogTests"/> runs the same.</summary>
    public static void AuditLog(ILanguageModel model, AIFunction[] tools, byte[] key)
    {
        using FileAuditLog log = FileAuditLog.Open(new FileAuditLogOptions { Path = "audit.log", HeadPath = "/mnt/elsewhere/audit.head", Key = key });
        AutonomousAgent agent = AutonomousAgent.Create(model, tools, parts => parts.AuditLog = log);
        ArgumentNullException.ThrowIfNull(agent);
        AuditVerification found = FileAuditLog.Verify(new FileAuditLogOptions { Path = "audit.log", HeadPath = "/mnt/elsewhere/audit.head", Key = key });
        Console.WriteLine(found.IsIntact ? $"{found.Records} records, as they were written." : $"{found.Fault}, record {found.Record}: {found.Message}");
    }

    private static string Squeeze(string text) => Regex.Replace(text, @"\s+", " ").Trim();

    internal sealed class AskOnTheConsole : IApprovalHandler
    {
        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
        {
            Console.Write($"{PrintableText.Of(request)}\n{reason} Go ahead? [y/N] ");
            return ValueTask.FromResult(Console.ReadLine() is "y" or "yes");
        }
    }
}
