namespace AutoGpt.Sdk.Training;

/// <summary>Measures a run: speed without the time of evaluations and checkpoints, time left.</summary>
internal sealed class TrainingMeter
{
    private readonly TrainerOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly int _firstIteration;
    private readonly long _firstTokens;
    private long _resumed;
    private TimeSpan _busy;
    private long _tokens;
    private TimeSpan _window;
    private UpdateResult _last;

    public TrainingMeter(TrainerOptions options, TrainingState state)
    {
        _options = options;
        _clock = options.TimeProvider;
        _start = _resumed = _clock.GetTimestamp();
        _firstIteration = state.Iteration;
        _firstTokens = state.Tokens;
    }

    /// <summary>Counts an update that ended just now.</summary>
    public void Add(UpdateResult update)
    {
        TimeSpan took = _clock.GetElapsedTime(_resumed);
        _busy += took;
        _window += took;
        _tokens += update.Tokens;
        _last = update;
    }

    /// <summary>Says that the next update begins.</summary>
    public void Resume() => _resumed = _clock.GetTimestamp();

    public TrainingProgress Report(TrainingState state, double? validationLoss)
    {
        double elapsed = _clock.GetElapsedTime(_start).TotalSeconds;
        int done = state.Iteration - _firstIteration;
        var report = new TrainingProgress
        {
            Iteration = state.Iteration,
            Iterations = _options.Iterations,
            Loss = state.MeanLoss,
            ValidationLoss = validationLoss,
            BestValidationLoss = state.BestValidationLoss,
            LearningRate = _last.LearningRate,
            GradientNorm = _last.GradientNorm,
            Tokens = state.Tokens,
            TokensPerSecond = Speed(_tokens, _window),
            Seconds = elapsed,
            RemainingSeconds = done > 0 ? elapsed / done * (_options.Iterations - state.Iteration) : null,
        };
        (_tokens, _window) = (0, TimeSpan.Zero);
        return report;
    }

    public TrainingResult Finish(TrainingState state, double? validationLoss, string? stopReason, IReadOnlyList<string> warnings) => new()
    {
        Iterations = state.Iteration,
        FirstLoss = state.FirstLoss ?? double.NaN,
        TrainingLoss = state.TrainingLoss ?? double.NaN,
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
