using System.Globalization;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk.Training;

/// <summary>Where a training run stands: a progress report, and a line of <c>metrics.jsonl</c>.</summary>
public sealed record TrainingProgress
{
    /// <summary>Updates made, those before a resumption included.</summary>
    public required int Iteration { get; init; }

    /// <summary>Updates to make in all.</summary>
    public required int Iterations { get; init; }

    /// <summary>Mean training loss in nats per token since the report before; null where nothing was trained since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Loss { get; init; }

    /// <summary>Validation loss in nats per token, where it was just measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationLoss { get; init; }

    /// <summary>Lowest validation loss so far, where one was measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BestValidationLoss { get; init; }

    /// <summary>The learning rate of the last update.</summary>
    public double LearningRate { get; init; }

    /// <summary>Norm of the last update's gradients, before scaling.</summary>
    public double GradientNorm { get; init; }

    /// <summary>Tokens trained on, those before a resumption included, without padding.</summary>
    public long Tokens { get; init; }

    /// <summary>Tokens trained on per second since the report before, without padding and without the time of evaluations.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>Seconds since this run began.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds the rest will take, at the mean speed so far; null before the first update.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RemainingSeconds { get; init; }

    /// <summary>The report as a line: <c>iteration 150/2000: loss 2.537, 18,912 tokens/s, 0:01:20 left</c>.</summary>
    public override string ToString()
    {
        string losses = (Loss, ValidationLoss) switch
        {
            ({ } loss, { } validation) => string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.0000}, validation {validation:0.0000}"),
            ({ } loss, null) => string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.0000}"),
            (null, { } validation) => string.Create(CultureInfo.InvariantCulture, $"validation {validation:0.0000}"),
            _ => "no loss yet",
        };
        string left = RemainingSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(Math.Round(seconds)):g} left") : "";
        return string.Create(CultureInfo.InvariantCulture, $"iteration {Iteration}/{Iterations}: {losses}, {TokensPerSecond:N0} tokens/s{left}");
    }
}
