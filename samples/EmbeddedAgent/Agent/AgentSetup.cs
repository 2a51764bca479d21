using AutoGpt.Sdk;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;
using Microsoft.Extensions.Options;

namespace EmbeddedAgent;

/// <summary>What the agent is made of. Another model is another line here: <c>UseModel(_ =&gt; chatClient.AsLanguageModel())</c>.</summary>
internal static class AgentSetup
{
    public static void AddAgent(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<StorageOptions>().BindConfiguration("Storage");
        services.AddOptions<RunOptions>().BindConfiguration("Runs").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ApprovalOptions>().BindConfiguration("Approvals").ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Workspace.Open(Storage(provider).WorkspacePath));
        services.AddSingleton(provider => SqliteRunJournal.Open(Storage(provider).JournalPath));
        services.AddSingleton(provider => new SuspendableJournal(provider.GetRequiredService<SqliteRunJournal>()));
        services.AddSingleton<ApprovalDesk>();

        services.AddAutoGpt()
            .Configure(builder.Configuration.GetSection("Agent"))
            .UseModel(_ => MiniModel.Load())
            .AddTools(provider => WorkspaceTools.Create(provider.GetRequiredService<Workspace>()))
            .AddGuard(provider => new WorkspaceGuard(provider.GetRequiredService<Workspace>()))
            .UseApproval(provider => provider.GetRequiredService<ApprovalDesk>())
            .UseJournal(provider => provider.GetRequiredService<SuspendableJournal>());

        services.AddSingleton<RunService>();
        services.AddHostedService(provider => provider.GetRequiredService<RunService>());
        services.AddHealthChecks().AddCheck<JournalHealthCheck>("journal");
    }

    private static StorageOptions Storage(IServiceProvider provider) => provider.GetRequiredService<IOptions<StorageOptions>>().Value;
}
