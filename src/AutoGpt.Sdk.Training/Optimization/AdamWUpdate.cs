namespace AutoGpt.Sdk.Training;

/// <summary>The numbers of one step, the same for every parameter.</summary>
internal sealed class AdamWUpdate(AdamWOptions options, long step, double learningRate, double gradientScale)
{
    public float Beta1 { get; } = (float)options.Beta1;

    public float Beta2 { get; } = (float)options.Beta2;

    public float Epsilon { get; } = (float)options.Epsilon;

    public float GradientScale { get; } = (float)gradientScale;

    /// <summary>Learning rate over the bias correction of the mean.</summary>
    public float StepSize { get; } = (float)(learningRate / (1 - Math.Pow(options.Beta1, step)));

    /// <summary>Bias correction of the root mean square, a factor.</summary>
    public float RootScale { get; } = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step)));

    /// <summary>Share by which a weight shrinks.</summary>
    public float Shrinkage(bool decays) => decays ? (float)(learningRate * options.WeightDecay) : 0;
}
