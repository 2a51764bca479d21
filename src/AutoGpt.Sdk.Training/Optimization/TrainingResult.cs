using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>What a training run came to.</summary>
public sealed record TrainingResult
{
    /// <summary>Updates made, those before a resumption included.</summary>
    public required int Iterations { get; init; }

    /// <summary>Loss of the very first batch, before any update: ln V for a network that knows nothing. Nats per token.</summary>
    public required double FirstLoss { get; init; }

    /// <summary>Mean training loss over the last report interval, before a resumption where nothing was left to do; NaN where an older checkpoint lacks it. Nats per token.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>Validation loss at the end, nats per token; null where nothing was held out.</summary>
    public required double? ValidationLoss { get; init; }

    /// <summary>Lowest validation loss measured; null where nothing was held out.</summary>
    public required double? BestValidationLoss { get; init; }

    /// <summary>The iteration at which it was measured; null where nothing was held out.</summary>
    public required int? BestIteration { get; init; }

    /// <summary>Tokens trained on, without padding.</summary>
    public required long Tokens { get; init; }

    /// <summary>Mean speed of this run, evaluations and checkpoints left out.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Seconds of this run, evaluations and checkpoints included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why the run ended before all iterations were made; null where it did not.</summary>
    public string? StopReason { get; init; }

    /// <summary>What did not work out without being worth an exception, such as a loss curve without SkiaSharp's native library.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The result as a line, and another for each warning.</summary>
    public override string ToString()
    {
        string validation = ValidationLoss is { } last && BestValidationLoss is { } best
            ? string.Create(CultureInfo.InvariantCulture, $", validation loss {last:0.0000} (best {best:0.0000} at {BestIteration})")
            : "";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Iterations} iterations, {Tokens:N0} tokens: training loss {TrainingLoss:0.0000} (first {FirstLoss:0.0000}){validation}, {TokensPerSecond:N0} tokens/s, {TimeSpan.FromSeconds(Math.Round(Seconds)):g}");
        return string.Join(Environment.NewLine, [line, .. StopReason is null ? [] : new[] { "Stopped: " + StopReason }, .. Warnings.Select(warning => "Warning: " + warning)]);
    }
}
