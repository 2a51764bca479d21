using System.Text.Json;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// The output folder of a run: <c>last/</c>, <c>earlier/</c>, <c>best/</c>, <c>metrics.jsonl</c>, <c>loss.png</c> and <c>report.html</c>. No other run has it until it is disposed.
/// </summary>
internal sealed class TrainingFolder : IDisposable
{
    private const string StateName = "training.json";
    private const string OptimizerName = "optimizer.safetensors";
    private const string AverageName = "average.safetensors";
    private const string MetricsName = "metrics.jsonl";
    private const string ReportName = "report.html";

    private readonly string _path;
    private readonly CheckpointStore _last;
    private readonly CheckpointStore _best;
    private readonly MetricsLog _metrics;
    private readonly FolderLock _lock;

    public TrainingFolder(string path, int keptCheckpoints)
    {
        _path = Path.GetFullPath(path);
        _last = new CheckpointStore(_path, "last", keptCheckpoints);
        _best = new CheckpointStore(_path, "best", kept: 0);
        _metrics = new MetricsLog(Path.Combine(_path, MetricsName));
        Directory.CreateDirectory(_path);
        _lock = new FolderLock(_path);
    }

    /// <summary>The folder of the last checkpoint.</summary>
    public string Last => _last.Folder;

    /// <summary>Loads the newest complete checkpoint where there is one and resumption is wanted.</summary>
    /// <param name="trained">What is trained.</param>
    /// <param name="fresh">The state of a run that begins.</param>
    /// <param name="resume">Whether resumption is wanted.</param>
    /// <param name="warnings">Receives what is wrong with newer checkpoints.</param>
    public TrainingState? Begin(TrainedState trained, TrainingState fresh, bool resume, List<string> warnings)
    {
        SweepUp();
        RequireSavable(trained.Objective);
        _best.FindNewest(IterationOf, out _);
        string? folder = _last.FindNewest(IterationOf, out IReadOnlyList<string> damage);
        if (folder is null && damage.Count > 0)
        {
            throw new TrainingException($"No checkpoint of the run is complete. {string.Join(". ", damage)}. Restore one, name another folder or delete '{_path}'.");
        }

        if (folder is null)
        {
            _metrics.Truncate(0);
            return null;
        }

        if (!resume)
        {
            throw new TrainingException($"'{_path}' has the checkpoint of an earlier run. Resume it, name another folder or delete it.");
        }

        TrainingState state = ReadState(folder);
        if (state.Data != fresh.Data)
        {
            throw new TrainingException($"'{folder}' was trained on other data: '{state.Data}' instead of '{fresh.Data}'. Give the data and batching of that run, or another folder.");
        }

        string[] differences = state.Settings is JsonElement was && fresh.Settings is JsonElement now ? [.. TrainingSettings.Differences(was, now)] : [];
        if (differences.Length > 0)
        {
            throw new TrainingException($"'{folder}' was trained with {string.Join(", ", differences)}. Give the network and options of that run, or another folder.");
        }

        trained.Objective.Load(folder);
        using (SafetensorsFile means = SafetensorsFile.Open(Path.Combine(folder, OptimizerName)))
        {
            trained.Optimizer.LoadState(means, state.OptimizerSteps);
        }

        if (trained.Average is not null)
        {
            using SafetensorsFile average = SafetensorsFile.Open(Path.Combine(folder, AverageName));
            trained.Average.LoadState(average);
        }

        warnings.AddRange(damage.Select(problem => $"{problem}. The run goes on from '{folder}'."));
        _metrics.Truncate(state.Iteration);
        return state with { Settings = fresh.Settings };
    }

    public void SaveLast(TrainedState trained, TrainingState state) => _last.Save(state.Iteration, folder =>
    {
        trained.Objective.Save(folder);
        SafetensorsWriter.Write(Path.Combine(folder, OptimizerName), trained.Optimizer.CopyState());
        if (trained.Average is not null)
        {
            SafetensorsWriter.Write(Path.Combine(folder, AverageName), trained.Average.CopyState());
        }

        WriteState(folder, state);
    });

    public void SaveBest(ITrainingObjective objective, TrainingState state) => _best.Save(state.Iteration, folder =>
    {
        objective.Save(folder);
        WriteState(folder, state);
    });

    public void Log(TrainingProgress report) => _metrics.Append(report);

    /// <summary>Writes the batch that a run failed on.</summary>
    /// <returns>The file, or null where the batch cannot be told.</returns>
    public string? WriteFailure(int iteration, IEnumerable<TrainingStep> steps) => FailedBatch.Write(Path.Combine(_path, "failed-batch.json"), iteration, steps);

    /// <summary>Draws the curves; a warning where that does not work, for a picture is not worth a run.</summary>
    public string? Draw(TrainingState state)
    {
        try
        {
            IReadOnlyList<TrainingProgress> history = _metrics.Read();
            LossCurve.Write(Path.Combine(_path, "loss.png"), history);
            TrainingReport.Write(Path.Combine(_path, ReportName), history, state.Settings);
            return null;
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException)
        {
            return $"The loss curve was not drawn: {exception.GetBaseException().Message.Split('\n')[0]} On Linux add the package SkiaSharp.NativeAssets.Linux.NoDependencies.";
        }
    }

    public void Dispose() => _lock.Dispose();

    // A kill between writing beside a file and renaming leaves what was written there, under a name of its own each time.
    private void SweepUp()
    {
        foreach (string left in new[] { MetricsName, ReportName }.SelectMany(name => Directory.EnumerateFiles(_path, $".{name}.*.tmp")))
        {
            File.Delete(left);
        }
    }

    // What cannot be written – a tokenizer without a file form, a full disk – must not come to light after hours of training.
    private void RequireSavable(ITrainingObjective objective)
    {
        string probe = Path.Combine(_path, ".probe");
        try
        {
            Directory.CreateDirectory(probe);
            objective.Save(probe);
        }
        finally
        {
            Directory.Delete(probe, recursive: true);
        }
    }

    private static void WriteState(string folder, TrainingState state)
    {
        using FileStream stream = File.Create(Path.Combine(folder, StateName));
        JsonSerializer.Serialize(stream, state, TrainingJson.Default.TrainingState);
        stream.Flush(flushToDisk: true);
    }

    private static int IterationOf(string folder) => ReadState(folder).Iteration;

    private static TrainingState ReadState(string folder)
    {
        string file = Path.Combine(folder, StateName);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), TrainingJson.Default.TrainingState) ?? throw new JsonException("It is null.");
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            throw new TrainingException($"'{file}' cannot be read: {exception.Message} Delete the checkpoint or restore it.", exception);
        }
    }
}

/// <summary>What changes while training: weights, the optimiser's means, and an average of the weights where one is kept.</summary>
internal sealed record TrainedState(ITrainingObjective Objective, IOptimizer Optimizer, WeightAverage? Average) : IDisposable
{
    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
    }
}
