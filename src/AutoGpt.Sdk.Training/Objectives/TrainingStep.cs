using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>A batch with its loss still to be computed.</summary>
/// <param name="Targets">How many predictions count, at least 1: the loss is divided by it.</param>
/// <param name="Tokens">Tokens read, without padding, for counting speed.</param>
/// <param name="LossSum">Computes the sum of the losses of all targets, a scalar in nats; with gradients where they are on.</param>
public sealed record TrainingStep(int Targets, int Tokens, Func<Tensor> LossSum)
{
    /// <summary>The batch in words or numbers, for the file that tells which batch made a run fail. Default: nothing is told.</summary>
    public Func<JsonNode>? Describe { get; init; }
}
