using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AutoGpt.Sdk;

/// <summary>
/// Chooses the parts of the agent that <see cref="AutoGptServiceCollectionExtensions.AddAutoGpt"/> registered. All are singletons;
/// of two choices for one part the later holds; tools and guards add up.
/// </summary>
public sealed class AutoGptBuilder
{
    private readonly OptionsBuilder<AgentOptions> _options;

    internal AutoGptBuilder(IServiceCollection services, OptionsBuilder<AgentOptions> options) => (Services, _options) = (services, options);

    /// <summary>The services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Sets name and limits.</summary>
    /// <param name="configure">Changes the options.</param>
    public AutoGptBuilder Configure(Action<AgentOptions> configure)
    {
        _options.Configure(configure);
        return this;
    }

    /// <summary>Reads name and limits from configuration.</summary>
    /// <param name="section">The section, with the names of <see cref="AgentOptions"/>.</param>
    public AutoGptBuilder Configure(IConfiguration section)
    {
        _options.Bind(section);
        return this;
    }

    /// <summary>Plans with this model.</summary>
    /// <param name="model">The model. The container does not dispose it.</param>
    public AutoGptBuilder UseModel(ILanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Services.Replace(ServiceDescriptor.Singleton(model)); // An instance is its maker's to dispose, unlike what a factory makes.
        return this;
    }

    /// <summary>Plans with this model.</summary>
    /// <param name="model">Makes the model.</param>
    public AutoGptBuilder UseModel(Func<IServiceProvider, ILanguageModel> model) => Use(model);

    /// <summary>How the default planner plans.</summary>
    /// <param name="options">The options.</param>
    public AutoGptBuilder UsePlannerOptions(LanguageModelPlannerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Use(_ => options);
    }

    /// <summary>Plans with this planner instead of a <see cref="LanguageModelPlanner"/>.</summary>
    /// <param name="planner">Makes the planner.</param>
    public AutoGptBuilder UsePlanner(Func<IServiceProvider, IPlanner> planner) => Use(planner);

    /// <summary>Judges with this evaluator instead of an <see cref="OutcomeEvaluator"/>.</summary>
    /// <param name="evaluator">Makes the evaluator.</param>
    public AutoGptBuilder UseEvaluator(Func<IServiceProvider, IEvaluator> evaluator) => Use(evaluator);

    /// <summary>Runs steps with this executor instead of a <see cref="ToolStepExecutor"/>; guards and approval are then its business.</summary>
    /// <param name="executor">Makes the executor.</param>
    public AutoGptBuilder UseExecutor(Func<IServiceProvider, IStepExecutor> executor) => Use(executor);

    /// <summary>Asks a person with this handler. Without one, what needs an approval is refused.</summary>
    /// <param name="approval">Makes the handler.</param>
    public AutoGptBuilder UseApproval(Func<IServiceProvider, IApprovalHandler> approval) => Use(approval);

    /// <summary>Says which exceptions of tools are transient, instead of <see cref="TransientFailure.IsTransient(Exception)"/>.</summary>
    /// <param name="isTransient">Called by several threads at once.</param>
    public AutoGptBuilder UseTransientFailures(Func<Exception, bool> isTransient)
    {
        ArgumentNullException.ThrowIfNull(isTransient);
        return Use(_ => new AgentFactory.TransientFailures(isTransient));
    }

    /// <summary>Stores events here instead of in memory.</summary>
    /// <param name="journal">Makes the journal.</param>
    public AutoGptBuilder UseJournal(Func<IServiceProvider, IRunJournal> journal) => Use(journal);

    /// <summary>Adds tools.</summary>
    /// <param name="tools">The tools.</param>
    public AutoGptBuilder AddTools(IEnumerable<AIFunction> tools)
    {
        AIFunction[] added = [.. tools];
        return AddTools(_ => added);
    }

    /// <summary>Adds tools.</summary>
    /// <param name="tools">Makes the tools.</param>
    public AutoGptBuilder AddTools(Func<IServiceProvider, IEnumerable<AIFunction>> tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        Services.AddSingleton(new AgentFactory.ToolSource(tools));
        return this;
    }

    /// <summary>Adds a guard. The strictest decision of all guards holds.</summary>
    /// <param name="guard">Makes the guard.</param>
    public AutoGptBuilder AddGuard(Func<IServiceProvider, IActionGuard> guard)
    {
        Services.AddSingleton(guard);
        return this;
    }

    /// <summary>Adds a guard that goes by rules. A rule for a tool that the agent does not have is refused when the agent is made.</summary>
    /// <param name="policy">The rules.</param>
    /// <exception cref="ArgumentException">A rule cannot be used; the message says which, and what to write instead.</exception>
    public AutoGptBuilder AddToolPolicy(ToolPolicy policy)
    {
        ToolPolicyGuard guard = new(policy);
        return AddGuard(_ => guard);
    }

    /// <summary>Adds a guard that goes by rules from configuration.</summary>
    /// <param name="section">The section, as <see cref="ToolPolicy.Parse(IConfiguration)"/> reads it. Later changes do not reach the guard.</param>
    /// <exception cref="AutoGptException">The section is no policy; the message says where.</exception>
    /// <exception cref="ArgumentException">A rule cannot be used; the message says which, and what to write instead.</exception>
    public AutoGptBuilder AddToolPolicy(IConfiguration section) => AddToolPolicy(ToolPolicy.Parse(section));

    /// <summary>Keeps every decision about a tool call in this log. Where it cannot be written, no tool is called.</summary>
    /// <param name="log">Makes the log.</param>
    public AutoGptBuilder UseAuditLog(Func<IServiceProvider, IAuditLog> log) => Use(log);

    private AutoGptBuilder Use<T>(Func<IServiceProvider, T> factory)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        Services.Replace(ServiceDescriptor.Singleton(factory));
        return this;
    }
}
