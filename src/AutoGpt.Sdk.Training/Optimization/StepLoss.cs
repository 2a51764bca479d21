using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>The mean loss of steps, without gradients and without dropout.</summary>
internal static class StepLoss
{
    /// <summary>Nats a target; null where there is no step.</summary>
    public static double? Mean(Module network, IEnumerable<TrainingStep> steps)
    {
        using IDisposable noGradient = no_grad();
        bool training = network.training;
        network.eval();
        try
        {
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
        finally
        {
            network.train(training);
        }
    }
}
