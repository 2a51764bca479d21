using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Trains a network towards an <see cref="ITrainingObjective"/>: AdamW, or Muon and AdamW, a schedule of learning rates, gradient clipping, an average of the weights, measurements on
/// held-out data, early stopping, checkpoints from which a run goes on – on the CPU bit for bit – as if it had not been cut off. Not thread-safe but for <see cref="Stop"/>.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly ITrainingObjective _objective;
    private readonly TrainerOptions _options;
    private readonly TrainingFolder? _folder;
    private readonly TrainedState _trained;
    private readonly List<string> _warnings = [];
    private TrainingState _state;
    private volatile string? _stopReason;

    /// <summary>Creates a trainer of a causal transformer; where the options ask for it, with the state of an earlier run.</summary>
    /// <param name="model">The network, which is trained in place; the caller keeps it.</param>
    /// <param name="source">The data.</param>
    /// <param name="options">How to train. Default: those of <see cref="TrainerOptions"/>, nothing written.</param>
    /// <param name="tokenizer">Goes into the checkpoints, which then are model folders. Without one they hold weights and state alone.</param>
    /// <exception cref="ArgumentException">An option is out of range, rows are longer than the context, or the tokenizer has no file form.</exception>
    /// <exception cref="TrainingException">The output folder has a checkpoint and resumption was not asked for, or it belongs to another run, or another trainer has it.</exception>
    public Trainer(CausalTransformer model, IBatchSource source, TrainerOptions? options = null, ITokenizer? tokenizer = null)
        : this(new CausalObjective(model, source, tokenizer), options)
    {
    }

    /// <summary>Creates a trainer; where the options ask for it, with the state of an earlier run.</summary>
    /// <param name="objective">What to train; the caller keeps it.</param>
    /// <param name="options">How to train. Default: those of <see cref="TrainerOptions"/>, nothing written.</param>
    /// <exception cref="ArgumentException">An option is out of range, no parameter asks for gradients, or the objective cannot be saved.</exception>
    /// <exception cref="TrainingException">The output folder has a checkpoint and resumption was not asked for, or it belongs to another run, or another trainer has it.</exception>
    public Trainer(ITrainingObjective objective, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        _options = options ?? new TrainerOptions();
        _options.Validate();
        _objective = objective;
        _trained = Create(objective, _options);
        _state = new TrainingState { Data = objective.Fingerprint, Settings = TrainingSettings.Of(objective, _options) };
        try
        {
            _folder = _options.OutputFolder is null ? null : new TrainingFolder(_options.OutputFolder, _options.KeptCheckpoints);
            _state = _folder?.Begin(_trained, _state, _options.Resume, _warnings) ?? _state;
        }
        catch
        {
            // Nobody else can: the caller gets no trainer to dispose, and the folder must not stay locked.
            Dispose();
            throw;
        }
    }

    /// <summary>Updates made.</summary>
    public int Iteration => _state.Iteration;

    /// <summary>Trains until all iterations are made, nothing gets better (<see cref="TrainerOptions.Patience"/>) or <see cref="Stop"/> is called. Runs on the calling thread and libtorch's.</summary>
    /// <param name="progress">Receives a report every <see cref="TrainerOptions.ReportInterval"/> iterations and after every measurement.</param>
    /// <param name="cancellationToken">Heeded between updates; the last checkpoint is then written.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="TrainingException">The loss or its gradient is no longer finite; <c>failed-batch.json</c> in the output folder has the batch.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public TrainingResult Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_options.KeepFreedMemory)
        {
            GlibcMalloc.KeepFreedMemory();
        }

        if (_options.Threads is int threads)
        {
            set_num_threads(threads);
        }

        _stopReason = StopReasonOf(_state);
        var meter = new TrainingMeter(_options, _state);
        double? validation = null;
        _objective.Network.train();
        while (_state.Iteration < _options.Iterations && _stopReason is null)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                SaveLast();
                throw new OperationCanceledException(cancellationToken);
            }

            meter.Add(Update(_state.Iteration));
            int done = _state.Iteration;
            bool measured = done == _options.Iterations || done % _options.EvaluationInterval == 0;
            if (measured)
            {
                validation = Measure();
            }

            if (measured || done % _options.ReportInterval == 0)
            {
                Report(meter.Report(_state, measured ? validation : null), measured, progress);
            }

            _stopReason ??= StopReasonOf(_state);
            if (done == _options.Iterations || _stopReason is not null || done % _options.CheckpointInterval == 0)
            {
                SaveLast();
            }

            meter.Resume();
        }

        return meter.Finish(_state, validation ?? Measure(), _stopReason, _warnings);
    }

    /// <summary>Ends <see cref="Train"/> after the update it is making; its last checkpoint is written and a resumed run goes on. From any thread.</summary>
    /// <param name="reason">Why: it is <see cref="TrainingResult.StopReason"/>.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        _stopReason = reason;
    }

    /// <summary>Puts the average of the weights into the network, as <c>best/</c> has it.</summary>
    /// <exception cref="InvalidOperationException"><see cref="TrainerOptions.AverageDecay"/> is not set.</exception>
    public void ApplyAverage() => (_trained.Average ?? throw new InvalidOperationException("No average of the weights is kept: set AverageDecay.")).Swap();

    /// <summary>Frees the optimiser's memory and the output folder for other trainers. The network stays the caller's.</summary>
    public void Dispose()
    {
        _trained.Dispose();
        _folder?.Dispose();
    }

    private static TrainedState Create(ITrainingObjective objective, TrainerOptions options)
    {
        (string name, Parameter parameter)[] parameters = [.. objective.Network.named_parameters().Where(each => each.parameter.requires_grad).DistinctBy(each => each.parameter.Handle)];
        if (parameters.Length == 0)
        {
            throw new ArgumentException("No parameter of the network asks for gradients: there is nothing to train.", nameof(objective));
        }

        WeightAverage? average = options.AverageDecay is double decay ? new WeightAverage(parameters, decay) : null;
        if (options.Muon is null)
        {
            return new TrainedState(objective, new AdamW(parameters, options.Optimizer), average);
        }

        var matrices = parameters.ToLookup(each => Muon.Suits(each.name, each.parameter));
        if (!matrices[true].Any())
        {
            throw new ArgumentException("No matrix between embedding and head is trained, and Muon is for these. Leave Muon null.", nameof(options));
        }

        return new TrainedState(objective, new OptimizerPair(new AdamW(matrices[false], options.Optimizer), new Muon(matrices[true], options.Muon)), average);
    }

    private UpdateResult Update(int iteration)
    {
        if (_objective.IsRandom)
        {
            // Seeded anew for every update: a resumed run needs no saved generator.
            manual_seed((long)new SplitMix64(_options.Seed, iteration).Next());
        }

        TrainingStep[] steps =
            [.. Enumerable.Range(0, _options.GradientAccumulation).Select(i => _objective.GetTrainingStep(((long)iteration * _options.GradientAccumulation) + i))];
        int targets = steps.Sum(step => step.Targets);
        double loss = 0;
        foreach (TrainingStep step in steps)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor part = step.LossSum().Times(1.0 / targets);
            part.backward();
            loss += part.item<float>();
        }

        double rate = _options.Schedule.At(iteration);
        double norm = _trained.Optimizer.Step(rate, _options.GradientNorm);
        _trained.Optimizer.ZeroGradients();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            string? file = _folder?.WriteFailure(iteration, steps);
            throw new TrainingException(
                $"Iteration {iteration}: the loss is {loss} and the norm of its gradient {norm}. Lower the learning rate ({rate:g3}), lengthen the warm-up or start anew in full precision; the last checkpoint is untouched."
                + (file is null ? "" : $" The batch is in '{file}'."));
        }

        _trained.Average?.Add(iteration + 1);
        long tokens = steps.Sum(step => (long)step.Tokens);
        _state = _state with
        {
            Iteration = iteration + 1,
            Tokens = _state.Tokens + tokens,
            FirstLoss = _state.FirstLoss ?? loss,
            OptimizerSteps = _trained.Optimizer.Steps,
            LossSum = _state.LossSum + loss,
            LossUpdates = _state.LossUpdates + 1,
        };
        return new UpdateResult(loss, norm, rate, tokens);
    }

    private double? Measure()
    {
        _trained.Average?.Swap();
        try
        {
            double? loss = StepLoss.Mean([_objective.Network], _objective.GetValidationSteps(_options.EvaluationBatches));
            if (loss < (_state.BestValidationLoss ?? double.PositiveInfinity))
            {
                _state = _state with { BestValidationLoss = loss, BestIteration = _state.Iteration };
                _folder?.SaveBest(_objective, _state);
            }

            return loss;
        }
        finally
        {
            _trained.Average?.Swap();
        }
    }

    private void Report(TrainingProgress report, bool measured, IProgress<TrainingProgress>? progress)
    {
        _state = _state with { TrainingLoss = report.Loss, LossSum = 0, LossUpdates = 0 };
        _folder?.Log(report);
        progress?.Report(report);
        foreach (TrainingCallback callback in _options.Callbacks)
        {
            callback.OnReport(this, report);
            if (measured)
            {
                callback.OnMeasured(this, report);
            }
        }
    }

    private string? StopReasonOf(TrainingState state) =>
        _options.Patience is int patience && state.BestIteration is int best && state.Iteration - best >= (long)patience * _options.EvaluationInterval
            ? $"no lower validation loss in {patience} measurements since iteration {best}" : null;

    private void SaveLast()
    {
        if (_folder is null)
        {
            return;
        }

        _folder.SaveLast(_trained, _state);
        if (_folder.Draw(_state) is string warning && !_warnings.Contains(warning))
        {
            _warnings.Add(warning);
        }

        foreach (TrainingCallback callback in _options.Callbacks)
        {
            callback.OnCheckpoint(this, _folder.Last);
        }
    }
}
