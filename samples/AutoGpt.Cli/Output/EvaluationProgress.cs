using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Output;

/// <summary>Tells of every twentieth of an evaluation on standard error.</summary>
internal sealed class EvaluationProgress(string what) : IProgress<ModelEvaluationProgress>
{
    public void Report(ModelEvaluationProgress value)
    {
        if (value.Done == value.Total || value.Done % Math.Max(1, value.Total / 20) == 0)
        {
            Console.Error.WriteLine($"{what}: {value}");
        }
    }
}
