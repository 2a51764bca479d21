using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>What an evaluator found.</summary>
/// <param name="Verdict">What is to happen next.</param>
public sealed record Evaluation(Verdict Verdict)
{
    /// <summary>The answer to the goal, when the verdict is <see cref="Verdict.Accept"/>.</summary>
    public string? Answer { get; init; }

    /// <summary>Why, in one line for a person. Null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>How sure the evaluator is, from 0 to 1. Null where it cannot tell.</summary>
    public double? Confidence { get; init; }

    /// <summary>Model tokens the evaluation took.</summary>
    public long Tokens { get; init; }

    /// <summary>What the evaluation cost, in the currency of the model's prices. 0 for a model without prices.</summary>
    public decimal Cost { get; init; }
}

/// <summary>What is to happen after an evaluation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The goal is reached.</summary>
    [JsonStringEnumMemberName("accept")] Accept,

    /// <summary>Another plan is worth trying.</summary>
    [JsonStringEnumMemberName("replan")] Replan,

    /// <summary>A person must answer first; <see cref="Evaluation.Reason"/> is the question.</summary>
    [JsonStringEnumMemberName("ask")] Ask,

    /// <summary>A needed action was refused; another plan would meet the same refusal.</summary>
    [JsonStringEnumMemberName("refuse")] Refuse,

    /// <summary>The goal cannot be reached.</summary>
    [JsonStringEnumMemberName("giveUp")] GiveUp,
}
