using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AutoGpt.Sdk;

/// <summary>The metrics of runs, with the names and bucket boundaries that the semantic conventions advise. No metric has a tag that tells contents, or one run from another.</summary>
internal static class AgentMetrics
{
    private static readonly Meter Meter = new(AgentDiagnostics.MeterName);

    private static readonly Histogram<double> Agent = Seconds(
        "gen_ai.invoke_agent.duration", "Time of one part of a run.", [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6]);

    private static readonly Histogram<double> Tool = Seconds(
        "gen_ai.execute_tool.duration", "Time of a step, with that a person took to approve it.", [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]);

    private static readonly Histogram<double> Call = Seconds(
        "gen_ai.client.operation.duration", "Time of a model's call.", [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]);

    private static readonly Histogram<double> FirstChunk = Seconds(
        "gen_ai.client.operation.time_to_first_chunk", "Time until the first piece of a model's answer.", [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]);

    private static readonly Histogram<long> Tokens = Meter.CreateHistogram(
        "gen_ai.client.token.usage",
        "{token}",
        "Tokens of a model's call.",
        tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    /// <summary>Whether anybody measures model calls.</summary>
    public static bool MeasuresCalls => Call.Enabled || Tokens.Enabled || FirstChunk.Enabled;

    public static void RecordAgent(string name, string? error, TimeSpan elapsed)
    {
        TagList tags = new() { { "gen_ai.agent.name", name } };
        Record(Agent, tags, error, elapsed);
    }

    public static void RecordTool(string tool, string? error, TimeSpan elapsed)
    {
        TagList tags = new() { { "gen_ai.tool.name", tool }, { "gen_ai.tool.type", "function" } };
        Record(Tool, tags, error, elapsed);
    }

    public static void RecordCall(ModelDescription model, string? error, TimeSpan elapsed, TimeSpan? firstChunk, TokenUsage? usage)
    {
        TagList tags = new()
        {
            { "gen_ai.operation.name", "chat" },
            { "gen_ai.provider.name", model.Provider },
            { "gen_ai.request.model", model.Name },
            { "gen_ai.response.model", model.Name },
        };
        if (firstChunk is { } first)
        {
            FirstChunk.Record(first.TotalSeconds, tags);
        }

        if (usage is { } tokens)
        {
            Count(tokens.PromptTokens, "input", tags);
            Count(tokens.CompletionTokens, "output", tags);
        }

        Record(Call, tags, error, elapsed);
    }

    private static void Count(int tokens, string type, TagList tags)
    {
        tags.Add("gen_ai.token.type", type);
        Tokens.Record(tokens, tags);
    }

    private static void Record(Histogram<double> histogram, TagList tags, string? error, TimeSpan elapsed)
    {
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        histogram.Record(elapsed.TotalSeconds, tags);
    }

    private static Histogram<double> Seconds(string name, string description, double[] boundaries) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
