namespace AutoGpt.Sdk.Training;

/// <summary>A task of a <see cref="MultiTaskObjective"/>.</summary>
/// <param name="Name">The name, each once; it names a folder of the checkpoints.</param>
/// <param name="Objective">What is learned.</param>
/// <param name="Size">
/// How much there is to learn from, above 0 – examples, or tokens –, or the task's share itself where the temperature is 1: a task is drawn in proportion to this to the power of 1 / temperature.
/// </param>
public sealed record TrainingTask(string Name, ITrainingObjective Objective, double Size)
{
    /// <summary>What the loss of the task is multiplied by, above 0. Default 1.</summary>
    public double Weight { get; init; } = 1;
}
