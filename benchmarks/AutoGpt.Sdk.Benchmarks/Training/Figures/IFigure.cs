namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>A published figure, or one of our own, that a training run has to reach: data, setting, measurement. A class each; <see cref="FiguresCommand"/> lists them.</summary>
internal interface IFigure
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, and its options with their defaults, in one line.</summary>
    string Usage { get; }

    /// <summary>The options that have a value.</summary>
    string[] Options { get; }

    /// <summary>Trains and measures.</summary>
    /// <param name="arguments">The options.</param>
    /// <param name="output">Takes points of the curve and the result.</param>
    /// <exception cref="ArgumentException">An option is missing or wrong.</exception>
    void Run(CommandArguments arguments, FigureOutput output);
}
