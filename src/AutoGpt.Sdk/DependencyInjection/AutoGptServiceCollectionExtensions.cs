using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AutoGpt.Sdk;

/// <summary>Registers an agent.</summary>
public static class AutoGptServiceCollectionExtensions
{
    /// <summary>
    /// Registers an <see cref="IAgent"/> as a singleton and returns a builder for its parts. It needs a model (or a planner) and
    /// tools; resolving the agent without them, or with options out of range, says what is missing.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets name and limits. Default: the defaults.</param>
    public static AutoGptBuilder AddAutoGpt(this IServiceCollection services, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<AgentOptions> options = services.AddOptions<AgentOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AgentOptions>, AgentOptionsValidator>());
        services.TryAddSingleton<IAgent>(AgentFactory.Create);
        return new AutoGptBuilder(services, options);
    }
}
