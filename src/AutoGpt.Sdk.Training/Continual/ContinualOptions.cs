namespace AutoGpt.Sdk.Training;

/// <summary>How <see cref="ContinualTraining"/> goes from task to task.</summary>
public sealed record ContinualOptions
{
    /// <summary>Share of a task's steps that go to the tasks before it, evenly, from 0 to below 1. 0 forgets. Default .1.</summary>
    public double ReplayShare { get; init; } = .1;

    /// <summary>Batches of a task that are measured, at least 1. Default 20.</summary>
    public int EvaluationBatches { get; init; } = 20;

    internal void Validate()
    {
        OptionRange.Require(ReplayShare is >= 0 and < 1, ReplayShare, "from 0 to below 1");
        OptionRange.Require(EvaluationBatches >= 1, EvaluationBatches, "at least 1");
    }
}
