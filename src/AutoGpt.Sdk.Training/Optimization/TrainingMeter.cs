namespace AutoGpt.Sdk.Training;

/// <summary>Measures a run: speed without the time of evaluations and checkpoints, mean loss between reports, time left.</summary>
internal sealed class TrainingMeter
{
    private readonly TrainerOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly int _firstIteration;
    private readonly long _firstTokens;
    private long _resumed;
    private TimeSpan _busy;
    private double _lossSum;
    private int _updates;
    private long _tokens;
    private TimeSpan _window;
    private UpdateResult _last;
    private double _meanLoss;

    public TrainingMeter(TrainerOptions options, TrainingState state)
    {
        _options = options;
        _clock = options.TimeProvider;
        _start = _resumed = _clock.GetTimestamp();
        _firstIteration = state.Iteration;
        _firstTokens = state.Tokens;
        _meanLoss = state.TrainingLoss ?? double.NaN;
    }

    /// <summary>Counts an update that ended just now.</summary>
    public void Add(UpdateResult update)
    {
        TimeSpan took = _clock.GetElapsedTime(_resumed);
        _busy += took;
        _window += took;
        _lossSum += update.Loss;
        _updates++;
        _tokens += update.Tokens;
        _last = update;
    }

    /// <summary>Says that the next update begins.</summary>
    public void Resume() => _resumed = _clock.GetTimestamp();

    public TrainingProgress Report(TrainingState state, double? validationLoss)
    {
        double elapsed = _clock.GetElapsedTime(_start).TotalSeconds;
        int done = state.Iteration - _firstIteration;
        _meanLoss = _updates > 0 ? _lossSum / _updates : _meanLoss;
        var report = new TrainingProgress
        {
            Iteration = state.Iteration,
            Iterations = _options.Iterations,
            Loss = _updates > 0 ? _meanLoss : null,
            ValidationLoss = validationLoss,
            BestValidationLoss = state.BestValidationLoss,
            LearningRate = _last.LearningRate,
            GradientNorm = _last.GradientNorm,
            Tokens = state.Tokens,
            TokensPerSecond = Speed(_tokens, _window),
            Seconds = elapsed,
            RemainingSeconds = done > 0 ? elapsed / done * (_options.Iterations - state.Iteration) : null,
        };
        (_lossSum, _updates, _tokens, _window) = (0, 0, 0, TimeSpan.Zero);
        return report;
    }

    public TrainingResult Finish(TrainingState state, double? validationLoss, string? stopReason, IReadOnlyList<string> warnings) => new()
    {
        Iterations = state.Iteration,
        FirstLoss = state.FirstLoss ?? double.NaN,
        TrainingLoss = _meanLoss,
        ValidationLoss = validationLoss,
        BestValidationLoss = state.BestValidationLoss,
        BestIteration = state.BestIteration,
        Tokens = state.Tokens,
        TokensPerSecond = Speed(state.Tokens - _firstTokens, _busy),
        Seconds = _clock.GetElapsedTime(_start).TotalSeconds,
        StopReason = stopReason,
        Warnings = warnings,
    };

    private static double Speed(long tokens, TimeSpan time) => time > TimeSpan.Zero ? tokens / time.TotalSeconds : 0;
}
