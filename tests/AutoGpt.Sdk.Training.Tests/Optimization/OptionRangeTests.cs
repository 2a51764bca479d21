namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class OptionRangeTests
{
    [TestCaseSource(nameof(Refused))]
    public void What_is_refused_says_the_option_its_value_and_its_range(TrainerOptions options, string message) =>
        Assert.That(options.Validate, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith(message));

    [TestCase(0)]
    [TestCase(.5)]
    public void The_ends_of_a_range_are_in_it(double minimum) =>
        Assert.That(new TrainerOptions { LearningRate = .5, MinimumLearningRate = minimum, WarmUpIterations = 0, Optimizer = new AdamWOptions { Beta1 = 0, WeightDecay = 0 } }.Validate, Throws.Nothing);

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case(new TrainerOptions { LearningRate = -1.5 }, "LearningRate is -1.5; it must be above 0.");
        yield return Case(new TrainerOptions { LearningRate = double.NaN }, "LearningRate is NaN; it must be above 0.");
        yield return Case(new TrainerOptions { LearningRate = .1, MinimumLearningRate = .2 }, "MinimumLearningRate is 0.2; it must be from 0 to the learning rate, 0.1.");
        yield return Case(new TrainerOptions { GradientNorm = 0 }, "GradientNorm is 0; it must be above 0, or null for no limit.");
        yield return Case(new TrainerOptions { Threads = 0 }, "Threads is 0; it must be at least 1, or null to leave them as they are.");
        yield return Case(new TrainerOptions { Iterations = 0 }, "Iterations is 0; it must be at least 1.");
        yield return Case(new TrainerOptions { WarmUpIterations = -1 }, "WarmUpIterations is -1; it must be at least 0.");
        yield return Case(new TrainerOptions { Optimizer = new AdamWOptions { Beta1 = 1 } }, "Beta1 is 1; it must be at least 0 and below 1.");
        yield return Case(new TrainerOptions { Optimizer = new AdamWOptions { Beta2 = -.1 } }, "Beta2 is -0.1; it must be at least 0 and below 1.");
        yield return Case(new TrainerOptions { Optimizer = new AdamWOptions { Epsilon = 0 } }, "Epsilon is 0; it must be above 0 and finite.");
        yield return Case(new TrainerOptions { Optimizer = new AdamWOptions { WeightDecay = double.PositiveInfinity } }, "WeightDecay is Infinity; it must be at least 0 and finite.");
        yield return Case(new TrainerOptions { Muon = new MuonOptions { Momentum = 1 } }, "Momentum is 1; it must be at least 0 and below 1.");
        yield return Case(new TrainerOptions { Muon = new MuonOptions { Iterations = 0 } }, "Iterations is 0; it must be at least 1.");
        yield return Case(new TrainerOptions { Muon = new MuonOptions { StepRootMeanSquare = 0 } }, "StepRootMeanSquare is 0; it must be above 0 and finite.");
        yield return Case(new TrainerOptions { Muon = new MuonOptions { WeightDecay = -1 } }, "WeightDecay is -1; it must be at least 0 and finite.");

        static TestCaseData Case(TrainerOptions options, string message) => new(options, message) { TestName = $"{{m}}({(options.Muon is null ? "" : "Muon, ")}{message.TrimEnd('.').Replace('.', ',')})" };
    }
}
