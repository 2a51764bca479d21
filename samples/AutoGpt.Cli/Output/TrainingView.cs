using System.Text.Json.Nodes;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Output;

/// <summary>Tells of a training run: reports on standard error, the result as JSON.</summary>
internal sealed class TrainingView : IProgress<TrainingProgress>
{
    // Progress<T> would hand reports to the thread pool, where they overtake each other.
    public void Report(TrainingProgress value) => Console.Error.WriteLine(value);

    public static void Warn(TrainingResult result)
    {
        foreach (string warning in result.Warnings)
        {
            Console.Error.WriteLine("warning: " + Printable.Line(warning, 1000));
        }
    }

    public static JsonObject Of(TrainingResult result) => new()
    {
        ["type"] = "result",
        ["firstLoss"] = result.FirstLoss,
        ["trainLoss"] = result.TrainingLoss,
        ["validationLoss"] = result.ValidationLoss,
        ["tokensPerSecond"] = Math.Round(result.TokensPerSecond, 1),
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["iterations"] = result.Iterations,
        ["stopReason"] = result.StopReason,
        ["warnings"] = JsonLines.Array(result.Warnings),
    };
}
