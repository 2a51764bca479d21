using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoGpt.Sdk;

/// <summary>Puts an agent together from registered services.</summary>
internal static class AgentFactory
{
    public static IAgent Create(IServiceProvider services)
    {
        AgentComponents components = new()
        {
            Planner = services.GetService<IPlanner>() ?? new LanguageModelPlanner(
                services.GetService<ILanguageModel>() ?? throw new InvalidOperationException(
                    "The agent has no model: call UseModel(…) or UsePlanner(…) on the builder that AddAutoGpt() returns."),
                services.GetService<LanguageModelPlannerOptions>()),
            Executor = services.GetService<IStepExecutor>(),
            Approval = services.GetService<IApprovalHandler>(),
            AuditLog = services.GetService<IAuditLog>(),
            Options = services.GetRequiredService<IOptions<AgentOptions>>().Value,
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
            Services = services,
        };
        components.Evaluator = services.GetService<IEvaluator>() ?? components.Evaluator;
        components.Journal = services.GetService<IRunJournal>() ?? components.Journal;
        components.Logger = services.GetService<ILogger<AutonomousAgent>>() ?? components.Logger;
        components.IsTransient = services.GetService<TransientFailures>()?.IsTransient ?? components.IsTransient;
        foreach (AIFunction tool in services.GetServices<ToolSource>().SelectMany(source => source.Tools(services)))
        {
            components.Tools.Add(tool);
        }

        if (components.Tools.Count == 0)
        {
            throw new InvalidOperationException("The agent has no tools: call AddTools(…) on the builder that AddAutoGpt() returns.");
        }

        foreach (IActionGuard guard in services.GetServices<IActionGuard>())
        {
            components.Guards.Add(guard);
            if ((guard as ToolPolicyGuard)?.Tools.Except(components.Tools.Select(tool => tool.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            {
                // A slip of the pen in a rule must not be found out by what it failed to forbid.
                throw new InvalidOperationException($"A rule names the tool '{SingleLine.Of(unknown, 60)}', which the agent does not have: it has {string.Join(", ", components.Tools.Select(tool => tool.Name))}.");
            }
        }

        return new AutonomousAgent(components);
    }

    /// <summary>Tools that a call of <see cref="AutoGptBuilder.AddTools(IEnumerable{AIFunction})"/> brought.</summary>
    internal sealed record ToolSource(Func<IServiceProvider, IEnumerable<AIFunction>> Tools);

    /// <summary>What <see cref="AutoGptBuilder.UseTransientFailures"/> chose.</summary>
    internal sealed record TransientFailures(Func<Exception, bool> IsTransient);
}
