using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AutoGpt.Sdk.Tests;

/// <summary>What OpenTelemetry's own SDK is told while this is open.</summary>
internal sealed class Recording : IDisposable
{
    private readonly List<Activity> _spans = [];
    private readonly List<Metric> _metrics = [];
    private readonly TracerProvider _tracer;
    private readonly MeterProvider _meter;

    public Recording(params string[] otherSources)
    {
        _tracer = global::OpenTelemetry.Sdk.CreateTracerProviderBuilder().AddSource([AgentDiagnostics.ActivitySourceName, .. otherSources]).AddInMemoryExporter(_spans).Build();
        _meter = global::OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter(AgentDiagnostics.MeterName).AddInMemoryExporter(_metrics).Build();
    }

    public Activity[] Spans
    {
        get
        {
            _tracer.ForceFlush();
            return [.. _spans];
        }
    }

    /// <summary>All that the spans tell, as one text.</summary>
    public string SpanText => string.Join('\n', Spans.SelectMany(span => (string?[])
    [
        span.DisplayName, span.StatusDescription, Told(span.TagObjects), .. span.Events.SelectMany(happened => (string[])[happened.Name, Told(happened.Tags)]),
        .. span.Links.Select(link => Told(link.Tags ?? [])), .. span.Baggage.Select(pair => pair.Value),
    ]));

    /// <summary>All that the metrics tell, as one text.</summary>
    public string MetricText => string.Join('\n', Points().Select(point => point.Name + " " + Told(point.Tags)));

    /// <summary>Every point of every metric.</summary>
    public (string Name, Dictionary<string, object?> Tags, long Count, double Sum, double[] Bounds)[] Points()
    {
        _metrics.Clear();
        _meter.ForceFlush();
        List<(string, Dictionary<string, object?>, long, double, double[])> points = [];
        foreach (Metric metric in _metrics)
        {
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
            {
                Dictionary<string, object?> tags = [];
                foreach (KeyValuePair<string, object?> tag in point.Tags)
                {
                    tags.Add(tag.Key, tag.Value);
                }

                List<double> bounds = [];
                foreach (HistogramBucket bucket in point.GetHistogramBuckets())
                {
                    bounds.Add(bucket.ExplicitBound);
                }

                points.Add((metric.Name, tags, point.GetHistogramCount(), point.GetHistogramSum(), [.. bounds]));
            }
        }

        return [.. points];
    }

    public Activity Span(string name) => Spans.Single(span => span.DisplayName == name);

    public void Dispose()
    {
        _tracer.Dispose();
        _meter.Dispose();
    }

    private static string Told(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join('\n', tags.Select(tag =>
        tag.Key + "=" + (tag.Value is IEnumerable<string> several ? string.Join(',', several) : Convert.ToString(tag.Value, CultureInfo.InvariantCulture))));
}
