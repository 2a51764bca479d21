namespace AutoGpt.Sdk;

/// <summary>
/// The names under which the agent traces and measures, for <c>AddSource</c> and <c>AddMeter</c> of OpenTelemetry. Spans, attributes and metrics are those of the OpenTelemetry semantic
/// conventions for generative AI; contents – goals, arguments, results, prompts – are in them only with <see cref="AgentOptions.IncludeContent"/>.
/// </summary>
public static class AgentDiagnostics
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "AutoGpt.Sdk";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "AutoGpt.Sdk";
}
