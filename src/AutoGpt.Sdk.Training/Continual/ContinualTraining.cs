namespace AutoGpt.Sdk.Training;

/// <summary>
/// One task after the other over the same network, as data comes in. A network that learns a new task forgets the old ones (McCloskey and Cohen 1989) unless some of their data is put among the new
/// (replay: Robins 1995; Rolnick et al. 2019); how much is measured.
/// </summary>
public static class ContinualTraining
{
    /// <summary>Trains on the tasks in order. After each, all of them are measured, those to come included.</summary>
    /// <param name="tasks">The tasks; <see cref="TrainingTask.Size"/> is not used. Their networks are one, or share a trunk.</param>
    /// <param name="training">How to train on each task; in an output folder each task has one of its own, numbered from 0. With <see cref="TrainerOptions.Resume"/> a run that was cut off goes on in the task it was in.</param>
    /// <param name="options">Default: a tenth of the steps is replay.</param>
    /// <param name="progress">Receives the reports of each task's run.</param>
    /// <param name="cancellationToken">Heeded between updates.</param>
    /// <returns>The losses of all tasks after each.</returns>
    /// <exception cref="ArgumentException">There is no task, a name is there twice, a task holds nothing out to measure on, or an option is out of range.</exception>
    public static TransferMatrix Run(
        IReadOnlyList<TrainingTask> tasks, TrainerOptions training, ContinualOptions? options = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(training);
        options ??= new ContinualOptions();
        options.Validate();
        MultiTaskObjective all = new(tasks);
        List<double[]> losses = [Measure(all, tasks, options)];
        for (int stage = 0; stage < tasks.Count; stage++)
        {
            string? folder = training.OutputFolder is null ? null : Path.Combine(training.OutputFolder, FormattableString.Invariant($"{stage}-{tasks[stage].Name}"));
            using Trainer trainer = new(Stage(tasks, stage, options, training.Seed), training with { OutputFolder = folder });
            trainer.Train(progress, cancellationToken);
            losses.Add(Measure(all, tasks, options));
        }

        return new TransferMatrix([.. tasks.Select(task => task.Name)], losses);
    }

    private static ITrainingObjective Stage(IReadOnlyList<TrainingTask> tasks, int stage, ContinualOptions options, long seed) => stage == 0 || options.ReplayShare == 0
        ? tasks[stage].Objective
        : new MultiTaskObjective(
            [.. tasks.Take(stage).Select(task => task with { Size = options.ReplayShare / stage }), tasks[stage] with { Size = 1 - options.ReplayShare }], temperature: 1, seed);

    private static double[] Measure(MultiTaskObjective all, IReadOnlyList<TrainingTask> tasks, ContinualOptions options)
    {
        IReadOnlyDictionary<string, double?> measured = all.Measure(options.EvaluationBatches);
        return [.. tasks.Select(task => measured[task.Name] ?? throw new ArgumentException($"The task '{task.Name}' holds nothing out: what is forgotten of it cannot be measured.", nameof(tasks)))];
    }
}
