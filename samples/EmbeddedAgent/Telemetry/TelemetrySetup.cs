using AutoGpt.Sdk;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EmbeddedAgent;

/// <summary>Traces and metrics of the agent and of the web server. <c>Telemetry:Exporter</c> says where they go: <c>none</c>, <c>console</c>, or <c>otlp</c> with the OTEL_EXPORTER_OTLP_ settings.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName))
            .WithTracing(tracing => tracing.AddSource(AgentDiagnostics.ActivitySourceName).AddAspNetCoreInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(AgentDiagnostics.MeterName).AddAspNetCoreInstrumentation());
        switch (builder.Configuration["Telemetry:Exporter"])
        {
            case "otlp":
                telemetry.UseOtlpExporter();
                break;
            case "console":
                telemetry.WithTracing(tracing => tracing.AddConsoleExporter()).WithMetrics(metrics => metrics.AddConsoleExporter());
                break;
            case null or "none":
                break;
            case var other:
                throw new InvalidOperationException($"Telemetry:Exporter is '{other}'; it is none, console or otlp.");
        }
    }
}
