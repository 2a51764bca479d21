using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>Code of the documentation that is in no sample.</summary>
internal static class Snippets
{
    public static void Telemetry(IServiceCollection services) =>
        services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource(AgentDiagnostics.ActivitySourceName))
            .WithMetrics(metrics => metrics.AddMeter(AgentDiagnostics.MeterName))
            .UseOtlpExporter();

    public static void Contents(IServiceCollection services) =>
        services.AddAutoGpt(options => options.IncludeContent = true);
}
