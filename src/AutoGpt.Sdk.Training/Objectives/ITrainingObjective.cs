using System.Text.Json.Nodes;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>What a <see cref="Trainer"/> trains: a network, data, and the loss of the one on the other. An objective is used by one trainer at a time.</summary>
public interface ITrainingObjective
{
    /// <summary>The network. Its parameters that ask for gradients are trained; the trainer switches it between training and evaluation.</summary>
    Module Network { get; }

    /// <summary>Identifies data, batching and loss: a run is not resumed on other data.</summary>
    string Fingerprint { get; }

    /// <summary>What else decides the numbers – shape, precision, dropout –, by name: a run is not resumed with others.</summary>
    JsonNode Settings { get; }

    /// <summary>Whether steps draw from libtorch's random numbers, as dropout does.</summary>
    bool IsRandom { get; }

    /// <summary>A step to learn from.</summary>
    /// <param name="index">From 0; the same number gives the same step.</param>
    TrainingStep GetTrainingStep(long index);

    /// <summary>Steps to measure on, the same at every call.</summary>
    /// <param name="maximum">How many at most, at least 1.</param>
    /// <returns>None where nothing was held out.</returns>
    IEnumerable<TrainingStep> GetValidationSteps(int maximum);

    /// <summary>Writes the network with all that belongs to it.</summary>
    /// <param name="folder">A folder that exists and is empty.</param>
    void Save(string folder);

    /// <summary>Takes the weights that <see cref="Save"/> wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="Models.CheckpointException">The files are damaged or belong to another network.</exception>
    void Load(string folder);
}
