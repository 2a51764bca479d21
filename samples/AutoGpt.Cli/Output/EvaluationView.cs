using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Output;

/// <summary>What an evaluation found, as JSON.</summary>
internal static class EvaluationView
{
    /// <summary>The figures, each with its interval.</summary>
    public static JsonObject Figures(ModelEvaluationReport report) => new([.. report.Figures.Select(each => KeyValuePair.Create(each.Name, (JsonNode?)Interval(each.Figure)))]);

    public static JsonObject Interval(ConfidenceInterval interval) => new() { ["estimate"] = interval.Estimate, ["lower"] = interval.Lower, ["upper"] = interval.Upper, ["level"] = interval.Level };

    public static JsonObject Of(ModelEvaluationReport report) => new()
    {
        ["type"] = "result",
        ["records"] = report.Records.Count,
        ["tooLong"] = report.TooLong,
        ["shots"] = report.Shots,
        ["tokens"] = report.Likelihood?.Tokens,
        ["cutOff"] = report.Answers?.CutOff,
        ["bleuSignature"] = report.Answers?.BleuSignature,
        ["figures"] = Figures(report),
        ["confusion"] = report.Labels is { Confusion: { } confusion } ? new JsonObject
        {
            ["labels"] = JsonLines.Array(confusion.Labels),
            ["counts"] = new JsonArray([.. Enumerable.Range(0, confusion.Labels.Count).Select(row => JsonLines.Array(Enumerable.Range(0, confusion.Labels.Count).Select(column => confusion[row, column])))]),
        } : null,
    };

    /// <summary>What became of each record, a line each.</summary>
    public static void Write(Stream stream, ModelEvaluationReport report)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        foreach (EvaluatedRecord record in report.Records)
        {
            Line(record).WriteTo(json);
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    }

    private static JsonObject Line(EvaluatedRecord record) => new()
    {
        ["file"] = record.Record.Place.File,
        ["line"] = record.Record.Place.Line,
        ["text"] = record.Record.Text,
        ["prompt"] = record.Record.Prompt,
        ["reference"] = record.Reference,
        ["answer"] = record.Answer?.Text,
        ["exact"] = record.IsExact,
        ["label"] = record.Record.Label,
        ["predicted"] = record.PredictedLabel,
        ["probability"] = record.LabelProbabilities.Count > 0 ? record.LabelProbabilities.Max() : null,
        ["nats"] = record.Nats,
        ["tokens"] = record.Tokens,
        ["tooLong"] = record.TooLong,
        ["shots"] = new JsonArray([.. record.Shots.Select(shot => (JsonNode)shot.Place.ToString())]),
    };
}
