using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Trains a causal transformer: AdamW, or Muon and AdamW, warm-up and cosine decay, gradient clipping, measurements on held-out data, checkpoints from which a run goes
/// on – on the CPU bit for bit – as if it had not been cut off. Not thread-safe.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly CausalTransformer _model;
    private readonly IBatchSource _source;
    private readonly TrainerOptions _options;
    private readonly TrainingFolder? _folder;
    private readonly IOptimizer _optimizer;
    private readonly List<string> _warnings = [];
    private TrainingState _state;

    /// <summary>Creates a trainer; where the options ask for it, with the state of an earlier run.</summary>
    /// <param name="model">The network, which is trained in place; the caller keeps it.</param>
    /// <param name="source">The data.</param>
    /// <param name="options">How to train. Default: those of <see cref="TrainerOptions"/>, nothing written.</param>
    /// <param name="tokenizer">Goes into the checkpoints, which then are model folders. Without one they hold weights and state alone.</param>
    /// <exception cref="ArgumentException">An option is out of range, rows are longer than the context, or the tokenizer has no file form.</exception>
    /// <exception cref="TrainingException">The output folder has a checkpoint and resumption was not asked for, or it belongs to another run, or another trainer has it.</exception>
    public Trainer(CausalTransformer model, IBatchSource source, TrainerOptions? options = null, ITokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        _options = options ?? new TrainerOptions();
        _options.Validate();
        if (source.MaximumLength > model.Config.ContextLength)
        {
            throw new ArgumentException($"Rows have up to {source.MaximumLength} tokens; the network's context is {model.Config.ContextLength}.", nameof(source));
        }

        _model = model;
        _source = source;
        _optimizer = CreateOptimizer(model, _options);
        _state = new TrainingState { Data = source.Fingerprint, Settings = TrainingSettings.Of(model, _options) };
        try
        {
            _folder = _options.OutputFolder is null ? null : new TrainingFolder(_options.OutputFolder, tokenizer);
            _state = _folder?.Begin(_model, _optimizer, _state, _options.Resume) ?? _state;
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

    /// <summary>Trains until all iterations are made. Runs on the calling thread and libtorch's.</summary>
    /// <param name="progress">Receives a report every <see cref="TrainerOptions.ReportInterval"/> iterations and after every measurement.</param>
    /// <param name="cancellationToken">Heeded between updates; the last checkpoint is then written.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="TrainingException">The loss or its gradient is no longer finite.</exception>
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

        var meter = new TrainingMeter(_options, _state);
        double? validation = null;
        _model.train();
        while (_state.Iteration < _options.Iterations)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                SaveLast();
                throw new OperationCanceledException(cancellationToken);
            }

            meter.Add(Update(_state.Iteration));
            int done = _state.Iteration;
            bool last = done == _options.Iterations;
            bool measured = last || done % _options.EvaluationInterval == 0;
            if (measured)
            {
                validation = Measure();
            }

            if (measured || done % _options.ReportInterval == 0)
            {
                TrainingProgress report = meter.Report(_state, measured ? validation : null);
                _state = _state with { TrainingLoss = report.Loss };
                _folder?.Log(report);
                progress?.Report(report);
            }

            if (last || done % _options.CheckpointInterval == 0)
            {
                SaveLast();
            }

            meter.Resume();
        }

        return meter.Finish(_state, validation ?? Measure(), _warnings);
    }

    /// <summary>Frees the optimiser's memory and the output folder for other trainers. The network stays the caller's.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _folder?.Dispose();
    }

    private static IOptimizer CreateOptimizer(CausalTransformer model, TrainerOptions options)
    {
        if (options.Muon is null)
        {
            return new AdamW(model.named_parameters(), options.Optimizer);
        }

        var matrices = model.named_parameters().ToLookup(each => Muon.Suits(each.name, each.parameter));
        return new OptimizerPair(new AdamW(matrices[false], options.Optimizer), new Muon(matrices[true], options.Muon));
    }

    private UpdateResult Update(int iteration)
    {
        if (_model.Dropout > 0)
        {
            // Seeded anew for every update: a resumed run needs no saved generator.
            manual_seed((long)new SplitMix64(_options.Seed, iteration).Next());
        }

        TokenBatch[] batches =
            [.. Enumerable.Range(0, _options.GradientAccumulation).Select(i => _source.GetTrainingBatch(((long)iteration * _options.GradientAccumulation) + i))];
        int targets = batches.Sum(batch => batch.TargetCount);
        double loss = 0;
        foreach (TokenBatch batch in batches)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor part = CausalLoss.Sum(_model, batch).Times(1.0 / targets);
            part.backward();
            loss += part.item<float>();
        }

        double rate = _options.Schedule.At(iteration);
        double norm = _optimizer.Step(rate, _options.GradientNorm);
        _optimizer.ZeroGradients();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new TrainingException(
                $"Iteration {iteration}: the loss is {loss} and the norm of its gradient {norm}. Lower the learning rate ({rate:g3}), lengthen the warm-up or start anew in full precision; the last checkpoint is untouched.");
        }

        long tokens = batches.Sum(batch => (long)batch.TokenCount);
        _state = _state with { Iteration = iteration + 1, Tokens = _state.Tokens + tokens, FirstLoss = _state.FirstLoss ?? loss, OptimizerSteps = _optimizer.Steps };
        return new UpdateResult(loss, norm, rate, tokens);
    }

    private double? Measure()
    {
        double? loss = CausalLoss.Mean(_model, _source.GetValidationBatches(_options.EvaluationBatches));
        if (loss < (_state.BestValidationLoss ?? double.PositiveInfinity))
        {
            _state = _state with { BestValidationLoss = loss, BestIteration = _state.Iteration };
            _folder?.SaveBest(_model, _state);
        }

        return loss;
    }

    private void SaveLast()
    {
        _folder?.SaveLast(_model, _optimizer, _state);
        if (_folder?.DrawLossCurve() is string warning && !_warnings.Contains(warning))
        {
            _warnings.Add(warning);
        }
    }
}
