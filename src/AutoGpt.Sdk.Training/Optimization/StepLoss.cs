using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>The mean loss of steps, without gradients and without dropout.</summary>
internal static class StepLoss
{
    /// <summary>Nats a target; null where there is no step.</summary>
    /// <param name="networks">What the steps go through; the modes are restored.</param>
    /// <param name="steps">The steps.</param>
    public static double? Mean(IReadOnlyList<Module> networks, IEnumerable<TrainingStep> steps)
    {
        using IDisposable noGradient = no_grad();
        using EvaluationMode evaluation = new([.. networks]);
        double sum = 0;
        long count = 0;
        foreach (TrainingStep step in steps)
        {
            using Tensor loss = step.LossSum();
            sum += loss.item<float>();
            count += step.Targets;
        }

        return count == 0 ? null : sum / count;
    }
}
