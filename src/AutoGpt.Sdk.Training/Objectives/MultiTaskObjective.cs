using System.Text.Json.Nodes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Several tasks at once (Caruana 1997): networks that may share a trunk, one task drawn for every step. Tasks with little data are drawn more often than their size says where the
/// temperature is above 1 (Devlin 2018; Raffel et al. 2020, section 3.5.2).
/// </summary>
/// <remarks>
/// A task's loss is a mean over its targets – texts for a classifier, tokens for a language model –, so that tasks count alike in the steps they have. With
/// <see cref="TrainerOptions.GradientAccumulation"/> the steps of one update are weighed by their targets, whichever task they are of.
/// </remarks>
public sealed class MultiTaskObjective : ITrainingObjective
{
    private readonly TrainingTask[] _tasks;
    private readonly double[] _cumulative;
    private readonly long _seed;
    private readonly Lock _gate = new();
    private readonly long[] _drawn;
    private long _position;

    /// <summary>Creates the objective.</summary>
    /// <param name="tasks">The tasks, at least one.</param>
    /// <param name="temperature">At least 1; 1 draws in proportion to size, more evens out. Default 1.</param>
    /// <param name="seed">Seed of the draw. Default 0.</param>
    /// <exception cref="ArgumentException">There is no task, a name is there twice or names no folder, or a number is out of range.</exception>
    public MultiTaskObjective(IEnumerable<TrainingTask> tasks, double temperature = 1, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        OptionRange.Require(temperature >= 1 && double.IsFinite(temperature), temperature, "at least 1");
        _tasks = [.. tasks];
        if (_tasks.Length == 0)
        {
            throw new ArgumentException("There is no task.", nameof(tasks));
        }

        foreach (TrainingTask task in _tasks)
        {
            ArgumentException.ThrowIfNullOrEmpty(task.Name, nameof(tasks));
            if (task.Name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()) || task.Name is "." or "..")
            {
                throw new ArgumentException($"'{task.Name}' names a task and cannot name a folder.", nameof(tasks));
            }

            OptionRange.Require(task.Size > 0 && double.IsFinite(task.Size), task.Size, "above 0", nameof(TrainingTask.Size));
            OptionRange.Require(task.Weight > 0 && double.IsFinite(task.Weight), task.Weight, "above 0", nameof(TrainingTask.Weight));
        }

        if (_tasks.GroupBy(task => task.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"The task '{twice.Key}' is there twice.", nameof(tasks));
        }

        double[] parts = [.. _tasks.Select(task => Math.Pow(task.Size / _tasks.Max(other => other.Size), 1 / temperature))];
        Shares = [.. _tasks.Zip(parts, (task, part) => KeyValuePair.Create(task.Name, part / parts.Sum()))];
        double sum = 0;
        _cumulative = [.. Shares.Select(share => sum += share.Value)];
        _drawn = new long[_tasks.Length];
        _seed = seed;
        Network = new SharedNetwork(_tasks);
        Settings = new JsonObject
        {
            ["objective"] = "several tasks",
            ["tasks"] = new JsonObject(_tasks.Select((task, i) => KeyValuePair.Create(
                task.Name, (JsonNode?)new JsonObject { ["share"] = Shares[i].Value, ["weight"] = task.Weight, ["settings"] = task.Objective.Settings.DeepClone() }))),
            ["drawSeed"] = seed,
        };
    }

    /// <summary>The share of steps that each task gets.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Shares { get; }

    /// <inheritdoc />
    public Module Network { get; }

    /// <inheritdoc />
    public string Fingerprint => string.Join(" | ", _tasks.Select(task => $"{task.Name}: {task.Objective.Fingerprint}"));

    /// <inheritdoc />
    public JsonNode Settings { get; }

    /// <inheritdoc />
    public bool IsRandom => _tasks.Any(task => task.Objective.IsRandom);

    /// <inheritdoc />
    public TrainingStep GetTrainingStep(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        (int task, long number) = Draw(index);
        return Weighed(_tasks[task], _tasks[task].Objective.GetTrainingStep(number));
    }

    /// <inheritdoc />
    /// <remarks>Each task's, one of each in turn. The mean is one over targets: <see cref="Measure"/> gives each task's own.</remarks>
    public IEnumerable<TrainingStep> GetValidationSteps(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        TrainingStep[][] each = [.. _tasks.Select(task => task.Objective.GetValidationSteps(Math.Max(1, maximum / _tasks.Length)).Select(step => Weighed(task, step)).ToArray())];
        return Enumerable.Range(0, each.Max(steps => steps.Length)).SelectMany(i => each.Where(steps => i < steps.Length).Select(steps => steps[i]));
    }

    /// <summary>Each task's loss on what was held out, without weights.</summary>
    /// <param name="maximum">Batches of a task at most, at least 1. Default 20.</param>
    /// <returns>Nats a target; null for a task that held nothing out.</returns>
    public IReadOnlyDictionary<string, double?> Measure(int maximum = 20) =>
        _tasks.ToDictionary(task => task.Name, task => StepLoss.Mean([task.Objective.Network], task.Objective.GetValidationSteps(maximum)));

    /// <inheritdoc />
    /// <remarks>A folder for each task, which holds all that the task's own objective saves: a trunk that tasks share is in each.</remarks>
    public void Save(string folder)
    {
        foreach (TrainingTask task in _tasks)
        {
            string own = Path.Combine(folder, task.Name);
            Directory.CreateDirectory(own);
            task.Objective.Save(own);
        }
    }

    /// <inheritdoc />
    public void Load(string folder)
    {
        foreach (TrainingTask task in _tasks)
        {
            task.Objective.Load(Path.Combine(folder, task.Name));
        }
    }

    // A task sees its own batches one after the other, none left out: its number is how often it was drawn before. A run that is resumed counts from the beginning.
    private (int Task, long Number) Draw(long index)
    {
        lock (_gate)
        {
            if (index < _position)
            {
                Array.Clear(_drawn);
                _position = 0;
            }

            for (; _position < index; _position++)
            {
                _drawn[TaskAt(_position)]++;
            }

            int task = TaskAt(index);
            return (task, _drawn[task]);
        }
    }

    private int TaskAt(long index)
    {
        double drawn = new SplitMix64(_seed, index).NextDouble();
        int task = Array.FindIndex(_cumulative, end => drawn < end);
        return task < 0 ? _tasks.Length - 1 : task;
    }

    private static TrainingStep Weighed(TrainingTask task, TrainingStep step) => task.Weight == 1 ? step : step with { LossSum = () => Scale(step.LossSum(), task.Weight) };

    private static Tensor Scale(Tensor loss, double weight)
    {
        using (loss)
        {
            return Models.Torch.Scalars.Times(loss, weight);
        }
    }

    // Networks that share a trunk have its parameters twice by name and once by what they are: each is trained once.
    private sealed class SharedNetwork : Module
    {
        public SharedNetwork(TrainingTask[] tasks)
            : base(nameof(SharedNetwork))
        {
            List<Module> known = [];
            foreach (TrainingTask task in tasks)
            {
                if (!known.Contains(task.Objective.Network))
                {
                    known.Add(task.Objective.Network);
                    register_module($"network{known.Count}", task.Objective.Network);
                }
            }
        }
    }
}
