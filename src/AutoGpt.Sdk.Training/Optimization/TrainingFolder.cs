using System.Text.Json;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training;

/// <summary>The output folder of a run: <c>last/</c>, <c>best/</c>, <c>metrics.jsonl</c> and <c>loss.png</c>. No other run has it until it is disposed.</summary>
internal sealed class TrainingFolder : IDisposable
{
    private const string StateName = "training.json";
    private const string OptimizerName = "optimizer.safetensors";
    private const string TensorsName = "model.safetensors";

    private readonly string _path;
    private readonly ITokenizer? _tokenizer;
    private readonly CheckpointFolder _last;
    private readonly CheckpointFolder _best;
    private readonly MetricsLog _metrics;
    private readonly FolderLock _lock;

    public TrainingFolder(string path, ITokenizer? tokenizer)
    {
        _path = Path.GetFullPath(path);
        _tokenizer = tokenizer;
        _last = new CheckpointFolder(Path.Combine(_path, "last"));
        _best = new CheckpointFolder(Path.Combine(_path, "best"));
        _metrics = new MetricsLog(Path.Combine(_path, "metrics.jsonl"));
        Directory.CreateDirectory(_path);
        _lock = new FolderLock(_path);
    }

    /// <summary>Loads the last checkpoint where there is one and resumption is wanted.</summary>
    public TrainingState? Begin(CausalTransformer model, IOptimizer optimizer, TrainingState fresh, bool resume)
    {
        if (_tokenizer is not null)
        {
            // A tokenizer that cannot be written must not come to light after hours of training.
            string probe = Path.Combine(_path, ".tokenizer.json");
            TokenizerFile.Save(probe, _tokenizer);
            File.Delete(probe);
        }

        _last.Recover();
        _best.Recover();
        string? folder = _last.Find();
        if (folder is null)
        {
            _metrics.Truncate(0);
            return null;
        }

        if (!resume)
        {
            throw new TrainingException($"'{_path}' has the checkpoint of an earlier run. Resume it, name another folder or delete it.");
        }

        TrainingState state = ReadState(Path.Combine(folder, StateName));
        if (state.Data != fresh.Data)
        {
            throw new TrainingException($"'{folder}' was trained on other data: '{state.Data}' instead of '{fresh.Data}'. Give the data and batching of that run, or another folder.");
        }

        string[] differences = state.Settings is JsonElement was && fresh.Settings is JsonElement now ? [.. TrainingSettings.Differences(was, now)] : [];
        if (differences.Length > 0)
        {
            throw new TrainingException($"'{folder}' was trained with {string.Join(", ", differences)}. Give the network and options of that run, or another folder.");
        }

        using (SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(folder, TensorsName)))
        {
            model.LoadWeights(weights);
        }

        using (SafetensorsFile means = SafetensorsFile.Open(Path.Combine(folder, OptimizerName)))
        {
            optimizer.LoadState(means, state.OptimizerSteps);
        }

        _metrics.Truncate(state.Iteration);
        return state with { Settings = fresh.Settings };
    }

    public void SaveLast(CausalTransformer model, IOptimizer optimizer, TrainingState state) => _last.Replace(folder =>
    {
        SaveModel(folder, model);
        SafetensorsWriter.Write(Path.Combine(folder, OptimizerName), optimizer.CopyState());
        WriteState(folder, state);
    });

    public void SaveBest(CausalTransformer model, TrainingState state) => _best.Replace(folder =>
    {
        SaveModel(folder, model);
        WriteState(folder, state);
    });

    public void Log(TrainingProgress report) => _metrics.Append(report);

    /// <summary>Draws the curve; a warning where that does not work, for a picture is not worth a run.</summary>
    public string? DrawLossCurve()
    {
        try
        {
            LossCurve.Write(Path.Combine(_path, "loss.png"), _metrics.Read());
            return null;
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException)
        {
            return $"The loss curve was not drawn: {exception.GetBaseException().Message.Split('\n')[0]} On Linux add the package SkiaSharp.NativeAssets.Linux.NoDependencies.";
        }
    }

    public void Dispose() => _lock.Dispose();

    private void SaveModel(string folder, CausalTransformer model)
    {
        IReadOnlyList<TensorView> weights = model.CopyWeights();
        if (_tokenizer is null)
        {
            SafetensorsWriter.Write(Path.Combine(folder, TensorsName), weights, new Dictionary<string, string> { ["format"] = "pt" });
        }
        else
        {
            ModelFolder.Save(folder, model.Config, _tokenizer, weights);
        }
    }

    private static void WriteState(string folder, TrainingState state)
    {
        using FileStream stream = File.Create(Path.Combine(folder, StateName));
        JsonSerializer.Serialize(stream, state, TrainingJson.Default.TrainingState);
        stream.Flush(flushToDisk: true);
    }

    private static TrainingState ReadState(string file)
    {
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
